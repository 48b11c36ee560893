#include "base/seal.hpp"

#include <sodium.h>

#include <cassert>

namespace atelier {
namespace {

const unsigned char* in(BytesView bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* out(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace

SealKeys seal_keys(BytesView seed) {
  assert(seed.size() == crypto_box_SEEDBYTES);
  SealKeys keys{Bytes(crypto_box_PUBLICKEYBYTES, '\0'), Bytes(crypto_box_SECRETKEYBYTES, '\0')};
  crypto_box_seed_keypair(out(keys.public_key), out(keys.private_key), in(seed));
  return keys;
}

Result<Bytes, SealErrc> seal(BytesView message, BytesView public_key, BytesView seed) {
  if (public_key.size() != crypto_box_PUBLICKEYBYTES) return std::unexpected(SealErrc::bad_key);
  const SealKeys ephemeral = seal_keys(seed);
  // The nonce of crypto_box_seal: BLAKE2b-192 of both public keys.
  Bytes nonce(crypto_box_NONCEBYTES, '\0');
  const Bytes both = ephemeral.public_key + Bytes(public_key);
  crypto_generichash(out(nonce), nonce.size(), in(both), both.size(), nullptr, 0);
  Bytes box(message.size() + crypto_box_MACBYTES, '\0');
  if (crypto_box_easy(out(box), in(message), message.size(), in(nonce), in(public_key),
                      in(ephemeral.private_key)) != 0) {
    return std::unexpected(SealErrc::bad_key);
  }
  return ephemeral.public_key + box;
}

Result<Bytes, SealErrc> seal_open(BytesView box, const SealKeys& keys) {
  if (keys.public_key.size() != crypto_box_PUBLICKEYBYTES || keys.private_key.size() != crypto_box_SECRETKEYBYTES) {
    return std::unexpected(SealErrc::bad_key);
  }
  if (box.size() < crypto_box_SEALBYTES) return std::unexpected(SealErrc::cannot_open);
  Bytes message(box.size() - crypto_box_SEALBYTES, '\0');
  if (crypto_box_seal_open(out(message), in(box), box.size(), in(keys.public_key), in(keys.private_key)) != 0) {
    return std::unexpected(SealErrc::cannot_open);
  }
  return message;
}

}  // namespace atelier
