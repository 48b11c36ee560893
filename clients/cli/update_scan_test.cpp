#include "update_scan.hpp"

#include <gtest/gtest.h>

namespace atelier::cli {
namespace {

using Ranges = std::vector<ClockRange>;

TEST(UpdateScan, ReadsALetterBehindAnother) {
  // Y.encodeStateAsUpdate of one struct: client 300, clock 5, origin (300, 4), content "é"; no
  // deletions.
  EXPECT_EQ(clocks_of_update(from_hex("0101ac0205"
                                      "84"
                                      "ac0204"
                                      "02c3a9"
                                      "00"))
                .value(),
            (Ranges{{300, 5, 1}}));
}

TEST(UpdateScan, CountsUtf16UnitsOfTheFirstTextOfARoot) {
  // client 1, clock 0, parent root "a", content "🙂b".
  EXPECT_EQ(clocks_of_update(from_hex("01010100"
                                      "04"
                                      "010161"
                                      "05f09f998262"
                                      "00"))
                .value(),
            (Ranges{{1, 0, 3}}));
}

TEST(UpdateScan, StepsOverSkippedClocks) {
  EXPECT_EQ(clocks_of_update(from_hex("01030100"
                                      "0002"
                                      "0a04"
                                      "8401000162"
                                      "00"))
                .value(),
            (Ranges{{1, 0, 2}, {1, 6, 1}}));
}

TEST(UpdateScan, FindsNothingInDeletionsAlone) {
  EXPECT_TRUE(clocks_of_update(from_hex("000101010203"))->empty());
}

TEST(UpdateScan, RefusesBrokenBytes) {
  EXPECT_FALSE(clocks_of_update(""));
  EXPECT_FALSE(clocks_of_update(from_hex("0101ac020584ac0204")));
  EXPECT_FALSE(
      clocks_of_update(from_hex("01010100"
                                "04010161"
                                "ff01")));
  EXPECT_FALSE(
      clocks_of_update(from_hex("01010100"
                                "08"
                                "0101610100")));
}

}  // namespace
}  // namespace atelier::cli
