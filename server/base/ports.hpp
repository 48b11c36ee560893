#pragma once

#include <chrono>
#include <cstdint>

#include "base/bytes.hpp"

namespace atelier {

/// The time, as whoever owns the process gives it. Pure floors take one; only programs make one.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Milliseconds since 1970-01-01 UTC; may jump.
  virtual std::chrono::milliseconds wall() const = 0;
  /// Milliseconds since some fixed moment; never goes back.
  virtual std::chrono::milliseconds steady() const = 0;
};

/// Unpredictable bytes. Tests give a seeded one.
class Random {
 public:
  virtual ~Random() = default;
  virtual Bytes bytes(std::size_t count) = 0;
  /// A number made of 8 such bytes.
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (const char c : bytes(8)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
};

}  // namespace atelier
