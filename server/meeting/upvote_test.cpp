#include "meeting/test_meeting.hpp"

namespace atelier::meeting {
namespace {

using testing::Room;

const auto upvote = [](v1::Command& command) { command.mutable_question_upvote()->set_question("Q1"); };
const auto ask = [](v1::Command& command) {
  command.mutable_question_post()->set_id("Q1");
  command.mutable_question_post()->set_text("Who pays?");
};

TEST(Upvotes, ThatOvertakeTheirQuestionCountOnceItIsThere) {
  Room room;
  room.opened();
  room.must("P02", upvote);
  room.must("P02", upvote);  // a second one counts no more
  EXPECT_TRUE(room.meeting.view("question/Q1", Audience::facilitator).removed());

  room.must("P01", ask);

  EXPECT_EQ(room.meeting.view("question/Q1", Audience::facilitator).question().upvotes(), 1u);
  room.must("P02", upvote);  // a second one counts no more
  room.must("P03", upvote);
  EXPECT_EQ(room.meeting.view("question/Q1", Audience::facilitator).question().upvotes(), 2u);
}

TEST(Upvotes, ThatOvertookTheirQuestionSurviveASnapshot) {
  Room room;
  room.opened();
  room.must("P02", upvote);
  auto restored = Meeting::restore(room.meeting.snapshot());
  ASSERT_TRUE(restored.has_value());
  EXPECT_EQ(restored->digest(), room.meeting.digest());
}

}  // namespace
}  // namespace atelier::meeting
