#include "room/room.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "room/limits.hpp"
#include "room/test_room.hpp"

namespace atelier::room {
namespace {

using namespace testing;

TEST(Room, AcknowledgesACommandOnlyWhenItsRecordHasComeBack) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  world.submit(ana, note("K1"));
  EXPECT_EQ(world.appends.size(), 1u);
  EXPECT_TRUE(world.inboxes[ana].acks.empty());
  world.store_waiting();
  EXPECT_TRUE(world.inboxes[ana].acks.empty()) << "stored, but not applied here";
  world.give();
  ASSERT_EQ(world.inboxes[ana].acks.size(), 1u);
  EXPECT_EQ(world.inboxes[ana].acks[0].refusal(), v1::REFUSAL_OK);
  EXPECT_EQ(world.inboxes[ana].acks[0].seq(), world.entries.size());
}

TEST(Room, TellsNobodyOfAnEventThatTheLogHasNotTaken) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  const auto ben = world.open("P02");
  world.submit(ana, note("K1"));
  for (int step = 0; step < 40; ++step) world.tick(milliseconds(50));
  EXPECT_FALSE(world.inboxes[ben].entities.contains("note/K1"));
  world.settle();
  EXPECT_TRUE(world.inboxes[ben].entities.contains("note/K1"));
  EXPECT_EQ(world.inboxes[ben].synced, world.entries.size());
}

TEST(Room, TellsARefusalByTheRulesWithItsReasonAndChangesNothing) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  const auto ack = world.ask(ana, note("K1", ""));
  EXPECT_EQ(ack.refusal(), v1::REFUSAL_EMPTY_NOTE);
  EXPECT_FALSE(ack.reason().empty());
  EXPECT_GT(ack.seq(), 0u);
  EXPECT_FALSE(world.inboxes[ana].entities.contains("note/K1"));
}

TEST(Room, RefusesFieldsOfTheNodeBeforeTheLog) {
  World world;
  world.open_meeting();
  const auto leader = world.open("F1");
  const auto before = world.entries.size();
  const auto ack = world.ask(leader, [](v1::Command& command) {
    open_text("A1", "x")(command);
    command.mutable_text_open()->set_update("forged");
  });
  EXPECT_EQ(ack.refusal(), v1::REFUSAL_NODE_FIELD);
  EXPECT_EQ(ack.seq(), 0u);
  EXPECT_EQ(world.entries.size(), before);
}

TEST(Room, RefusesACommandWithoutAKindOrWithAFieldThatItDoesNotKnow) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  EXPECT_EQ(world.ask(ana, [](v1::Command&) {}).refusal(), v1::REFUSAL_BAD_COMMAND);
  const auto ack = world.ask(ana, [](v1::Command& command) {
    note("K1")(command);
    command.mutable_note_add()->ParseFromString(command.note_add().SerializeAsString() + Bytes("\x98\x06\x01", 3));  // field 99
  });
  EXPECT_EQ(ack.refusal(), v1::REFUSAL_BAD_COMMAND);
}

TEST(Room, TakesScriptTimesOnlyInARehearsal) {
  for (const bool rehearsal : {false, true}) {
    World world(rehearsal);
    world.open_meeting();
    const auto ana = world.open("P01");
    v1::ClientMessage message;
    auto& submit = *message.mutable_submit();
    submit.set_counter(1);
    submit.set_script_ms(60'000);
    note("K1")(*submit.mutable_command());
    world.say(ana, message);
    world.settle();
    EXPECT_EQ(world.inboxes[ana].acks.back().refusal(), rehearsal ? v1::REFUSAL_OK : v1::REFUSAL_NOT_A_REHEARSAL);
    if (!rehearsal) continue;
    EXPECT_EQ(world.entries.back().time_ms - world.room->meeting().origin_ms(), 60'000);
  }
}

TEST(Room, AppliesAResentCommandOnceAndAcknowledgesItAgain) {
  World world;
  world.open_meeting();
  v1::Hello hello;
  hello.set_instance(77);
  const auto ana = world.open("P01", hello);
  v1::ClientMessage message;
  message.mutable_submit()->set_counter(1);
  note("K1")(*message.mutable_submit()->mutable_command());
  world.say(ana, message);
  world.say(ana, message);  // while it is on its way
  EXPECT_EQ(world.appends.size(), 1u);
  world.settle();
  const auto first = world.inboxes[ana].acks.at(0);
  const auto size = world.entries.size();
  world.start();  // a crash and a restart
  world.give();
  world.input(Live{});
  const auto again = world.open("P01", hello);
  EXPECT_EQ(world.inboxes[again].welcomes.at(0).last_counter(), 1u);
  world.say(again, message);
  world.settle();
  EXPECT_EQ(world.entries.size(), size);
  ASSERT_EQ(world.inboxes[again].acks.size(), 1u);
  EXPECT_TRUE(world.inboxes[again].acks[0].duplicate());
  EXPECT_EQ(world.inboxes[again].acks[0].seq(), first.seq());
}

TEST(Room, RefusesACommandWhoseForerunnerIsMissing) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  v1::ClientMessage message;
  message.mutable_submit()->set_counter(3);
  message.mutable_submit()->set_previous(2);
  note("K1")(*message.mutable_submit()->mutable_command());
  world.say(ana, message);
  EXPECT_EQ(world.inboxes[ana].acks.at(0).refusal(), v1::REFUSAL_OUT_OF_ORDER);
}

TEST(Room, TakesManyCommandsOfOneConnectionWithoutWaiting) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  for (const char* id : {"K1", "K2", "K3"}) world.submit(ana, note(id));
  EXPECT_EQ(world.appends.size(), 3u);
  world.settle();
  ASSERT_EQ(world.inboxes[ana].acks.size(), 3u);
  EXPECT_EQ(world.inboxes[ana].acks[2].counter(), 3u);
}

TEST(Room, TellsAFullDiskAndGoesOnWhenThereIsSpaceAgain) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  world.submit(ana, note("K1"));
  const Ticket ticket = world.appends.at(0).ticket;
  world.appends.clear();
  world.input(AppendFailed{ticket, timeline::Errc::full});
  EXPECT_EQ(world.inboxes[ana].acks.at(0).refusal(), v1::REFUSAL_STORAGE);
  EXPECT_EQ(world.inboxes[ana].notices.at(0).kind(), v1::Notice::KIND_READ_ONLY);
  v1::ClientMessage message;  // the same again: it was refused before the log
  message.mutable_submit()->set_counter(2);
  note("K1")(*message.mutable_submit()->mutable_command());
  world.say(ana, message);
  world.settle();
  EXPECT_EQ(world.inboxes[ana].acks.at(1).refusal(), v1::REFUSAL_OK);
}

TEST(Room, SendsAClientAwayThatMustSendAgainWhenTheStoreDoesNotSayWhetherItStored) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  world.submit(ana, note("K1"));
  world.input(AppendFailed{world.appends.at(0).ticket, timeline::Errc::unavailable});
  EXPECT_TRUE(world.inboxes[ana].acks.empty());
  EXPECT_EQ(world.inboxes[ana].closed, CloseReason::try_again);
}

TEST(Room, HoldsAConnectionBackThatHasTooMuchOnItsWay) {
  World world(true);  // a live meeting would find this person too fast
  world.open_meeting();
  const auto ana = world.open("P01");
  world.others.clear();
  for (std::size_t count = 0; count < limits::in_flight_max - 1; ++count) world.submit(ana, note("K1"));
  EXPECT_TRUE(world.others.empty());
  world.submit(ana, note("K1"));
  ASSERT_EQ(world.others.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<Hold>(world.others[0]));
  world.settle();
  EXPECT_TRUE(std::ranges::any_of(world.others, [](const auto& one) { return std::holds_alternative<Release>(one); }));
}

TEST(Room, EndsAConnectionThatDoesNotSayHelloFirst) {
  World world;
  world.input(Opened{ConnectionId{9}, PersonId{"P01"}});
  v1::ClientMessage message;
  message.mutable_ping();
  world.say(ConnectionId{9}, message);
  EXPECT_EQ(world.inboxes[ConnectionId{9}].closed, CloseReason::not_allowed);
  EXPECT_EQ(world.inboxes[ConnectionId{9}].notices.at(0).kind(), v1::Notice::KIND_BAD_MESSAGE);
}

TEST(Room, EndsOnlyTheConnectionThatSendsNonsense) {
  World world;
  world.open_meeting();
  const auto ana = world.open("P01");
  const auto ben = world.open("P02");
  world.input(Message{ana, "\xff\xff\xff"});
  EXPECT_EQ(world.inboxes[ana].closed, CloseReason::bad_message);
  world.input(Closed{ana});
  EXPECT_EQ(world.ask(ben, note("K1")).refusal(), v1::REFUSAL_OK);
  EXPECT_FALSE(world.inboxes[ben].closed);
}

TEST(Room, StopsAtARecordThatItDoesNotKnow) {
  World world;
  const auto ana = world.open("P01");
  v1::Body body;
  body.set_salt(Bytes(16, 's'));
  body.set_payload(Bytes("\x9a\x06\x00", 3));  // a payload of kind 99
  world.store(body.SerializeAsString());
  world.give();
  EXPECT_TRUE(world.room->quarantined());
  EXPECT_EQ(world.inboxes[ana].notices.back().kind(), v1::Notice::KIND_QUARANTINED);
  EXPECT_EQ(world.inboxes[ana].closed, CloseReason::try_again);
}

TEST(Room, TellsEverybodyThatItDrains) {
  World world;
  const auto ana = world.open("P01");
  world.input(Drain{});
  EXPECT_EQ(world.inboxes[ana].notices.at(0).kind(), v1::Notice::KIND_DRAINING);
  EXPECT_GT(world.inboxes[ana].notices.at(0).retry_ms(), 0u);
}

TEST(Room, SaysWhenWhatTheNodeProposedIsApplied) {
  World world;
  const Ticket ticket = world.room->next_ticket();
  v1::Payload payload;
  auto& person = *payload.mutable_person_admitted()->mutable_person();
  person.set_id("G1");
  person.set_role(v1::ROLE_PARTICIPANT);
  world.others.clear();
  world.input(Propose{ticket, payload});
  EXPECT_TRUE(world.others.empty());
  world.settle();
  ASSERT_EQ(world.others.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<Settled>(world.others[0]));
  EXPECT_EQ(world.room->meeting().role(PersonId{"G1"}), v1::ROLE_PARTICIPANT);
}

}  // namespace
}  // namespace atelier::room
