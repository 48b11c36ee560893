#include "outcome/replay.hpp"

#include "crdt/rich_text.hpp"
#include "outcome/test_history.hpp"

namespace atelier::outcome {
namespace {

using testing::entries_of;
using testing::Room;
using testing::short_meeting;
using testing::snapshot_of;

std::string text_of(const Replay& replay) {
  const auto* doc = replay.meeting().text("A1");
  return doc == nullptr ? "" : crdt::plain_text(*doc);
}

TEST(Replay, ShowsEveryTextAsItWasAtTheMomentSought) {
  MemoryHistory history(entries_of(short_meeting()));
  Replay replay(history);
  ASSERT_TRUE(replay.seek(19'999));
  EXPECT_EQ(text_of(replay), "");
  ASSERT_TRUE(replay.seek(20'000));
  EXPECT_EQ(text_of(replay), "Young people choose. They stay.");
  ASSERT_TRUE(replay.seek(45'000));
  EXPECT_EQ(text_of(replay), "Younger people choose. They <b>all</b> stay.");
  ASSERT_TRUE(replay.seek(35'000));
  EXPECT_EQ(text_of(replay), "Younger people choose. They stay.");
}

TEST(Replay, EqualsTheFoldOfTheRecordsUpToThereWhereverItComesFrom) {
  const Room room = short_meeting();
  MemoryHistory history(entries_of(room), {snapshot_of(room, 5), snapshot_of(room, 12)});
  Replay replay(history);
  for (const std::uint64_t seq : {3, 12, 1, 7, 20, 13, 5, 4, 99}) {
    ASSERT_TRUE(replay.seek_record(Sequence{seq})) << seq;
    const std::uint64_t reached = std::min<std::uint64_t>(seq, room.log.size());
    ASSERT_EQ(replay.meeting().seq().value(), reached);
    const auto expected = meeting::Meeting::restore(snapshot_of(room, reached).state);
    EXPECT_EQ(replay.meeting().digest(), expected->digest()) << seq;
  }
}

TEST(Replay, StandsAtTheCreationBeforeAnythingElseAndAtTheEndForMinusOne) {
  const Room room = short_meeting();
  MemoryHistory history(entries_of(room));
  Replay replay(history);
  ASSERT_TRUE(replay.seek(0));
  EXPECT_EQ(replay.meeting().seq().value(), 1u);
  ASSERT_TRUE(replay.seek(-1));
  EXPECT_EQ(replay.meeting().seq().value(), room.log.size());
  EXPECT_EQ(replay.at_ms(), 80'000);
  EXPECT_EQ(replay.end_ms().value(), 80'000);
}

TEST(Replay, TellsAViewerThatGoesForwardOnlyWhatChanged) {
  MemoryHistory history(entries_of(short_meeting()));
  Replay replay(history);
  EXPECT_TRUE(replay.seek(35'000)->jumped);
  const auto moved = replay.seek(55'000);
  ASSERT_TRUE(moved);
  EXPECT_FALSE(moved->jumped);
  EXPECT_EQ(moved->texts.size(), 1u);
  const auto is_note = [](const meeting::Dirty& dirty) { return dirty.key == "note/K1"; };
  EXPECT_EQ(std::ranges::count_if(moved->dirty, is_note), 1);
  EXPECT_TRUE(replay.seek(10'000)->jumped);
}

TEST(Replay, DoesNotUseASnapshotThatIsDamaged) {
  const Room room = short_meeting();
  auto damaged = snapshot_of(room, 12);
  damaged.state.resize(damaged.state.size() / 2);
  MemoryHistory history(entries_of(room), {damaged});
  Replay replay(history);
  ASSERT_TRUE(replay.seek(-1));
  EXPECT_EQ(replay.meeting().digest(), room.meeting.digest());
}

TEST(Replay, SaysThatAnEmptyHistoryHasNoMeeting) {
  MemoryHistory history({});
  Replay replay(history);
  EXPECT_EQ(replay.seek(0).error(), Errc::no_meeting);
}

TEST(Replay, StopsAtARecordThatItDoesNotKnow) {
  auto entries = entries_of(short_meeting());
  entries.back().body = "\xff not a body";
  MemoryHistory history(entries);
  Replay replay(history);
  EXPECT_EQ(replay.seek(-1).error(), Errc::unknown_record);
}

}  // namespace
}  // namespace atelier::outcome
