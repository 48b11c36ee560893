#include "meeting/blame.hpp"
#include "meeting/test_meeting.hpp"

namespace atelier::meeting {
namespace {

using testing::Room;
using testing::Typist;

class Texts : public ::testing::Test {
 protected:
  void SetUp() override {
    room.opened();
    room.open_text("A1", "Young people choose.");
  }
  std::string plain() const { return crdt::plain_text(*room.meeting.text("A1")); }
  v1::Refusal freeze(bool frozen) {
    return room.ask("F1", [&](v1::Command& c) {
      c.mutable_text_freeze()->add_texts("A1");
      c.mutable_text_freeze()->set_frozen(frozen);
    });
  }
  Room room;
};

TEST_F(Texts, ShowWhatTheyWereOpenedWith) {
  const v1::TextView view = room.see("text/A1").text();
  EXPECT_EQ(plain(), "Young people choose.");
  EXPECT_EQ(view.words(), 3u);
  EXPECT_FALSE(view.frozen());
  EXPECT_EQ(room.meeting.texts(), std::vector<std::string>{"A1"});
}

TEST_F(Texts, RefuseASecondOpeningUnderOneId) {
  EXPECT_EQ(room.ask("F1", [](v1::Command& c) { c.mutable_text_open()->set_text("A1"); }), v1::REFUSAL_ID_TAKEN);
}

TEST_F(Texts, RefuseAnEditAfterTheFreezeAndTakeItAfterTheThaw) {
  Typist typist(room, "A1", 70'000);
  const auto edit = typist.edit(typist.type_after("Young", "er"));
  EXPECT_EQ(freeze(true), v1::REFUSAL_OK);
  const std::string before = room.dump();
  EXPECT_EQ(room.send("P01", edit).verdict.refusal, v1::REFUSAL_TEXT_FROZEN);
  EXPECT_EQ(room.dump(), before);
  EXPECT_EQ(freeze(true), v1::REFUSAL_OK);  // frozen already
  EXPECT_EQ(freeze(false), v1::REFUSAL_OK);
  EXPECT_EQ(room.send("P01", edit).verdict.refusal, v1::REFUSAL_OK);
  EXPECT_EQ(plain(), "Younger people choose.");
}

TEST_F(Texts, KeepAClientIdForThePersonWhoFirstUsedIt) {
  Typist typist(room, "A1", 70'000);
  const Bytes first = typist.type_after("Young", "e");
  const Bytes second = typist.type_after("Younge", "r");
  EXPECT_EQ(room.send("P01", typist.edit(first)).verdict.refusal, v1::REFUSAL_OK);
  EXPECT_EQ(room.send("P02", typist.edit(second)).verdict.refusal, v1::REFUSAL_UPDATE_FOREIGN_CLIENT);
  EXPECT_EQ(room.send("P01", typist.edit(second)).verdict.refusal, v1::REFUSAL_OK);
  EXPECT_EQ(plain(), "Younger people choose.");
}

TEST_F(Texts, KeepLowClientIdsForTheServer) {
  for (const std::uint64_t client : {1ull, 65'535ull}) {
    Typist typist(room, "A1", client);
    EXPECT_EQ(room.send("P01", typist.edit(typist.type_after("Young", "er"))).verdict.refusal,
              v1::REFUSAL_UPDATE_FOREIGN_CLIENT);
  }
  Typist typist(room, "A1", 65'536);
  EXPECT_EQ(room.send("P01", typist.edit(typist.type_after("Young", "er"))).verdict.refusal, v1::REFUSAL_OK);
}

TEST_F(Texts, RefuseBytesThatAreNoUpdateOrWantMoreThanTheyMay) {
  Typist typist(room, "A1", 70'000);
  EXPECT_EQ(room.send("P01", typist.edit("")).verdict.refusal, v1::REFUSAL_UPDATE_MALFORMED);
  EXPECT_EQ(room.send("P01", typist.edit("\xff\xff\xff")).verdict.refusal, v1::REFUSAL_UPDATE_MALFORMED);
  typist.type_after("Young", "er");  // never sent: what comes next builds on it
  EXPECT_EQ(room.send("P01", typist.edit(typist.type_after("Younger", "s"))).verdict.refusal,
            v1::REFUSAL_UPDATE_NOT_CAUSAL);
  const Bytes other_root = crdt::seed_rich_text(crdt::ClientId(70'001), "elsewhere", "other");
  EXPECT_EQ(room.send("P01", typist.edit(other_root)).verdict.refusal, v1::REFUSAL_UPDATE_NOT_ALLOWED);
  EXPECT_EQ(plain(), "Young people choose.");
}

TEST_F(Texts, TakeAnEditThatBringsNothingNewWithoutARecordOfIt) {
  Typist typist(room, "A1", 70'000);
  const auto edit = typist.edit(typist.type_after("Young", "er"));
  room.send("P01", edit);
  const std::size_t records = room.meeting.state().texts.at("A1").records.size();
  const Applied again = room.send("P01", edit);
  EXPECT_EQ(again.verdict.refusal, v1::REFUSAL_OK);
  EXPECT_TRUE(again.texts.empty());
  EXPECT_EQ(room.meeting.state().texts.at("A1").records.size(), records);
}

TEST_F(Texts, SayWhoWroteEachRun) {
  Typist first(room, "A1", 70'000);
  Typist second(room, "A1", 80'000);
  const std::uint64_t seed = room.meeting.seq().value();
  room.time_ms = 60'000;
  const std::uint64_t edit = room.send("P01", first.edit(first.type_after("Young people", " and ädults 🎉"))).verdict.seq.value();
  room.time_ms = 120'000;
  room.send("P02", second.edit(second.type_after("choose", " freely")));

  const std::vector<BlameRun> runs = blame(room.meeting.state(), "A1");

  ASSERT_EQ(runs.size(), 5u);
  EXPECT_EQ(runs[0].text, "Young people");
  EXPECT_EQ(runs[0].person, "F1");
  EXPECT_EQ(runs[0].first_seq, seed);
  EXPECT_EQ(runs[1].text, " and ädults 🎉");
  EXPECT_EQ(runs[1].person, "P01");
  EXPECT_EQ(runs[1].first_seq, edit);
  EXPECT_EQ(runs[1].first_ms, 60'000);
  EXPECT_EQ(runs[3].text, " freely");
  EXPECT_EQ(runs[3].person, "P02");
  EXPECT_TRUE(runs[4].paragraph_end);
}

TEST_F(Texts, JoinTheKeysOfOneBurstAndPartThoseOfAnother) {
  Typist typist(room, "A1", 70'000);
  std::string typed = "Young";
  for (const char* key : {"e", "r", "!"}) {
    room.send("P01", typist.edit(typist.type_after(typed, key)));
    typed += key;
  }
  room.time_ms += blame_join_ms + 1;
  room.send("P01", typist.edit(typist.type_after(typed, "?")));
  const std::vector<BlameRun> runs = blame(room.meeting.state(), "A1");
  ASSERT_EQ(runs.size(), 4u);
  EXPECT_EQ(runs[1].text, "er!");
  EXPECT_EQ(runs[1].last_seq, runs[1].first_seq + 2);
  EXPECT_EQ(runs[2].text, "?");
}

TEST_F(Texts, WriteDownWhatARecordDeleted) {
  Typist typist(room, "A1", 70'000);
  const std::uint64_t seq = room.send("P01", typist.edit(typist.remove("people "))).verdict.seq.value();
  const auto& deleted = room.meeting.state().texts.at("A1").deleted;
  ASSERT_EQ(deleted.size(), 1u);
  EXPECT_EQ(deleted[0].client, 1u);
  EXPECT_EQ(deleted[0].length, 7u);
  EXPECT_EQ(deleted[0].seq, seq);
}

TEST_F(Texts, AreRevertedByAFacilitatorAsANewRecordedEdit) {
  Typist typist(room, "A1", 70'000);
  const Bytes update = typist.type_after("Young", "er");
  const std::uint64_t seq = room.send("P01", typist.edit(update)).verdict.seq.value();
  const auto back = crdt::revert(*room.meeting.text("A1"), {update}, crdt::ClientId(2));
  ASSERT_TRUE(back.has_value());
  const auto revert = [&](v1::Command& c) {
    c.mutable_text_revert()->set_text("A1");
    c.mutable_text_revert()->add_records(seq);
    c.mutable_text_revert()->set_note("table does not agree");
    c.mutable_text_revert()->set_update(*back);
  };
  EXPECT_EQ(room.ask("P01", revert), v1::REFUSAL_NOT_ALLOWED);
  const Applied applied = room.must("F2", revert);
  EXPECT_EQ(plain(), "Young people choose.");
  ASSERT_EQ(applied.texts.size(), 1u);
  ASSERT_EQ(room.meeting.state().texts.at("A1").reverts.size(), 1u);
  EXPECT_EQ(room.meeting.state().texts.at("A1").reverts[0].records, std::vector<std::uint64_t>{seq});
}

TEST_F(Texts, RefuseARevertOfARecordThatIsNoEditOfThem) {
  const auto revert = [&](v1::Command& c) {
    c.mutable_text_revert()->set_text("A1");
    c.mutable_text_revert()->add_records(1);
  };
  EXPECT_EQ(room.ask("F1", revert), v1::REFUSAL_UNKNOWN_ID);
}

TEST_F(Texts, StayWithinTheirSize) {
  Room small;
  v1::MeetingCreated created;
  created.set_meeting("m2");
  *created.mutable_content() = testing::small_content();
  created.mutable_limits()->set_text_bytes_max(400);
  created.mutable_limits()->set_update_bytes_max(200);
  small = Room(created);
  small.opened();
  small.open_text("A1", "Young people choose.");
  Typist typist(small, "A1", 70'000);
  EXPECT_EQ(small.send("P01", typist.edit(typist.type_after("Young", std::string(300, 'x')))).verdict.refusal,
            v1::REFUSAL_UPDATE_OVER_LIMIT);
  Typist other(small, "A1", 80'000);
  std::string typed = "Young";
  v1::Refusal last = v1::REFUSAL_OK;
  for (int key = 0; key < 40 && last == v1::REFUSAL_OK; ++key) {
    last = small.send("P01", other.edit(other.type_after(typed, "x"))).verdict.refusal;
    typed += "x";
  }
  EXPECT_EQ(last, v1::REFUSAL_UPDATE_OVER_LIMIT);
}

TEST_F(Texts, CountTheirWordsAtMostOnceInAWhileAndNeverForgetTo) {
  Typist typist(room, "A1", 70'000);
  room.send("P01", typist.edit(typist.type_after("choose", " wisely today")));
  EXPECT_EQ(room.see("text/A1").text().words(), 3u);
  room.time_ms += limits::word_count_interval_ms;
  const Applied applied = room.must("F1", [](v1::Command& c) { c.mutable_summon()->set_active(true); });
  EXPECT_EQ(room.see("text/A1").text().words(), 5u);
  EXPECT_EQ(std::count(applied.dirty.begin(), applied.dirty.end(), (Dirty{"text/A1", PersonId()})), 1);
}

}  // namespace
}  // namespace atelier::meeting
