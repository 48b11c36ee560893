#include "room/room.hpp"

#include <gtest/gtest.h>

#include <set>

#include "room/limits.hpp"
#include "room/test_room.hpp"

namespace atelier::room {
namespace {

using namespace testing;

TEST(Fanout, SharesOneMessageAmongAllWhoSeeTheSame) {
  World world;
  world.open_meeting();
  const auto writer = world.open("P01");
  for (int count = 0; count < 100; ++count) world.open("P02");
  world.settle();
  world.tick(limits::writer_for);
  world.settle();
  world.sends = 0;
  world.ask(writer, note("K1"));
  // The acknowledgement, the writers' message, the viewers' (with Synced), one for the screen's audience would be another.
  EXPECT_LE(world.sends, 6u);
  std::size_t told = 0;
  for (const auto& [id, inbox] : world.inboxes) told += inbox.entities.contains("note/K1") ? 1 : 0;
  EXPECT_GT(told, 100u);
}

TEST(Fanout, TellsWritersAtOnceAndViewersInTheirOwnTime) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  const auto ben = world.open("P02");
  for (std::size_t count = 0; count <= limits::all_writers_max; ++count) world.open("P03");
  const auto viewer = world.open("P03");
  world.ask(ana, note("K0"));
  world.ask(ben, note("K1"));
  world.submit(ana, note("K2"));
  world.store_waiting();
  world.give();
  EXPECT_TRUE(world.inboxes[ben].entities.contains("note/K2"));
  world.submit(ana, note("K3"));
  world.store_waiting();
  world.give();
  world.tick(limits::writer_tick);
  EXPECT_TRUE(world.inboxes[ben].entities.contains("note/K3"));
  EXPECT_FALSE(world.inboxes[viewer].entities.contains("note/K3"));
  world.tick(limits::viewer_tick);
  EXPECT_TRUE(world.inboxes[viewer].entities.contains("note/K3"));
}

TEST(Fanout, GivesAReturningClientWhatChangedSinceWithRemovals) {
  World world;
  world.open_meeting();
  const auto leader = world.open("F1");
  const auto ana = world.open("P01");
  world.ask(ana, note("K1"));
  world.ask(ana, note("K2"));
  const auto seen = world.inboxes[ana];
  world.input(Closed{ana});
  world.ask(leader, [](v1::Command& command) {
    command.mutable_note_hide()->set_id("K1");
    command.mutable_note_hide()->set_why("off topic");
  });
  v1::Hello hello;
  hello.set_epoch(world.room->epoch());
  hello.set_seq(seen.synced);
  const auto back = world.open("P01", hello);
  const auto& inbox = world.inboxes[back];
  EXPECT_FALSE(inbox.welcomes.at(0).full());
  std::set<std::string> keys;
  for (const auto& message : inbox.messages) {
    for (const auto& entity : message.entity()) keys.insert(entity.key());
  }
  EXPECT_TRUE(keys.contains("note/K1"));
  EXPECT_FALSE(keys.contains("note/K2"));
  EXPECT_EQ(inbox.synced, world.entries.size());
}

TEST(Fanout, LoadsEverythingForAClientOfAnotherEpoch) {
  World world;
  world.open_meeting();
  v1::Hello hello;
  hello.set_epoch(Bytes(16, 'x'));
  hello.set_seq(3);
  const auto ana = world.open("P01", hello);
  EXPECT_TRUE(world.inboxes[ana].welcomes.at(0).full());
  EXPECT_TRUE(world.inboxes[ana].entities.contains("meeting"));
  EXPECT_TRUE(world.inboxes[ana].entities.contains("me"));
}

TEST(Fanout, SaysSoWhenAClientKnowsMoreThanTheLog) {
  World world;
  world.open_meeting();
  v1::Hello hello;
  hello.set_epoch(world.room->epoch());
  hello.set_seq(world.entries.size() + 1);
  const auto ana = world.open("P01", hello);
  EXPECT_TRUE(world.inboxes[ana].welcomes.empty()) << "another node may have told it: this one reads on first";
  world.tick(milliseconds(2'000));
  EXPECT_EQ(world.inboxes[ana].notices.at(0).kind(), v1::Notice::KIND_BEHIND);
  EXPECT_TRUE(world.inboxes[ana].welcomes.at(0).full());
}

TEST(Fanout, GivesUpdatesOfATextOnlyToThoseWhoHaveItOpen) {
  World world;
  world.open_meeting();
  const auto leader = world.open("F1");
  const auto ana = world.open("P01");
  const auto ben = world.open("P02");
  world.ask(leader, open_text("A1", "Hello"));
  world.say(ana, follow("A1"));
  ASSERT_EQ(world.inboxes[ana].texts.size(), 1u);
  EXPECT_TRUE(world.inboxes[ana].texts[0].state());
  crdt::Doc copy(crdt::Doc::Options{.client = crdt::ClientId{900'001}});
  ASSERT_TRUE(copy.apply(world.inboxes[ana].texts[0].update()));
  EXPECT_EQ(crdt::plain_text(copy), "Hello");
  const Bytes update = *crdt::insert_text(copy, 5, " all");
  const auto ack = world.ask(ana, [&](v1::Command& command) {
    command.mutable_text_edit()->set_text("A1");
    command.mutable_text_edit()->set_update(update);
  });
  ASSERT_EQ(ack.refusal(), v1::REFUSAL_OK);
  ASSERT_EQ(world.inboxes[ana].texts.size(), 2u);
  EXPECT_EQ(world.inboxes[ana].texts[1].update(), update) << "forwarded as received";
  EXPECT_EQ(world.inboxes[ana].texts[1].author(), "P01");
  EXPECT_TRUE(world.inboxes[ben].texts.empty());
  world.say(ben, follow("A1", copy.state_vector()));
  EXPECT_LT(world.inboxes[ben].texts.at(0).update().size(), 8u) << "it has everything";
}

TEST(Fanout, OpensATextForThoseWhoWaitedForIt) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  world.say(ana, follow("A1"));
  EXPECT_TRUE(world.inboxes[ana].texts.empty());
  world.ask(world.open("F1"), open_text("A1", "Hello"));
  ASSERT_EQ(world.inboxes[ana].texts.size(), 1u);
  EXPECT_TRUE(world.inboxes[ana].texts[0].state());
}

TEST(Fanout, RevertsTheEditsOfAPersonThatAFacilitatorNames) {
  World world;
  world.open_meeting();
  const auto leader = world.open("F1");
  const auto ana = world.open("P01");
  world.ask(leader, open_text("A1", "Hello"));
  world.say(ana, follow("A1"));
  crdt::Doc copy(crdt::Doc::Options{.client = crdt::ClientId{900'001}});
  ASSERT_TRUE(copy.apply(world.inboxes[ana].texts[0].update()));
  std::vector<std::uint64_t> records;
  for (const char* letter : {"X", "Y"}) {
    const Bytes update = *crdt::insert_text(copy, 0, letter);
    records.push_back(world.ask(ana, [&](v1::Command& command) {
      command.mutable_text_edit()->set_text("A1");
      command.mutable_text_edit()->set_update(update);
    }).seq());
  }
  const auto revert = [&](v1::Command& command) {
    command.mutable_text_revert()->set_text("A1");
    for (const auto record : records) command.mutable_text_revert()->add_records(record);
  };
  EXPECT_EQ(world.ask(leader, revert).refusal(), v1::REFUSAL_OK);
  EXPECT_EQ(crdt::plain_text(*world.room->meeting().text("A1")), "Hello");
}

TEST(Fanout, SparesASlowConnectionAllThatIsOutOfDateAndThenBringsItUp) {
  World world(true);  // a live meeting would find this person too fast
  world.open_meeting();
  const auto ana = world.open("P01");
  const auto slow = world.open("P02");
  world.input(Behind{slow});
  const auto before = world.inboxes[slow].messages.size();
  for (int count = 0; count < 50; ++count) world.ask(ana, note(("K" + std::to_string(count)).c_str()));
  EXPECT_EQ(world.inboxes[slow].messages.size(), before);
  world.input(Drained{slow});
  EXPECT_LE(world.inboxes[slow].messages.size(), before + 2);
  EXPECT_TRUE(world.inboxes[slow].entities.contains("note/K49"));
  EXPECT_EQ(world.inboxes[slow].synced, world.entries.size());
}

TEST(Fanout, ClosesAConnectionThatIsBehindForTooLong) {
  World world;
  const auto slow = world.open("P02");
  world.input(Behind{slow});
  world.tick(limits::behind_max - milliseconds(1));
  EXPECT_FALSE(world.inboxes[slow].closed);
  world.tick(milliseconds(1));
  EXPECT_EQ(world.inboxes[slow].closed, CloseReason::behind);
}

TEST(Fanout, ShowsTheNewestCaretToThoseWhoHaveTheTextOpenAndTakesItAway) {
  World world;
  world.open_meeting();
  world.ask(world.open("F1"), open_text("A1", "Hello"));
  const auto ana = world.open("P01");
  const auto ben = world.open("P02");
  const auto eve = world.open("P03");
  world.say(ben, follow("A1"));
  for (const char* state : {"one", "two"}) {
    v1::ClientMessage message;
    message.mutable_presence()->set_text("A1");
    message.mutable_presence()->set_state(state);
    world.say(ana, message);
  }
  world.settle();
  ASSERT_FALSE(world.inboxes[ben].presences.empty());
  EXPECT_EQ(world.inboxes[ben].presences.back().state(), "two");
  EXPECT_TRUE(world.inboxes[eve].presences.empty());
  world.input(Closed{ana});
  world.settle();
  EXPECT_TRUE(world.inboxes[ben].presences.back().gone());
}

TEST(Fanout, GreetsAPersonAnewWhoseRoleChanged) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  world.ask(world.open("ORG1"), [](v1::Command& command) {
    command.mutable_role_grant()->set_person("P01");
    command.mutable_role_grant()->set_role(v1::ROLE_CO_FACILITATOR);
  });
  ASSERT_EQ(world.inboxes[ana].welcomes.size(), 2u);
  EXPECT_EQ(world.inboxes[ana].welcomes[1].role(), v1::ROLE_CO_FACILITATOR);
  EXPECT_TRUE(world.inboxes[ana].welcomes[1].full());
}

TEST(Fanout, ShowsNamesToPeopleAndNotOnTheScreen) {
  World world;
  world.open_meeting();
  world.input(Named{PersonId{"P01"}, "Ana"});
  const auto ben = world.open("P02");
  const auto screen = world.open("SCREEN");
  EXPECT_EQ(world.inboxes[ben].entities.at("person/P01").person().name(), "Ana");
  EXPECT_EQ(world.inboxes[screen].entities.at("person/P01").person().name(), "");
}

}  // namespace
}  // namespace atelier::room
