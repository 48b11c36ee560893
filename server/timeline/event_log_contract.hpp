#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "atelier/v1/record.pb.h"
#include "timeline/chain.hpp"
#include "timeline/event_log.hpp"
#include "timeline/limits.hpp"

namespace atelier::timeline {

/// What every EventLog must do. A `World` is default-constructible, starts without meetings, and has
///   EventLog& log();                          the log under test
///   void reopen();                            destroys it and makes a new one over the same storage
///   bool run_until(std::function<bool()>);    runs what is posted until the condition holds; false after a few seconds
///   void settle();                            runs what is posted until nothing more is to be expected
///   void set_wall(std::int64_t ms);           the sequencer's clock, where the world has a hand on it (else does nothing)
template <class World>
class EventLogContract : public ::testing::Test {
 protected:
  static inline const MeetingId here{"k3abc"};

  static Draft draft(std::uint64_t counter, const std::string& payload = "payload") {
    v1::Body body;
    body.set_actor("P18");
    body.set_instance(7);
    body.set_counter(counter);
    body.set_previous(counter - 1);
    body.set_salt(std::string(16, 's'));
    body.set_payload(payload);
    return Draft{body.SerializeAsString(), std::nullopt};
  }

  static std::uint64_t counter_of(const Entry& entry) {
    v1::Body body;
    return body.ParseFromString(entry.body) ? body.counter() : 0;
  }

  template <class T>
  static std::optional<Errc> error_of(const Result<T, Errc>& result) {
    return result ? std::nullopt : std::optional(result.error());
  }

  Result<void, Errc> create(const MeetingId& meeting = here) {
    std::optional<Result<void, Errc>> answer;
    world.log().create(meeting, [&](auto result) { answer = result; });
    EXPECT_TRUE(world.run_until([&] { return answer.has_value(); }));
    return answer.value_or(std::unexpected(Errc::unavailable));
  }

  Result<Sequence, Errc> append(Draft entry, const MeetingId& meeting = here) {
    std::optional<Result<Sequence, Errc>> answer;
    world.log().append(meeting, std::move(entry), [&](auto result) { answer = result; });
    EXPECT_TRUE(world.run_until([&] { return answer.has_value(); }));
    return answer.value_or(std::unexpected(Errc::unavailable));
  }

  /// Appends without waiting; each must get the place that follows.
  void append_many(std::uint64_t count, std::uint64_t& acknowledged, std::uint64_t first = 1) {
    for (std::uint64_t i = 0; i < count; ++i)
      world.log().append(here, draft(first + i), [&acknowledged](auto result) {
        ASSERT_TRUE(result.has_value());
        EXPECT_EQ(result->value(), ++acknowledged);
      });
  }

  /// All that is stored, read back from the start.
  std::vector<Entry> stored(std::size_t count, const MeetingId& meeting = here, Sequence after = Sequence(0)) {
    std::vector<Entry> entries;
    const auto subscription = world.log().follow(meeting, after, [&](auto page) {
      ASSERT_TRUE(page.has_value());
      entries.insert(entries.end(), page->begin(), page->end());
    });
    EXPECT_TRUE(world.run_until([&] { return entries.size() >= count; }));
    world.settle();
    EXPECT_EQ(entries.size(), count);
    return entries;
  }

  std::optional<Errc> error_of_follow(const MeetingId& meeting, Sequence after) {
    std::optional<Errc> error;
    const auto subscription = world.log().follow(meeting, after, [&](auto page) {
      ASSERT_FALSE(page.has_value());
      error = page.error();
    });
    EXPECT_TRUE(world.run_until([&] { return error.has_value(); }));
    return error;
  }

  std::optional<Snapshot> newest(std::uint64_t at_most) {
    std::optional<Result<std::optional<Snapshot>, Errc>> answer;
    world.log().newest(here, Sequence(at_most), [&](auto result) { answer = std::move(result); });
    EXPECT_TRUE(world.run_until([&] { return answer.has_value(); }));
    EXPECT_TRUE(answer && answer->has_value());
    return answer && *answer ? **answer : std::nullopt;
  }

  static Snapshot snapshot(std::uint64_t seq) {
    return {Sequence(seq), Bytes(chain_bytes, static_cast<char>(seq)), "state " + std::to_string(seq) + '\0'};
  }

  static void expect_without_holes(const std::vector<Entry>& entries, std::uint64_t after = 0) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ASSERT_EQ(entries[i].seq.value(), after + i + 1);
      ASSERT_EQ(counter_of(entries[i]), after + i + 1);
      ASSERT_EQ(entries[i].epoch.size(), epoch_bytes);
      ASSERT_EQ(entries[i].epoch, entries[0].epoch);
    }
  }

  World world;
};

TYPED_TEST_SUITE_P(EventLogContract);

TYPED_TEST_P(EventLogContract, MakesALogOnce) {
  EXPECT_TRUE(this->create().has_value());
  EXPECT_EQ(this->error_of(this->create()), Errc::meeting_exists);
  this->world.reopen();
  EXPECT_EQ(this->error_of(this->create()), Errc::meeting_exists);
}

TYPED_TEST_P(EventLogContract, TakesOnlyNamesOfSmallLettersAndDigits) {
  EXPECT_TRUE(this->create(MeetingId(std::string(meeting_id_max, 'a'))).has_value());
  for (const std::string& name : {std::string(), std::string("../a"), std::string("A"), std::string("a.b"),
                                  std::string(meeting_id_max + 1, 'a')})
    EXPECT_EQ(this->error_of(this->create(MeetingId(name))), Errc::unknown_meeting) << name;
}

TYPED_TEST_P(EventLogContract, ListsItsMeetingsSorted) {
  for (const char* name : {"b2", "a1", "c3"}) ASSERT_TRUE(this->create(MeetingId(name)).has_value());
  this->world.reopen();
  std::optional<std::vector<MeetingId>> names;
  this->world.log().meetings([&](auto result) { names = result.value(); });
  ASSERT_TRUE(this->world.run_until([&] { return names.has_value(); }));
  EXPECT_EQ(*names, (std::vector{MeetingId("a1"), MeetingId("b2"), MeetingId("c3")}));
}

TYPED_TEST_P(EventLogContract, KnowsOnlyMeetingsThatWereMade) {
  const MeetingId nowhere("nowhere");
  EXPECT_EQ(this->error_of(this->append(this->draft(1), nowhere)), Errc::unknown_meeting);
  EXPECT_EQ(this->error_of_follow(nowhere, Sequence(0)), Errc::unknown_meeting);
  std::optional<Errc> error;
  this->world.log().newest(nowhere, Sequence(1), [&](auto result) { error = result.error(); });
  ASSERT_TRUE(this->world.run_until([&] { return error.has_value(); }));
  EXPECT_EQ(error, Errc::unknown_meeting);
}

TYPED_TEST_P(EventLogContract, NumbersEntriesInTheOrderOfTheCalls) {
  ASSERT_TRUE(this->create().has_value());
  std::uint64_t acknowledged = 0;
  this->append_many(1'000, acknowledged);
  EXPECT_EQ(acknowledged, 0u) << "no callback runs inside the call that took it";
  ASSERT_TRUE(this->world.run_until([&] { return acknowledged == 1'000; }));
  this->expect_without_holes(this->stored(1'000));
}

TYPED_TEST_P(EventLogContract, KeepsBodiesByteForByte) {
  ASSERT_TRUE(this->create().has_value());
  std::string every_byte;
  for (int value = 0; value < 256; ++value) every_byte.push_back(static_cast<char>(value));
  const Draft draft = this->draft(1, every_byte + "\r\n" + every_byte);
  ASSERT_TRUE(this->append(draft).has_value());
  EXPECT_EQ(this->stored(1).at(0).body, draft.body);
  this->world.reopen();
  EXPECT_EQ(this->stored(1).at(0).body, draft.body);
}

TYPED_TEST_P(EventLogContract, GivesWhatIsStoredAndThenWhatComes) {
  ASSERT_TRUE(this->create().has_value());
  std::uint64_t acknowledged = 0;
  this->append_many(300, acknowledged);
  ASSERT_TRUE(this->world.run_until([&] { return acknowledged == 300; }));
  std::vector<Entry> entries;
  const auto subscription = this->world.log().follow(this->here, Sequence(100), [&](auto page) {
    ASSERT_TRUE(page.has_value());
    ASSERT_FALSE(page->empty());
    entries.insert(entries.end(), page->begin(), page->end());
  });
  EXPECT_TRUE(entries.empty()) << "no callback runs inside the call that took it";
  this->append_many(300, acknowledged, 301);
  ASSERT_TRUE(this->world.run_until([&] { return acknowledged == 600 && entries.size() >= 500; }));
  ASSERT_TRUE(this->append(this->draft(601)).has_value());
  ASSERT_TRUE(this->world.run_until([&] { return entries.size() >= 501; }));
  this->world.settle();
  EXPECT_EQ(entries.size(), 501u);
  this->expect_without_holes(entries, 100);
}

TYPED_TEST_P(EventLogContract, GivesALongLogInPagesWhileItGrows) {
  ASSERT_TRUE(this->create().has_value());
  constexpr std::uint64_t before = 2 * page_entries_max + 10;
  constexpr std::uint64_t more = 500;
  std::uint64_t acknowledged = 0;
  this->append_many(before, acknowledged);
  ASSERT_TRUE(this->world.run_until([&] { return acknowledged == before; }));
  std::vector<Entry> entries;
  std::uint64_t next = before;
  const auto subscription = this->world.log().follow(this->here, Sequence(0), [&](auto page) {
    ASSERT_TRUE(page.has_value());
    EXPECT_LE(page->size(), page_entries_max);
    entries.insert(entries.end(), page->begin(), page->end());
    for (int i = 0; i < 50 && next < before + more; ++i) this->append_many(1, acknowledged, ++next);
  });
  ASSERT_TRUE(this->world.run_until([&] { return acknowledged == before + more && entries.size() >= before + more; }));
  this->world.settle();
  EXPECT_EQ(entries.size(), before + more);
  this->expect_without_holes(entries);
}

TYPED_TEST_P(EventLogContract, GivesNothingToAFollowerThatLeft) {
  ASSERT_TRUE(this->create().has_value());
  int calls = 0;
  auto leaving = this->world.log().follow(this->here, Sequence(0), [&](auto) { ++calls; });
  ASSERT_TRUE(this->append(this->draft(1)).has_value());
  ASSERT_TRUE(this->world.run_until([&] { return calls == 1; }));
  auto early = this->world.log().follow(this->here, Sequence(0), [&](auto) { ++calls; });
  leaving.reset();
  early.reset();
  ASSERT_TRUE(this->append(this->draft(2)).has_value());
  this->world.settle();
  EXPECT_EQ(calls, 1);
}

TYPED_TEST_P(EventLogContract, LetsAFollowerLeaveAndAppendFromItsCallback) {
  ASSERT_TRUE(this->create().has_value());
  std::unique_ptr<Subscription> subscription;
  int calls = 0;
  bool appended = false;
  subscription = this->world.log().follow(this->here, Sequence(0), [&](auto) {
    ++calls;
    this->world.log().append(this->here, this->draft(2), [&](auto result) { appended = result.has_value(); });
    subscription.reset();
  });
  ASSERT_TRUE(this->append(this->draft(1)).has_value());
  ASSERT_TRUE(this->world.run_until([&] { return appended; }));
  this->world.settle();
  EXPECT_EQ(calls, 1);
  this->expect_without_holes(this->stored(2));
}

TYPED_TEST_P(EventLogContract, SaysWhenAFollowerHasSeenMoreThanThereIs) {
  ASSERT_TRUE(this->create().has_value());
  ASSERT_TRUE(this->append(this->draft(1)).has_value());
  EXPECT_EQ(this->error_of_follow(this->here, Sequence(2)), Errc::corrupt);
  EXPECT_EQ(this->stored(0, this->here, Sequence(1)).size(), 0u);
}

TYPED_TEST_P(EventLogContract, KeepsMeetingsApart) {
  const MeetingId other("other");
  ASSERT_TRUE(this->create().has_value());
  ASSERT_TRUE(this->create(other).has_value());
  ASSERT_EQ(this->append(this->draft(1, "here")).value().value(), 1u);
  ASSERT_EQ(this->append(this->draft(1, "there"), other).value().value(), 1u);
  ASSERT_EQ(this->append(this->draft(2, "there"), other).value().value(), 2u);
  EXPECT_EQ(this->stored(1).at(0).body, this->draft(1, "here").body);
  EXPECT_EQ(this->stored(2, other).at(0).body, this->draft(1, "there").body);
  EXPECT_NE(this->stored(1, other, Sequence(1)).at(0).body, this->draft(1, "here").body);
}

TYPED_TEST_P(EventLogContract, NeverTurnsTimeBack) {
  ASSERT_TRUE(this->create().has_value());
  Draft draft = this->draft(1);
  for (const std::int64_t time_ms : {5'000, 4'000, 6'000}) {
    draft.time_ms = time_ms;
    ASSERT_TRUE(this->append(draft).has_value());
  }
  this->world.reopen();
  draft.time_ms = 1'000;
  ASSERT_TRUE(this->append(draft).has_value());
  std::vector<std::int64_t> times;
  for (const Entry& entry : this->stored(4)) times.push_back(entry.time_ms);
  EXPECT_EQ(times, (std::vector<std::int64_t>{5'000, 5'000, 6'000, 6'000}));
}

TYPED_TEST_P(EventLogContract, StampsTheSequencersTime) {
  ASSERT_TRUE(this->create().has_value());
  this->world.set_wall(1'700'000'000'000);
  ASSERT_TRUE(this->append(this->draft(1)).has_value());
  this->world.set_wall(1'600'000'000'000);
  ASSERT_TRUE(this->append(this->draft(2)).has_value());
  const auto entries = this->stored(2);
  EXPECT_GE(entries.at(0).time_ms, 1'700'000'000'000);
  EXPECT_GE(entries.at(1).time_ms, entries.at(0).time_ms);
}

TYPED_TEST_P(EventLogContract, RefusesWhatIsTooLargeOrNoBody) {
  ASSERT_TRUE(this->create().has_value());
  Draft largest = this->draft(1, std::string(entry_bytes_max, 'x'));
  const std::size_t header = largest.body.size() - entry_bytes_max;
  EXPECT_EQ(this->error_of(this->append(largest)), Errc::too_large);
  largest = this->draft(1, std::string(entry_bytes_max - header, 'x'));
  ASSERT_EQ(largest.body.size(), entry_bytes_max);
  EXPECT_EQ(this->append(largest).value_or(Sequence(0)).value(), 1u);
  EXPECT_EQ(this->error_of(this->append(Draft{"\xff no protobuf", std::nullopt})), Errc::corrupt);
  ASSERT_TRUE(this->append(this->draft(2)).has_value());
  this->expect_without_holes(this->stored(2));
}

TYPED_TEST_P(EventLogContract, KeepsEverythingWhenItIsOpenedAgain) {
  ASSERT_TRUE(this->create().has_value());
  std::uint64_t acknowledged = 0;
  this->append_many(50, acknowledged);
  ASSERT_TRUE(this->world.run_until([&] { return acknowledged == 50; }));
  const auto before = this->stored(50);
  this->world.reopen();
  EXPECT_EQ(this->stored(50), before);
  EXPECT_EQ(this->append(this->draft(51)).value_or(Sequence(0)).value(), 51u);
  this->expect_without_holes(this->stored(51));
}

TYPED_TEST_P(EventLogContract, LosesAtMostTheLastOfWhatWaitsWhenItIsClosed) {
  ASSERT_TRUE(this->create().has_value());
  for (std::uint64_t i = 1; i <= 20; ++i) this->world.log().append(this->here, this->draft(i), [](auto) {});
  this->world.reopen();
  const auto next = this->append(this->draft(100));
  ASSERT_TRUE(next.has_value());
  auto entries = this->stored(next->value());
  ASSERT_FALSE(entries.empty());
  entries.pop_back();
  this->expect_without_holes(entries);
}

TYPED_TEST_P(EventLogContract, CallsNobodyAfterItIsClosed) {
  ASSERT_TRUE(this->create().has_value());
  int calls = 0;
  const auto subscription = this->world.log().follow(this->here, Sequence(0), [&](auto) { ++calls; });
  this->world.log().append(this->here, this->draft(1), [&](auto) { ++calls; });
  this->world.reopen();
  this->world.settle();
  EXPECT_EQ(calls, 0);
}

TYPED_TEST_P(EventLogContract, IsOneChain) {
  ASSERT_TRUE(this->create().has_value());
  for (std::uint64_t i = 1; i <= 20; ++i) ASSERT_TRUE(this->append(this->draft(i)).has_value());
  Chain before;
  for (const Entry& entry : this->stored(20)) ASSERT_TRUE(before.add(entry).has_value());
  this->world.reopen();
  Chain after;
  for (const Entry& entry : this->stored(20)) ASSERT_TRUE(after.add(entry).has_value());
  EXPECT_EQ(before.value(), after.value());
}

TYPED_TEST_P(EventLogContract, FindsTheNewestSnapshotThatIsNotTooNew) {
  ASSERT_TRUE(this->create().has_value());
  EXPECT_EQ(this->newest(100), std::nullopt);
  std::uint64_t acknowledged = 0;
  this->append_many(30, acknowledged);
  ASSERT_TRUE(this->world.run_until([&] { return acknowledged == 30; }));
  for (const std::uint64_t seq : {10, 20, 30}) this->world.log().keep(this->here, this->snapshot(seq));
  ASSERT_TRUE(this->world.run_until([&] { return this->newest(100) == this->snapshot(30); }));
  this->world.reopen();
  EXPECT_EQ(this->newest(30), this->snapshot(30));
  EXPECT_EQ(this->newest(29), this->snapshot(20));
  EXPECT_EQ(this->newest(10), this->snapshot(10)) << "the first of its stride stays";
  EXPECT_EQ(this->newest(9), std::nullopt);
}

TYPED_TEST_P(EventLogContract, DropsSnapshotsThatNobodyNeeds) {
  ASSERT_TRUE(this->create().has_value());
  std::uint64_t acknowledged = 0;
  this->append_many(50, acknowledged);
  ASSERT_TRUE(this->world.run_until([&] { return acknowledged == 50; }));
  for (const std::uint64_t seq : {10, 20, 30, 40, 50}) this->world.log().keep(this->here, this->snapshot(seq));
  ASSERT_TRUE(this->world.run_until([&] { return this->newest(100) == this->snapshot(50); }));
  EXPECT_EQ(this->newest(49), this->snapshot(40));
  EXPECT_EQ(this->newest(39), this->snapshot(10)) << "20 and 30 went";
}

TYPED_TEST_P(EventLogContract, RefusesASnapshotOfWhatIsNotThere) {
  ASSERT_TRUE(this->create().has_value());
  this->world.log().keep(this->here, this->snapshot(5));
  this->world.settle();
  EXPECT_EQ(this->newest(100), std::nullopt);
}

REGISTER_TYPED_TEST_SUITE_P(EventLogContract, MakesALogOnce, TakesOnlyNamesOfSmallLettersAndDigits,
                            ListsItsMeetingsSorted, KnowsOnlyMeetingsThatWereMade,
                            NumbersEntriesInTheOrderOfTheCalls, KeepsBodiesByteForByte,
                            GivesWhatIsStoredAndThenWhatComes, GivesALongLogInPagesWhileItGrows,
                            GivesNothingToAFollowerThatLeft, LetsAFollowerLeaveAndAppendFromItsCallback,
                            SaysWhenAFollowerHasSeenMoreThanThereIs, KeepsMeetingsApart, NeverTurnsTimeBack,
                            StampsTheSequencersTime, RefusesWhatIsTooLargeOrNoBody,
                            KeepsEverythingWhenItIsOpenedAgain, LosesAtMostTheLastOfWhatWaitsWhenItIsClosed,
                            CallsNobodyAfterItIsClosed, IsOneChain, FindsTheNewestSnapshotThatIsNotTooNew,
                            DropsSnapshotsThatNobodyNeeds, RefusesASnapshotOfWhatIsNotThere);

}  // namespace atelier::timeline
