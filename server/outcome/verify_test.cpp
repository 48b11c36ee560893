#include "outcome/verify.hpp"

#include "outcome/recount.hpp"
#include "outcome/test_history.hpp"

namespace atelier::outcome {
namespace {

using testing::chain_of;
using testing::entries_of;
using testing::Room;
using testing::short_meeting;
using testing::snapshot_of;

/// A meeting with a checkpoint record about the record before it.
Room checked_meeting(const Bytes& other_digest = {}) {
  Room room = short_meeting();
  const Bytes chain = chain_of(entries_of(room));
  const std::uint64_t seq = room.log.size();
  const Bytes digest = other_digest.empty() ? room.meeting.digest() : other_digest;
  room.node([&](v1::Payload& payload) {
    payload.mutable_checkpoint()->set_seq(seq);
    payload.mutable_checkpoint()->set_chain(chain);
    payload.mutable_checkpoint()->set_state_digest(digest);
  });
  return room;
}

Fault::Kind only_fault(const Verification& verification) {
  EXPECT_EQ(verification.faults.size(), 1u);
  return verification.faults.empty() ? Fault::Kind{} : verification.faults[0].kind;
}

TEST(Verify, FindsNothingWrongInAnUnchangedHistory) {
  const Room room = checked_meeting();
  MemoryHistory history(entries_of(room), {snapshot_of(room, 7), snapshot_of(room, 12)});
  const auto verification = verify(history, HighWater{Sequence{room.log.size()}, chain_of(entries_of(room))});
  EXPECT_TRUE(verification.ok()) << verification_json(verification);
  EXPECT_EQ(verification.records, room.log.size());
  EXPECT_EQ(verification.checkpoints, 1u);
  EXPECT_EQ(verification.snapshots, 2u);
  EXPECT_EQ(verification.votes_recounted, 1u);
  EXPECT_EQ(verification.digest, room.meeting.digest());
}

TEST(Verify, SeesAnyChangedByteBeforeACheckpoint) {
  const Room room = checked_meeting();
  const auto entries = entries_of(room);
  for (std::size_t at = 0; at + 1 < entries.size(); ++at) {
    auto changed = entries;
    changed[at].body.back() = static_cast<char>(changed[at].body.back() ^ 1);
    MemoryHistory history(changed);
    EXPECT_FALSE(verify(history).ok()) << at;
  }
}

TEST(Verify, SeesAMissingRecord) {
  auto entries = entries_of(checked_meeting());
  entries.erase(entries.begin() + 4);
  MemoryHistory history(entries);
  const auto verification = verify(history);
  EXPECT_EQ(only_fault(verification), Fault::Kind::hole);
  EXPECT_EQ(verification.records, 4u);
}

TEST(Verify, SeesALostTailByTheHighWaterMark) {
  const Room room = short_meeting();
  auto entries = entries_of(room);
  const HighWater mark{entries.back().seq, {}};
  entries.pop_back();
  MemoryHistory history(entries);
  EXPECT_EQ(only_fault(verify(history, mark)), Fault::Kind::shortened);
}

TEST(Verify, SeesAnotherLogUnderTheHighWaterMark) {
  const Room room = short_meeting();
  MemoryHistory history(entries_of(room));
  EXPECT_EQ(only_fault(verify(history, HighWater{Sequence{5}, Bytes(32, 'x')})), Fault::Kind::chain);
}

TEST(Verify, SeesACheckpointOfAnotherState) {
  MemoryHistory history(entries_of(checked_meeting(Bytes(32, 'd'))));
  EXPECT_EQ(only_fault(verify(history)), Fault::Kind::digest);
}

TEST(Verify, SeesASnapshotOfAnotherState) {
  const Room room = short_meeting();
  auto snapshot = snapshot_of(room, 7);
  snapshot.state = snapshot_of(room, 8).state;
  MemoryHistory history(entries_of(room), {snapshot});
  EXPECT_EQ(only_fault(verify(history)), Fault::Kind::digest);
}

TEST(Verify, TellsARestoreByItsEpochsAndRefusesOneThatComesBack) {
  auto entries = entries_of(short_meeting());
  for (std::size_t at = 5; at < entries.size(); ++at) entries[at].epoch = Bytes(16, 'f');
  MemoryHistory restored(entries);
  EXPECT_EQ(verify(restored).epochs.size(), 2u);
  EXPECT_TRUE(verify(restored).ok());
  entries.back().epoch = testing::epoch;
  MemoryHistory mixed(entries);
  EXPECT_EQ(only_fault(verify(mixed)), Fault::Kind::epoch);
}

TEST(Verify, SaysThatAnEmptyLogIsEmpty) {
  MemoryHistory history({});
  EXPECT_FALSE(verify(history).ok());
}

TEST(Recount, SeesAResultThatTheBallotsDoNotGive) {
  const Room room = short_meeting();
  const auto& vote = *meeting::find(room.meeting.state().votes, "V1");
  v1::VoteView shown = room.see("vote/V1", meeting::Audience::facilitator).vote();
  EXPECT_EQ(recount(vote, shown), std::nullopt);
  shown.mutable_result()->mutable_options(0)->set_count(2);
  EXPECT_EQ(recount(vote, shown), "counted 1 for yes, shown 2");
}

}  // namespace
}  // namespace atelier::outcome
