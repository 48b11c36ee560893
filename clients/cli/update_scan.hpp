#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"

namespace atelier::cli {

/// Units that one client wrote: clocks first … first + count - 1.
struct ClockRange {
  std::uint64_t client = 0;
  std::uint64_t first = 0;
  std::uint64_t count = 0;
  auto operator<=>(const ClockRange&) const = default;
};

/// Which clocks the structs of a Yjs update v1 bring (yjs UpdateEncoderV1.js), without building a
/// document. Knows what letters in a rich text are made of (text, deleted, collected, skipped,
/// format, type); nothing for other content or broken bytes.
std::optional<std::vector<ClockRange>> clocks_of_update(BytesView update);

}  // namespace atelier::cli
