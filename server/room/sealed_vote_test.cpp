#include <gtest/gtest.h>

#include "base/seal.hpp"
#include "meeting/state.hpp"
#include "room/test_room.hpp"

namespace atelier::room {
namespace {

using testing::World;

auto open_sealed(const char* id) {
  return [=](v1::Command& command) {
    auto& vote = *command.mutable_vote_open();
    vote.set_vote(id);
    vote.set_method(v1::VOTE_METHOD_SINGLE_CHOICE);
    vote.set_question("Yes?");
    vote.set_electorate(v1::ELECTORATE_PERSONS);
    vote.set_secrecy(v1::SECRECY_SEALED);
    for (const char* option : {"yes", "no"}) vote.add_options()->set_id(option);
  };
}

auto cast(const char* vote, const char* choice) {
  return [=](v1::Command& command) {
    command.mutable_ballot_cast()->set_vote(vote);
    command.mutable_ballot_cast()->mutable_ballot()->set_choice(choice);
  };
}

auto close_vote(const char* vote) {
  return [=](v1::Command& command) { command.mutable_vote_close()->set_vote(vote); };
}

v1::Payload payload_of(const timeline::Entry& entry) {
  v1::Body body;
  v1::Payload payload;
  EXPECT_TRUE(body.ParseFromString(entry.body) && payload.ParseFromString(body.payload()));
  return payload;
}

struct SealedVote : ::testing::Test {
  SealedVote() {
    world.open_meeting();
    leader = world.open("F1");
    ana = world.open("P01");
    ben = world.open("P02");
  }
  World world;
  ConnectionId leader, ana, ben;
};

TEST_F(SealedVote, KeepsItsKeyBeforeItIsInTheLog) {
  world.submit(leader, open_sealed("V1"));
  ASSERT_EQ(world.appends.size(), 1u);
  EXPECT_EQ(world.vault.seeds.size(), 1u);
  world.settle();
  world.vault.works = false;
  EXPECT_EQ(world.ask(leader, open_sealed("V2")).refusal(), v1::REFUSAL_STORAGE);
}

TEST_F(SealedVote, HasNoContentOfABallotInTheLogAndGivesTheVoterAReceipt) {
  ASSERT_EQ(world.ask(leader, open_sealed("V1")).refusal(), v1::REFUSAL_OK);
  const auto ack = world.ask(ana, cast("V1", "yes"));
  EXPECT_EQ(ack.refusal(), v1::REFUSAL_OK);
  EXPECT_EQ(ack.receipt().size(), 16u);
  const auto ballot = payload_of(world.entries.back()).command().ballot_cast();
  EXPECT_FALSE(ballot.has_ballot());
  EXPECT_GT(ballot.sealed().size(), 48u);
  world.ask(ben, cast("V1", "no"));
  EXPECT_EQ(payload_of(world.entries.back()).command().ballot_cast().sealed().size(), ballot.sealed().size());
}

TEST_F(SealedVote, TellsTheReceiptAgainToWhoComesBackAndToNobodyElse) {
  world.ask(leader, open_sealed("V1"));
  const auto first = world.ask(ana, cast("V1", "yes")).receipt();
  ASSERT_EQ(first.size(), 16u);
  v1::Hello hello;
  hello.set_instance(1'000 + ana.value());
  const auto again = world.open("P01", hello);
  world.settle();
  EXPECT_EQ(world.inboxes[again].entities.at("my-ballot/V1").my_ballot().receipt(), first);
  const auto other = world.open("P03");
  world.settle();
  EXPECT_FALSE(world.inboxes[other].entities.contains("my-ballot/V1"));

  v1::ClientMessage message;  // the acknowledgement was lost
  message.mutable_submit()->set_counter(1);
  cast("V1", "yes")(*message.mutable_submit()->mutable_command());
  world.say(again, message);
  ASSERT_TRUE(world.inboxes[again].acks.back().duplicate());
  EXPECT_EQ(world.inboxes[again].acks.back().receipt(), first);
  const auto second = world.ask(again, cast("V1", "no")).receipt();
  EXPECT_NE(second, first);
  world.say(again, message);
  EXPECT_EQ(world.inboxes[again].acks.back().receipt(), "") << "that ballot does not count any more";
  EXPECT_EQ(world.inboxes[again].entities.at("my-ballot/V1").my_ballot().receipt(), second);
}

TEST_F(SealedVote, RefusesABallotThatBreaksTheRulesInLogOrderWithoutItsContent) {
  world.ask(leader, open_sealed("V1"));
  const auto ack = world.ask(ana, cast("V1", "maybe"));
  EXPECT_EQ(ack.refusal(), v1::REFUSAL_UNKNOWN_OPTION);
  EXPECT_GT(ack.seq(), 0u);
  EXPECT_EQ(world.entries.back().body.find("maybe"), std::string::npos);
}

TEST_F(SealedVote, WaitsWithABallotUntilTheVoteThatIsOnItsWayIsThere) {
  world.submit(leader, open_sealed("V1"));
  world.submit(ana, cast("V1", "yes"));
  EXPECT_EQ(world.appends.size(), 1u) << "how to seal it is not known yet";
  world.settle();
  EXPECT_EQ(world.inboxes[ana].acks.back().refusal(), v1::REFUSAL_OK);
  for (const auto& entry : world.entries) EXPECT_EQ(entry.body.find("\x0a\x03yes\x12"), std::string::npos);
}

TEST_F(SealedVote, WaitsAMomentForAVoteThatOnlyAnotherNodeKnowsYet) {
  world.submit(ana, cast("V1", "yes"));
  EXPECT_TRUE(world.appends.empty());
  world.ask(leader, open_sealed("V1"));
  EXPECT_EQ(world.inboxes[ana].acks.back().refusal(), v1::REFUSAL_OK);
  world.submit(ben, cast("V9", "yes"));
  world.settle();  // it waits in vain,
  world.settle();  // then the log decides
  EXPECT_EQ(world.inboxes[ben].acks.back().refusal(), v1::REFUSAL_VOTE_UNKNOWN);
}

TEST_F(SealedVote, IsOpenedInOrderOfReceiptsAfterItIsClosedAndItsKeyIsDeleted) {
  world.ask(leader, open_sealed("V1"));
  const auto one = world.ask(ana, cast("V1", "yes")).receipt();
  const auto two = world.ask(ben, cast("V1", "no")).receipt();
  world.ask(leader, close_vote("V1"));
  ASSERT_GE(world.entries.size(), 2u);
  const auto opened = payload_of(world.entries[world.entries.size() - 2]).ballots_opened();
  ASSERT_EQ(opened.ballots_size(), 2);
  EXPECT_EQ(opened.ballots(0).receipt(), std::min(one, two));
  EXPECT_EQ(opened.ballots(0).network(), "") << "fewer than five of this network";
  EXPECT_TRUE(payload_of(world.entries.back()).has_sealing_key_deleted());
  EXPECT_TRUE(world.vault.seeds.empty());
  const auto* vote = meeting::find(world.room->meeting().state().votes, "V1");
  EXPECT_TRUE(vote->opened);
  EXPECT_TRUE(vote->key_deleted);
}

TEST_F(SealedVote, TellsThatItIsClosedWhenItsBallotsAreOpened) {
  world.ask(leader, open_sealed("V1"));
  const auto before = world.inboxes[leader].acks.size();
  world.submit(leader, close_vote("V1"));
  world.store_waiting();
  world.give();
  EXPECT_EQ(world.inboxes[leader].acks.size(), before);
  world.store_waiting();
  world.give();
  EXPECT_EQ(world.inboxes[leader].acks.size(), before + 1);
}

TEST_F(SealedVote, TellsThatItIsClosedAlsoWhenNobodyHasTheKey) {
  world.ask(leader, open_sealed("V1"));
  world.vault.seeds.clear();
  EXPECT_EQ(world.ask(leader, close_vote("V1")).refusal(), v1::REFUSAL_OK);
}

TEST_F(SealedVote, IsOpenedByTheNextStartWhenTheNodeDiesAfterTheClose) {
  world.ask(leader, open_sealed("V1"));
  world.ask(ana, cast("V1", "yes"));
  world.submit(leader, close_vote("V1"));
  world.store_waiting();
  world.start();  // died before it saw the record
  world.give();
  EXPECT_TRUE(world.appends.empty()) << "what is stored is read first";
  world.input(Live{});
  world.settle();
  EXPECT_TRUE(meeting::find(world.room->meeting().state().votes, "V1")->key_deleted);
  EXPECT_TRUE(world.vault.seeds.empty());
}

}  // namespace
}  // namespace atelier::room
