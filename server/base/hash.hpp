#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace atelier {

/// BLAKE2b with 32 bytes of output (RFC 7693), incrementally.
class Hash {
 public:
  Hash();
  Hash& update(BytesView bytes);
  /// `value` as 8 bytes little-endian.
  Hash& update(std::uint64_t value);
  /// 32 bytes. The object is used up.
  Bytes finish();

 private:
  alignas(64) unsigned char state_[384];
};

/// BLAKE2b-256 of `bytes`: 32 bytes.
Bytes hash(BytesView bytes);

}  // namespace atelier
