#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "meeting/test_meeting.hpp"
#include "outcome/history.hpp"
#include "timeline/chain.hpp"

/// A short meeting whose past the tests of this module look at.
namespace atelier::outcome::testing {

using meeting::testing::Room;
using meeting::testing::Typist;

inline const Bytes epoch(16, 'e');

inline std::vector<timeline::Entry> entries_of(const Room& room) {
  std::vector<timeline::Entry> entries;
  for (const auto& [header, body] : room.log) entries.push_back({header.seq, header.time_ms, epoch, body});
  return entries;
}

inline Bytes chain_of(const std::vector<timeline::Entry>& entries, std::size_t count = SIZE_MAX) {
  timeline::Chain chain;
  for (const auto& entry : entries)
    if (entry.seq.value() <= count && !chain.add(entry)) ADD_FAILURE() << "entry " << entry.seq.value();
  return chain.value();
}

/// The state after `seq` records, as a room keeps it.
inline timeline::Snapshot snapshot_of(const Room& room, std::uint64_t seq) {
  meeting::Meeting meeting;
  for (const auto& [header, body] : room.log)
    if (header.seq.value() <= seq && !meeting.apply(header, body)) ADD_FAILURE() << "record " << header.seq.value();
  return {Sequence{seq}, chain_of(entries_of(room), seq), meeting.snapshot()};
}

inline v1::Command note(const std::string& id, const std::string& text) {
  v1::Command command;
  command.mutable_note_add()->set_id(id);
  command.mutable_note_add()->set_board("A1");
  command.mutable_note_add()->set_text(text);
  return command;
}

inline v1::Command choice(const std::string& option) {
  v1::Command command;
  command.mutable_ballot_cast()->set_vote("V1");
  command.mutable_ballot_cast()->mutable_ballot()->set_choice(option);
  return command;
}

/// Created at second 1, opened at 10, then one thing every ten seconds of meeting time: a text, two people who type in it, a
/// refused note, a note, a hostile question, an open vote with a changed ballot, an activity with an owner, a parked idea.
inline Room short_meeting() {
  Room room;
  const auto at = [&](std::int64_t second) { room.time_ms = 1'000 + second * 1'000; };
  at(10);
  room.opened();
  at(20);
  room.open_text("A1", "Young people choose. They stay.");
  at(30);
  Typist one(room, "A1", 70'001);
  room.send("P01", one.edit(one.type_after("Young", "er")));
  at(40);
  Typist two(room, "A1", 70'002);
  room.send("P02", two.edit(two.type_after("They", " <b>all</b>")));
  at(50);
  room.send("P02", note("K0", "  "));
  room.send("P02", note("K1", "Parents & <script>friends</script>"));
  room.must("P01", [](v1::Command& command) {
    command.mutable_question_post()->set_id("Q1");
    command.mutable_question_post()->set_text("Why \"<script>alert('1')</script>\" & who?");
  });
  at(60);
  room.must("F1", [](v1::Command& command) {
    auto& open = *command.mutable_vote_open();
    open.set_vote("V1");
    open.set_method(v1::VOTE_METHOD_SINGLE_CHOICE);
    open.set_question("Shall we?");
    open.set_electorate(v1::ELECTORATE_PERSONS);
    open.set_secrecy(v1::SECRECY_OPEN);
    for (const char* option : {"yes", "no"}) open.add_options()->set_id(option);
  });
  room.send("P01", choice("no"));
  room.send("P02", choice("no"));
  at(70);
  room.send("P01", choice("yes"));
  room.must("F1", [](v1::Command& command) { command.mutable_vote_close()->set_vote("V1"); });
  at(80);
  room.must("F2", [](v1::Command& command) { command.mutable_activity_draft()->set_id("ACT-01"); });
  room.must("P03", [](v1::Command& command) {
    command.mutable_activity_claim()->set_id("ACT-01");
    command.mutable_activity_claim()->set_network("N02");
    command.mutable_activity_claim()->set_as(v1::ActivityClaim::AS_OWNER);
  });
  return room;
}

}  // namespace atelier::outcome::testing
