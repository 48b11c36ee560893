#include "session.hpp"

#include <gtest/gtest.h>

#include "limits.hpp"

namespace atelier::client {
namespace {

v1::Command note(const std::string& id) {
  v1::Command command;
  command.mutable_note_add()->set_id(id);
  return command;
}

v1::ClientMessage parsed(const Bytes& bytes) {
  v1::ClientMessage message;
  EXPECT_TRUE(message.ParseFromString(bytes));
  return message;
}

Bytes welcome(bool full = false) {
  v1::ServerMessage message;
  message.add_welcome()->set_epoch("epoch-of-16-byte");
  message.mutable_welcome(0)->set_full(full);
  return message.SerializeAsString();
}

Bytes ack(std::uint64_t counter, std::uint64_t seq, v1::Refusal refusal = v1::REFUSAL_OK) {
  v1::ServerMessage message;
  v1::Ack& one = *message.add_ack();
  one.set_counter(counter);
  one.set_seq(seq);
  one.set_refusal(refusal);
  return message.SerializeAsString();
}

Bytes synced(std::uint64_t seq) {
  v1::ServerMessage message;
  message.add_synced()->set_seq(seq);
  return message.SerializeAsString();
}

/// Counters of the submits among `messages`, with their `previous`.
std::vector<std::pair<std::uint64_t, std::uint64_t>> submits(const SessionOutput& output) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> list;
  for (const Bytes& bytes : output.send)
    if (const auto message = parsed(bytes); message.has_submit())
      list.emplace_back(message.submit().counter(), message.submit().previous());
  return list;
}

using Counters = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

Session live_session() {
  Session session(InstanceId(7));
  session.opened({});
  session.received(welcome());
  return session;
}

TEST(Session, SaysHelloFirstAndSendsNothingElseBeforeItIsWelcome) {
  Session session(InstanceId(7));
  const auto hello = session.opened({});
  ASSERT_EQ(hello.send.size(), 1u);
  EXPECT_EQ(parsed(hello.send[0]).hello().instance(), 7u);
  EXPECT_TRUE(session.submit(note("K1"), 0).send.empty());
  EXPECT_EQ(submits(session.received(welcome())), (Counters{{1, 0}}));
}

TEST(Session, NumbersCommandsAndNamesTheOneBefore) {
  Session session = live_session();
  EXPECT_EQ(submits(session.submit(note("K1"), 0)), (Counters{{1, 0}}));
  EXPECT_EQ(submits(session.submit(note("K2"), 0)), (Counters{{2, 1}}));
}

TEST(Session, SendsWhatIsNotAcknowledgedAgainAfterAReconnect) {
  Session session = live_session();
  session.submit(note("K1"), 0);
  session.submit(note("K2"), 5000);
  session.received(ack(1, 10));
  session.closed();
  EXPECT_TRUE(session.submit(note("K3"), 0).send.empty());
  session.opened({});
  const auto again = session.received(welcome());
  EXPECT_EQ(submits(again), (Counters{{2, 1}, {3, 2}}));
  EXPECT_EQ(parsed(again.send[0]).submit().script_ms(), 5000);
}

TEST(Session, SettlesACommandOnceThoughItsAcknowledgementComesTwice) {
  Session session = live_session();
  session.submit(note("K1"), 0);
  EXPECT_EQ(session.received(ack(1, 10)).events.size(), 1u);
  EXPECT_TRUE(session.received(ack(1, 10)).events.empty());
  EXPECT_EQ(session.waiting(), 0u);
}

TEST(Session, TellsARefusalByARuleAsTheFateOfTheCommand) {
  Session session = live_session();
  session.submit(note("K1"), 0);
  const auto output = session.received(ack(1, 10, v1::REFUSAL_EMPTY_NOTE));
  ASSERT_EQ(output.events.size(), 1u);
  EXPECT_EQ(std::get<Settled>(output.events[0]).ack.refusal(), v1::REFUSAL_EMPTY_NOTE);
  EXPECT_EQ(submits(session.submit(note("K2"), 0)),
            (Counters{{2, 1}}));  // it is in the log, so it counts
}

TEST(Session, LeavesOutACommandThatWasRefusedBeforeTheLogAndSendsThoseBehindItAgain) {
  Session session = live_session();
  for (const char* id : {"K1", "K2", "K3"}) session.submit(note(id), 0);
  session.received(ack(1, 10));
  session.received(ack(2, 0, v1::REFUSAL_BAD_COMMAND));
  EXPECT_EQ(submits(session.received(ack(3, 0, v1::REFUSAL_OUT_OF_ORDER))), (Counters{{3, 1}}));
  EXPECT_EQ(submits(session.submit(note("K4"), 0)), (Counters{{4, 3}}));
}

TEST(Session, WaitsWhenTheServerIsBusyAndThenSendsEverythingInOrder) {
  Session session = live_session();
  for (const char* id : {"K1", "K2"}) session.submit(note(id), 0);
  const auto held = session.received(ack(1, 0, v1::REFUSAL_RATE));
  ASSERT_EQ(held.events.size(), 1u);
  EXPECT_EQ(std::get<Held>(held.events[0]).pause, refusal_pause);
  EXPECT_TRUE(session.received(ack(2, 0, v1::REFUSAL_OUT_OF_ORDER)).send.empty());
  EXPECT_TRUE(session.submit(note("K3"), 0).send.empty());
  EXPECT_EQ(submits(session.retry()), (Counters{{1, 0}, {2, 1}, {3, 2}}));
  EXPECT_EQ(session.waiting(), 3u);
}

TEST(Session, GivesUpOnACommandThatIsAlwaysOutOfOrder) {
  Session session = live_session();
  session.submit(note("K1"), 0);
  for (int i = 0; i < out_of_order_max; ++i)
    EXPECT_TRUE(session.received(ack(1, 0, v1::REFUSAL_OUT_OF_ORDER)).events.empty());
  const auto output = session.received(ack(1, 0, v1::REFUSAL_OUT_OF_ORDER));
  ASSERT_EQ(output.events.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<Broken>(output.events[0]));
}

TEST(Session, ComesBackWithTheEpochAndTheLastRecordItHasSeen) {
  Session session = live_session();
  session.received(synced(42));
  session.closed();
  const auto hello = parsed(session.opened({}).send[0]).hello();
  EXPECT_EQ(hello.epoch(), "epoch-of-16-byte");
  EXPECT_EQ(hello.seq(), 42u);
}

TEST(Session, ForgetsWhatItHasSeenWhenAFullLoadFollows) {
  Session session = live_session();
  session.received(synced(42));
  session.received(welcome(true));
  EXPECT_EQ(parsed(session.opened({}).send[0]).hello().seq(), 0u);
}

TEST(Session, FollowsItsTextsOnEveryNewConnection) {
  Session session(InstanceId(7));
  v1::TextFollow text;
  text.set_text("A1");
  text.set_state_vector("sv");
  const auto hello = parsed(session.opened({text}).send[0]).hello();
  ASSERT_EQ(hello.texts_size(), 1);
  EXPECT_EQ(hello.texts(0).state_vector(), "sv");
  EXPECT_TRUE(session.follow(text).send.empty());  // not live yet
}

TEST(Session, ReportsBytesThatAreNoMessage) {
  Session session = live_session();
  const auto output = session.received("\xff\xff\xff");
  ASSERT_EQ(output.events.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<Broken>(output.events[0]));
}

}  // namespace
}  // namespace atelier::client
