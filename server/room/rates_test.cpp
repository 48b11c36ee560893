#include "room/rates.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "room/limits.hpp"
#include "room/test_room.hpp"

namespace atelier::room {
namespace {

using namespace testing;

v1::Command command_of(const std::function<void(v1::Command&)>& fill) {
  v1::Command command;
  fill(command);
  return command;
}
const v1::Command ready = command_of([](auto& c) { c.mutable_ready(); });
const v1::Command ballot = command_of([](auto& c) { c.mutable_ballot_cast(); });
const v1::Command post = command_of([](auto& c) { c.mutable_note_add(); });
const v1::Command edit = command_of([](auto& c) { c.mutable_text_edit(); });

/// Spends the burst and one more at one moment, then one more at its time and none before.
void check(const v1::Command& command, const Rate& rate) {
  PersonRates rates;
  milliseconds now{5'000};
  for (int done = 0; done < rate.burst; ++done) ASSERT_TRUE(rates.take(command, now)) << done;
  EXPECT_FALSE(rates.take(command, now));
  now += rate.every - milliseconds(1);
  EXPECT_FALSE(rates.take(command, now));
  now += milliseconds(1);
  EXPECT_TRUE(rates.take(command, now));
  EXPECT_FALSE(rates.take(command, now));
}

TEST(PersonRates, TakesABurstOfCommandsAndThenTwentyASecond) { check(ready, limits::commands); }
TEST(PersonRates, TakesABurstOfVotesAndThenTwoASecond) { check(ballot, limits::votes); }
TEST(PersonRates, TakesABurstOfPostsAndThenSixAMinute) { check(post, limits::posts); }

TEST(PersonRates, LetsAPersonVoteWhoHasPostedTooMuch) {
  PersonRates rates;
  for (int done = 0; done < limits::posts.burst; ++done) ASSERT_TRUE(rates.take(post, milliseconds(0)));
  EXPECT_FALSE(rates.take(post, milliseconds(0)));
  EXPECT_TRUE(rates.take(ballot, milliseconds(0)));
}

TEST(PersonRates, CountsNoEditOfAText) {
  PersonRates rates;
  for (int done = 0; done < 10'000; ++done) ASSERT_TRUE(rates.take(edit, milliseconds(0)));
  EXPECT_TRUE(rates.take(ready, milliseconds(0)));
}

/// The answers to one post more than the burst; the last of them.
v1::Refusal last_of_a_flood(World& world, ConnectionId person) {
  v1::Ack ack;
  for (int done = 0; done <= limits::posts.burst; ++done) {
    EXPECT_EQ(ack.refusal(), v1::REFUSAL_OK) << done;
    world.submit(person, note(("K" + std::to_string(done)).c_str()));
    world.store_waiting();
    world.give();
    world.input(Tick{});
    ack = world.inboxes[person].acks.back();
  }
  return ack.refusal();
}

TEST(Room, AnswersAFloodOfPostsOfOnePersonOfALiveMeetingAndOfNobodyElse) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  const auto size = world.entries.size();
  EXPECT_EQ(last_of_a_flood(world, ana), v1::REFUSAL_RATE);
  EXPECT_EQ(world.entries.size(), size + static_cast<std::size_t>(limits::posts.burst)) << "the refused one is not in the log";
  EXPECT_EQ(world.ask(world.open("P01"), note("K-other-tab")).refusal(), v1::REFUSAL_RATE) << "a person, not a connection";
  EXPECT_EQ(world.ask(world.open("P02"), note("K-ben")).refusal(), v1::REFUSAL_OK);
}

TEST(Room, RefusesNoPaceInARehearsal) {
  World world(true);
  world.open_meeting();
  EXPECT_EQ(last_of_a_flood(world, world.open("P01")), v1::REFUSAL_OK);
}

}  // namespace
}  // namespace atelier::room
