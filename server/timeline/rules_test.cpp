#include "timeline/rules.hpp"

#include <gtest/gtest.h>

#include "timeline/limits.hpp"

namespace atelier::timeline {
namespace {

std::vector<Sequence> places(std::initializer_list<std::uint64_t> values) {
  std::vector<Sequence> sequences;
  for (const auto value : values) sequences.emplace_back(value);
  return sequences;
}

TEST(Snapshots, StayIfNewestOrFirstOfTheirStride) {
  EXPECT_EQ(surplus_snapshots(places({})), places({}));
  EXPECT_EQ(surplus_snapshots(places({1, 2, 3})), places({}));
  EXPECT_EQ(surplus_snapshots(places({1, 2, 3, 4})), places({2}));
  EXPECT_EQ(surplus_snapshots(places({100, 4'095, 4'096, 4'097, 9'000, 9'001, 9'002})), places({4'095, 4'097}));
}

TEST(Snapshots, AreNotReadBackWhenABitFlipped) {
  const Snapshot snapshot{Sequence(0x010203), Bytes(32, 'c'), "state"};
  const Bytes packed = pack(snapshot);
  EXPECT_EQ(unpack_snapshot(packed).value(), snapshot);
  for (std::size_t at = 0; at < packed.size(); ++at) {
    Bytes flipped = packed;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    EXPECT_FALSE(unpack_snapshot(flipped).has_value()) << at;
  }
  for (std::size_t length = 0; length < packed.size(); ++length)
    EXPECT_FALSE(unpack_snapshot(BytesView(packed).substr(0, length)).has_value()) << length;
}

}  // namespace
}  // namespace atelier::timeline
