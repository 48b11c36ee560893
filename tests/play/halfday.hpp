#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "player.hpp"

namespace atelier::play {

struct HalfDay {
  std::string content_folder;
  std::vector<std::string> scripts;  ///< empty: the sample's
  std::uint64_t seed = 1;
  std::uint64_t keys = 0;  ///< typed and taken away again while the texts are open
};

/// Plays it into `sink`; gives what went wrong, in sentences. `meeting` gets the state at the end.
std::vector<std::string> play_halfday(const HalfDay& halfday, Sink sink, const std::function<void(const meeting::Meeting&)>& meeting);

}  // namespace atelier::play
