#include "meeting/meeting.hpp"

#include "meeting/test_meeting.hpp"

namespace atelier::meeting {
namespace {

using testing::Room;
using testing::Typist;

v1::Command note(const std::string& id, const std::string& text) {
  v1::Command command;
  command.mutable_note_add()->set_id(id);
  command.mutable_note_add()->set_board("A1");
  command.mutable_note_add()->set_text(text);
  return command;
}

TEST(Meeting, LeadsFromCreationToAnOpenVoteThatCountsLive) {
  Room room;
  room.opened();
  room.must("F1", [](v1::Command& c) { c.mutable_phase_start()->set_phase("vote"); });
  room.must("F1", [](v1::Command& c) {
    c.mutable_vote_open()->set_vote("V1");
    c.mutable_vote_open()->set_method(v1::VOTE_METHOD_SINGLE_CHOICE);
    for (const char* option : {"yes", "no"}) c.mutable_vote_open()->add_options()->set_id(option);
  });
  const Applied applied = room.must("P01", [](v1::Command& c) {
    c.mutable_ballot_cast()->set_vote("V1");
    c.mutable_ballot_cast()->mutable_ballot()->set_choice("yes");
  });

  ASSERT_EQ(applied.dirty.size(), 2u);
  EXPECT_EQ(applied.dirty[0], (Dirty{"my-ballot/V1", PersonId("P01")}));
  EXPECT_EQ(applied.dirty[1], (Dirty{"vote/V1", PersonId()}));
  const v1::VoteView vote = room.see("vote/V1").vote();
  EXPECT_EQ(vote.entitled(), 4u);
  EXPECT_EQ(vote.voted(), 1u);
  EXPECT_EQ(vote.result().options(0).count(), 1);
  EXPECT_EQ(room.see("meeting").meeting().phase(), "vote");
  EXPECT_EQ(room.see("vote/V1").seq(), applied.verdict.seq.value());
}

TEST(Meeting, IntegratesAnEditAndHandsItsBytesOn) {
  Room room;
  room.opened();
  room.open_text("A1", "Young people choose.");
  Typist typist(room, "A1", 70'000);
  const Bytes update = typist.type_after("Young people", " and adults");

  const Applied applied = room.send("P01", typist.edit(update));

  EXPECT_EQ(applied.verdict.refusal, v1::REFUSAL_OK);
  ASSERT_EQ(applied.texts.size(), 1u);
  EXPECT_EQ(applied.texts[0].update, update);
  EXPECT_EQ(crdt::plain_text(*room.meeting.text("A1")), "Young people and adults choose.");
}

TEST(Meeting, AnswersAResendWithTheFirstAnswer) {
  Room room;
  room.opened();
  const v1::Command empty = note("K1", " \t\n");
  EXPECT_EQ(room.send("P01", empty).verdict.refusal, v1::REFUSAL_EMPTY_NOTE);
  const std::uint64_t first = room.meeting.seq().value();
  room.must("P01", [](v1::Command& c) { c = note("K1", "Parents too"); });
  const std::string before = room.dump();

  for (const std::uint64_t back : {1u, 0u}) {
    room.counters["P01"] -= back + 1;
    const Applied again = room.send("P01", back == 1 ? empty : note("K1", "Parents too"));
    EXPECT_TRUE(again.verdict.duplicate);
    EXPECT_EQ(again.verdict.refusal, back == 1 ? v1::REFUSAL_EMPTY_NOTE : v1::REFUSAL_OK);
    EXPECT_EQ(again.verdict.seq.value(), back == 1 ? first : first + 1);
    EXPECT_TRUE(again.dirty.empty());
    room.counters["P01"] = 3;
  }
  EXPECT_EQ(room.dump(), before);
  EXPECT_EQ(room.meeting.state().refusals.at(v1::REFUSAL_EMPTY_NOTE), 1u);
}

TEST(Meeting, RefusesACommandThatSkipsOneAndDoesNotUseItsCounter) {
  Room room;
  room.opened();
  v1::Payload payload;
  *payload.mutable_command() = note("K1", "First");
  EXPECT_EQ(room.append("P01", 99, 5, 4, payload).verdict.refusal, v1::REFUSAL_OUT_OF_ORDER);
  EXPECT_EQ(room.meeting.last_counter(InstanceId(99)), 0u);
  EXPECT_EQ(room.append("P01", 99, 5, 0, payload).verdict.refusal, v1::REFUSAL_OK);
  EXPECT_EQ(room.meeting.last_counter(InstanceId(99)), 5u);
}

TEST(Meeting, KeepsAClientInstanceToOnePerson) {
  Room room;
  room.opened();
  v1::Payload payload;
  *payload.mutable_command() = note("K1", "Mine");
  EXPECT_EQ(room.append("P01", 99, 1, 0, payload).verdict.refusal, v1::REFUSAL_OK);
  EXPECT_EQ(room.append("P02", 99, 2, 1, payload).verdict.refusal, v1::REFUSAL_NOT_ALLOWED);
  EXPECT_EQ(room.meeting.last_counter(InstanceId(99)), 1u);
}

TEST(Meeting, StopsAtARecordThatItDoesNotKnow) {
  Room room;
  const Header next{Sequence(2), 0};
  EXPECT_EQ(room.meeting.apply(next, "\xff\xff").error(), Errc::unknown_record);
  EXPECT_EQ(room.meeting.apply(next, "").error(), Errc::unknown_record);
  v1::Body body;
  v1::Payload payload;
  payload.mutable_command()->mutable_leave()->GetReflection()->MutableUnknownFields(
      payload.mutable_command()->mutable_leave())->AddVarint(77, 1);
  body.set_payload(payload.SerializeAsString());
  EXPECT_EQ(room.meeting.apply(next, body.SerializeAsString()).error(), Errc::unknown_record);
  EXPECT_EQ(room.meeting.apply({Sequence(3), 0}, room.log[0].second).error(), Errc::out_of_order);
  EXPECT_EQ(room.meeting.seq().value(), 1u);
}

TEST(Meeting, FoldsOneLogTwiceToTheSameDigest) {
  Room room;
  room.opened();
  room.open_text("A1", "Young people choose.");
  Typist typist(room, "A1", 70'000);
  room.send("P01", typist.edit(typist.type_after("Young", "er")));
  EXPECT_EQ(testing::fold(room).digest(), room.meeting.digest());
}

TEST(Meeting, RestoresASnapshotToTheSameMeeting) {
  Room room;
  room.opened();
  room.open_text("A1", "Young people choose.");
  Typist typist(room, "A1", 70'000);
  room.send("P01", typist.edit(typist.type_after("Young", "er")));
  room.send("P01", typist.edit(typist.remove("people")));
  room.must("P02", [](v1::Command& c) { c = note("K1", "Parents too"); });

  auto restored = Meeting::restore(room.meeting.snapshot());

  ASSERT_TRUE(restored.has_value());
  EXPECT_EQ(restored->digest(), room.meeting.digest());
  EXPECT_EQ(crdt::plain_text(*restored->text("A1")), crdt::plain_text(*room.meeting.text("A1")));
}

TEST(Meeting, RefusesASnapshotThatIsCut) {
  Room room;
  room.opened();
  const Bytes snapshot = room.meeting.snapshot();
  for (std::size_t size = 0; size < snapshot.size(); ++size) {
    EXPECT_FALSE(Meeting::restore(BytesView(snapshot).substr(0, size)).has_value()) << size;
  }
}

}  // namespace
}  // namespace atelier::meeting
