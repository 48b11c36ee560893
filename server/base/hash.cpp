#include "base/hash.hpp"

#include <sodium.h>

namespace atelier {
namespace {

constexpr std::size_t digest_bytes = 32;

crypto_generichash_state* state(unsigned char* memory) {
  return reinterpret_cast<crypto_generichash_state*>(memory);
}

}  // namespace

Hash::Hash() {
  static_assert(sizeof(crypto_generichash_state) <= sizeof(state_));
  crypto_generichash_init(state(state_), nullptr, 0, digest_bytes);
}

Hash& Hash::update(BytesView bytes) {
  crypto_generichash_update(state(state_), reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
  return *this;
}

Hash& Hash::update(std::uint64_t value) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(value >> (8 * i) & 255);
  return update(BytesView(bytes, sizeof bytes));
}

Bytes Hash::finish() {
  Bytes digest(digest_bytes, '\0');
  crypto_generichash_final(state(state_), reinterpret_cast<unsigned char*>(digest.data()), digest_bytes);
  return digest;
}

Bytes hash(BytesView bytes) { return Hash().update(bytes).finish(); }

}  // namespace atelier
