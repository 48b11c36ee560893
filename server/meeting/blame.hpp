#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "meeting/state.hpp"

namespace atelier::meeting {

/// A run of visible text that one person wrote in one go: by records at most `blame_join_ms` apart.
struct BlameRun {
  std::string person;
  std::string text;  ///< UTF-8
  std::uint64_t first_seq = 0, last_seq = 0;
  std::int64_t first_ms = 0, last_ms = 0;
  bool paragraph_end = false;  ///< a block ends after this run
};

inline constexpr std::int64_t blame_join_ms = 10'000;

/// Who wrote what of a text as it stands, in document order. Empty for an unknown text.
/// The first record of a text is its seed (TextOpen), so runs of that record are what the meeting started from.
std::vector<BlameRun> blame(const State& state, std::string_view text);

/// The record that changed a text under `seq`, or nullptr.
const TextRecord* text_record(const Text& text, std::uint64_t seq);

}  // namespace atelier::meeting
