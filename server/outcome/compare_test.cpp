#include "outcome/compare.hpp"

#include "outcome/replay.hpp"
#include "outcome/test_history.hpp"

namespace atelier::outcome {
namespace {

class TwoMoments : public ::testing::Test {
 protected:
  Comparison between(std::int64_t before_ms, std::int64_t after_ms) {
    Replay before(history), after(history);
    EXPECT_TRUE(before.seek(before_ms));
    EXPECT_TRUE(after.seek(after_ms));
    return compare(before.meeting(), after.meeting());
  }
  MemoryHistory history{testing::entries_of(testing::short_meeting())};
};

TEST_F(TwoMoments, DifferBySentenceWithThoseWhoWroteIt) {
  const auto comparison = between(25'000, 35'000);
  ASSERT_EQ(comparison.texts.size(), 1u);
  const auto& sentences = comparison.texts[0].sentences;
  ASSERT_EQ(sentences.size(), 3u);
  EXPECT_EQ(sentences[0].change, Change::removed);
  EXPECT_EQ(sentences[0].sentence, "Young people choose.");
  EXPECT_EQ(sentences[1].change, Change::added);
  EXPECT_EQ(sentences[1].sentence, "Younger people choose.");
  EXPECT_EQ(sentences[1].persons, (std::vector<std::string>{"F1", "P01"}));
  EXPECT_EQ(sentences[2].change, Change::same);
}

TEST_F(TwoMoments, DifferInTalliesAndPlan) {
  std::vector<std::string> told;
  for (const auto& difference : between(65'000, -1).differences)
    told.push_back(difference.key + " " + difference.what + ": " + difference.before + " > " + difference.after);
  EXPECT_NE(std::ranges::find(told, "vote/V1 yes: 0 > 1"), told.end());
  EXPECT_NE(std::ranges::find(told, "vote/V1 state: open > closed"), told.end());
  EXPECT_NE(std::ranges::find(told, "activity/ACT-01 owner:  > N02"), told.end());
}

TEST_F(TwoMoments, ThatAreTheSameDoNotDiffer) {
  const auto comparison = between(50'000, 50'000);
  EXPECT_TRUE(comparison.texts.empty());
  EXPECT_TRUE(comparison.differences.empty());
}

TEST_F(TwoMoments, ShowATextThatWasOpenedBetweenThem) {
  const auto comparison = between(10'000, 20'000);
  ASSERT_EQ(comparison.texts.size(), 1u);
  for (const auto& sentence : comparison.texts[0].sentences) EXPECT_EQ(sentence.change, Change::added);
}

TEST(Sentences, EndAfterTheirMarkOrWithTheirParagraph) {
  EXPECT_EQ(sentences("One. Two? 3.5 is a number!\nLast"),
            (std::vector<std::string>{"One. ", "Two? ", "3.5 is a number!\n", "Last"}));
  EXPECT_TRUE(sentences("").empty());
}

}  // namespace
}  // namespace atelier::outcome
