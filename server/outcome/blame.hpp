#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "meeting/meeting.hpp"

namespace atelier::outcome {

/// A run of visible text that one person wrote in one go (meeting/blame.hpp tells what that is).
struct BlameRun {
  std::string text;          ///< UTF-8, never empty unless it only ends a block
  std::string person;        ///< of a seed the facilitator who opened the text
  std::uint64_t seq = 0;     ///< the first record of it …
  std::uint64_t last_seq = 0;  ///< … and the last
  std::int64_t at_ms = 0;    ///< meeting time of the first
  bool seed = false;         ///< stood in the text when it was opened
  bool block_end = false;    ///< a paragraph ends after it
};

/// Who wrote what of a text as it is in `meeting`, in reading order. Empty: no such text.
std::vector<BlameRun> blame(const meeting::Meeting& meeting, std::string_view text);

/// {"text":"A1","runs":[{"text","person","seq","last_seq","at_ms","seed","block_end"},…]}
std::string blame_json(const meeting::Meeting& meeting, std::string_view text);

}  // namespace atelier::outcome
