#include "timeline/sqlite/mark.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "timeline/sqlite/files.hpp"

namespace atelier::timeline {
namespace {

HighWater at(std::uint64_t seq) { return {Bytes(16, 'e'), Sequence(seq), Bytes(32, static_cast<char>(seq))}; }

class MarkTest : public ::testing::Test {
 protected:
  TemporaryDirectory directory = TemporaryDirectory::make().value();
  std::filesystem::path path = directory.path() / "k3.mark";
};

TEST_F(MarkTest, RemembersTheHighestPlace) {
  EXPECT_EQ(Mark::read(path), std::nullopt);
  {
    auto mark = Mark::open(path).value();
    EXPECT_EQ(mark.value(), std::nullopt);
    for (const std::uint64_t seq : {1, 2, 3}) ASSERT_TRUE(mark.raise(at(seq)).has_value());
    ASSERT_TRUE(mark.raise(at(2)).has_value());
    EXPECT_EQ(mark.value(), at(3));
  }
  EXPECT_EQ(Mark::read(path), at(3));
  EXPECT_EQ(Mark::open(path).value().value(), at(3));
}

TEST_F(MarkTest, FallsBackToTheOtherSlotWhenAWriteWasTorn) {
  for (int torn = 0; torn < 2; ++torn) {
    std::filesystem::remove(path);
    {
      auto mark = Mark::open(path).value();
      for (std::uint64_t seq = 1; seq <= 6 + static_cast<std::uint64_t>(torn); ++seq) ASSERT_TRUE(mark.raise(at(seq)).has_value());
    }
    const std::uint64_t last = Mark::read(path)->seq.value();
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(last % 2 == 1 ? 40 : 512 + 40);
    file << "torn";
    file.close();
    EXPECT_EQ(Mark::read(path), at(last - 1));
    auto mark = Mark::open(path).value();
    ASSERT_TRUE(mark.raise(at(last + 10)).has_value());
    EXPECT_EQ(Mark::read(path), at(last + 10));
  }
}

}  // namespace
}  // namespace atelier::timeline
