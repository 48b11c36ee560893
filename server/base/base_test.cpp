#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/seal.hpp"

namespace atelier {
namespace {

TEST(Hash, IsBlake2bOf32Bytes) {
  // RFC 7693's algorithm with a 32-byte digest over "abc", as `b2sum -l 256` prints it.
  EXPECT_EQ(to_hex(hash("abc")), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  EXPECT_EQ(Hash().update("a").update("bc").finish(), hash("abc"));
}

TEST(Hex, GoesThereAndBack) {
  EXPECT_EQ(from_hex(to_hex("\x01\xff a")), "\x01\xff a");
  EXPECT_EQ(from_hex("abc"), "");
  EXPECT_EQ(from_hex("zz"), "");
}

TEST(Seal, OnlyTheKeyOpensTheBox) {
  const SealKeys keys = seal_keys(Bytes(32, 'k'));
  const SealKeys other = seal_keys(Bytes(32, 'o'));
  const auto box = seal("yes", keys.public_key, Bytes(32, 's'));
  ASSERT_TRUE(box.has_value());
  EXPECT_EQ(seal_open(*box, keys).value_or("?"), "yes");
  EXPECT_FALSE(seal_open(*box, other).has_value());
  EXPECT_FALSE(seal_open("short", keys).has_value());
}

}  // namespace
}  // namespace atelier
