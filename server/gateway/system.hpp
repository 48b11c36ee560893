#pragma once

#include "base/ports.hpp"

namespace atelier::gateway {

/// The process's clocks and the kernel's random bytes.
class SystemClock final : public Clock {
 public:
  std::chrono::milliseconds wall() const override;
  std::chrono::milliseconds steady() const override;
};
class SystemRandom final : public Random {
 public:
  Bytes bytes(std::size_t count) override;
};

}  // namespace atelier::gateway
