#include "outcome/events.hpp"

#include <numeric>

#include "outcome/blame.hpp"
#include "outcome/describe.hpp"
#include "outcome/test_history.hpp"

namespace atelier::outcome {
namespace {

using testing::entries_of;
using testing::short_meeting;

class TheStory : public ::testing::Test {
 protected:
  MemoryHistory history{entries_of(short_meeting())};
  Story story = *read_story(history);
  const Event& of(std::string_view kind) {
    return *std::ranges::find(story.events, kind, &Event::kind);
  }
};

TEST_F(TheStory, TellsWhatHappenedInSentences) {
  EXPECT_EQ(of("activity_claim").sentence, "P03 took ACT-01 for N02 as owner");
  EXPECT_EQ(of("activity_claim").at_ms, 80'000);
  EXPECT_EQ(of("vote_open").text, "Shall we?");
}

TEST_F(TheStory, TellsTheLettersThatAnEditPutIn) {
  EXPECT_EQ(of("text_edit").text, "er");
  EXPECT_EQ(of("text_edit").id, "A1");
}

TEST_F(TheStory, TellsWhatWasNotAcceptedAndWhy) {
  EXPECT_EQ(of("note_add").refusal, v1::REFUSAL_EMPTY_NOTE);
  EXPECT_EQ(of("note_add").sentence, "P02 put a note on A1:    (not accepted: empty note)");
}

TEST_F(TheStory, NeverTellsWhatABallotSays) {
  for (const Event& event : story.events)
    if (event.kind == "ballot_cast") {
      EXPECT_EQ(event.text, "");
      EXPECT_EQ(event.sentence.find("yes"), std::string::npos);
    }
}

TEST_F(TheStory, CountsTypingInEqualStretches) {
  const auto density = edit_density(story, 8);
  EXPECT_EQ(density, (std::vector<std::uint32_t>{0, 0, 1, 1, 0, 0, 0, 0}));
  EXPECT_EQ(std::accumulate(density.begin(), density.end(), 0u), 2u);
}

TEST_F(TheStory, KnowsWhoIsBehindEveryYjsClient) {
  EXPECT_NE(events_json(story).find("\"70001\": \"P01\""), std::string::npos);
}

TEST(Shortened, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("añb\nc", 2), "añ…");
  EXPECT_EQ(shortened("a\nb", 5), "a b");
}

TEST(Blame, NamesPersonRecordAndTimeOfEveryRun) {
  const auto room = short_meeting();
  const auto runs = blame(room.meeting, "A1");
  ASSERT_EQ(runs.size(), 5u);
  EXPECT_EQ(runs[0].text, "Young");
  EXPECT_TRUE(runs[0].seed);
  EXPECT_EQ(runs[1].text, "er");
  EXPECT_EQ(runs[1].person, "P01");
  EXPECT_EQ(runs[1].at_ms, 30'000);
  EXPECT_EQ(runs[3].text, " <b>all</b>");
  EXPECT_EQ(runs[3].person, "P02");
  EXPECT_EQ(runs[4].text, " stay.");
  EXPECT_TRUE(runs[4].block_end);
}

TEST(Blame, TellsApartWhatOneClientWroteAtTwoTimes) {
  auto room = short_meeting();
  room.time_ms += 5'000;
  testing::Typist again(room, "A1", 70'003);
  room.send("P03", again.edit(again.type_after("Young", "1")));
  room.time_ms += 20'000;
  room.send("P03", again.edit(again.type_after("Young1", "2")));
  const auto runs = blame(room.meeting, "A1");
  ASSERT_GE(runs.size(), 3u);
  EXPECT_EQ(runs[1].text, "1");
  EXPECT_EQ(runs[2].text, "2");
  EXPECT_LT(runs[1].seq, runs[2].seq);
  EXPECT_EQ(runs[2].at_ms - runs[1].at_ms, 20'000);
}

TEST(Blame, OfATextThatIsNotThereIsEmpty) { EXPECT_TRUE(blame(short_meeting().meeting, "A9").empty()); }

}  // namespace
}  // namespace atelier::outcome
