#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "meeting/meeting.hpp"

namespace atelier::outcome {

/// A run of visible text that one record brought.
struct BlameRun {
  std::string text;          ///< UTF-8, never empty unless it only ends a block
  std::string person;        ///< of a seed the facilitator who opened the text
  std::uint64_t seq = 0;     ///< the record
  std::int64_t at_ms = 0;    ///< its meeting time
  bool seed = false;         ///< stood in the text when it was opened
  bool block_end = false;    ///< a paragraph ends after it
};

/// Who wrote what of a text as it is in `meeting`, in reading order, neighbours of one record joined. Empty: no such text.
std::vector<BlameRun> blame(const meeting::Meeting& meeting, std::string_view text);

/// {"text":"A1","runs":[{"text","person","seq","at_ms","seed","block_end"},…]}
std::string blame_json(const meeting::Meeting& meeting, std::string_view text);

}  // namespace atelier::outcome
