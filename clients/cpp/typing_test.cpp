#include "typing.hpp"

#include <gtest/gtest.h>

namespace atelier::client {
namespace {

using Keys = std::vector<Key>;

TEST(Typing, SparesWhatOldAndNewTextBeginAndEndWith) {
  EXPECT_EQ(keys_to_replace("a light hand", "light", "bright").value(),
            (Keys{{2, "", 1}, {2, "b", 0}, {3, "r", 0}}));
}

TEST(Typing, InsertsWithoutDeletingWhereTextIsOnlyAdded) {
  EXPECT_EQ(keys_to_replace("it leads to.", "leads to.", "leads to: x.").value(),
            (Keys{{11, ":", 0}, {12, " ", 0}, {13, "x", 0}}));
}

TEST(Typing, CountsPlacesInUtf16UnitsAndStrikesWholeCharacters) {
  EXPECT_EQ(keys_to_replace("🙂é b🙂c", "b🙂c", "b👍c").value(),
            (Keys{{5, "", 2}, {5, "👍", 0}}));
}

TEST(Typing, DoesNotCountALetterForBothEnds) {
  EXPECT_EQ(keys_to_replace("aa", "aa", "aaa").value(), (Keys{{2, "a", 0}}));
  EXPECT_EQ(keys_to_replace("aaa", "aaa", "aa").value(), (Keys{{2, "", 1}}));
}

TEST(Typing, FindsNothingInATextThatHasNotComeYet) {
  EXPECT_FALSE(keys_to_replace("other", "light", "LIGHT"));
  EXPECT_FALSE(keys_to_replace("other", "", "x"));
}

TEST(Typing, NeedsNoKeysForTheSameText) {
  EXPECT_TRUE(keys_to_replace("same", "same", "same")->empty());
}

TEST(Typing, ReplacesOnlyTheFirstPlace) {
  EXPECT_EQ(keys_to_replace("x x", "x", "y").value()[0].at, 0u);
}

}  // namespace
}  // namespace atelier::client
