#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace atelier {

enum class SealErrc { bad_key = 1, cannot_open };

struct SealKeys {
  Bytes public_key;   ///< 32 bytes, X25519
  Bytes private_key;  ///< 32 bytes
};

/// The key pair of a 32-byte seed (libsodium crypto_box_seed_keypair).
SealKeys seal_keys(BytesView seed);

/// A libsodium sealed box, made with the ephemeral key pair of `seed` (32 fresh random bytes), so that this stays a pure
/// function: 48 bytes longer than `message`; `crypto_box_seal_open` opens it.
Result<Bytes, SealErrc> seal(BytesView message, BytesView public_key, BytesView seed);
Result<Bytes, SealErrc> seal_open(BytesView box, const SealKeys& keys);

}  // namespace atelier
