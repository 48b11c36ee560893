#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "atelier/v1/command.pb.h"
#include "atelier/v1/content.pb.h"
#include "atelier/v1/record.pb.h"
#include "atelier/v1/refusal.pb.h"
#include "atelier/v1/view.pb.h"
#include "crdt/doc.hpp"
#include "meeting/limits.hpp"

/// The state of a meeting between its records: plain values in ordered maps, no rule in here. Only the reducer changes it;
/// room and outcome read it. A new member needs its line in snapshot.cpp.
namespace atelier::meeting {

template <class Value>
using ById = std::map<std::string, Value, std::less<>>;
using IdSet = std::set<std::string, std::less<>>;

struct Person {
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::string function, network, organisation, lang, mode, table;
  bool joined = false;   ///< ever
  bool present = false;  ///< now
  bool left = false;     ///< said goodbye
  bool ready = false;
  std::int64_t joined_ms = 0;
};

struct Table {
  std::string host, mode, board;
  std::vector<std::string> members;  ///< in order of the plan, later ones behind
};

struct Phase {
  std::string id, title, content;
  std::uint32_t planned_starts_s = 0, planned_ends_s = 0, minutes = 0, rounds = 0;
  v1::PhaseView::State state = v1::PhaseView::STATE_LATER;
  std::int64_t started_ms = 0, ended_ms = 0;
};

struct TimerState {
  v1::TimerView::State state = v1::TimerView::STATE_UNSPECIFIED;
  std::int64_t ends_ms = 0, remaining_ms = 0;
};

struct Question {
  std::string author, lang, text;
  std::int64_t posted_ms = 0;
  IdSet upvotes;  ///< persons
};

/// One accepted record that changed a text.
struct TextRecord {
  std::uint64_t seq = 0;
  std::int64_t time_ms = 0;
  std::uint32_t author = 0;  ///< place in Text::authors; of a seed or a revert: the facilitator
};
/// Clocks from `clock` of a client (until the client's next entry) were brought by record `seq`.
struct InsertedFrom {
  std::uint64_t clock = 0, seq = 0;
};
struct DeletedRange {
  std::uint64_t client = 0, clock = 0, length = 0, seq = 0;
};
struct Revert {
  std::uint64_t seq = 0;
  std::string person, note;
  std::vector<std::uint64_t> records;
};

/// A shared text. The document keeps deleted content, so that blame, reverts and history work.
struct Text {
  std::string title, version, plain_before;  ///< plain_before: what it was opened with
  std::uint32_t word_limit = 0, order = 0;
  bool frozen = false;
  std::int64_t opened_ms = 0;
  crdt::Doc doc{crdt::Doc::Options{.gc = false}};
  std::map<std::uint64_t, std::string> clients;                 ///< client id -> the person who first used it
  std::map<std::uint64_t, std::vector<InsertedFrom>> inserted;  ///< by client, clocks ascending
  std::vector<DeletedRange> deleted;                            ///< in record order
  std::vector<TextRecord> records;                              ///< in record order
  std::vector<std::string> authors;                             ///< persons, in order of their first record
  std::vector<Revert> reverts;
  std::uint64_t bytes = 0;           ///< at least the size of the document's state: measured, plus updates since
  std::uint64_t bytes_measured = 0;  ///< encoded size when it was last measured
  std::uint32_t words = 0;  ///< as of words_ms
  std::int64_t words_ms = 0;
  bool words_stale = false;
};

struct Note {
  std::string board, kind, lang, text, author, hidden_why, hidden_by;
  bool hidden = false;
  std::int64_t posted_ms = 0;
};

struct IdeaObjection {
  std::string author, text;
  std::int64_t time_ms = 0;
};
struct Idea {
  std::string column, lang, text, author;
  std::vector<std::string> of;  ///< merged from
  std::string merged_into;
  bool parked = false;
  std::string parked_why;
  std::vector<IdeaObjection> objections;
  std::int64_t posted_ms = 0;
};

struct List {
  bool frozen = false;
  std::vector<std::string> options;
};

/// The ballot that counts now for one voter.
struct CastBallot {
  v1::Ballot ballot;  ///< empty in a sealed vote
  Bytes sealed;
  std::string person;
  std::uint64_t seq = 0;
  std::int64_t time_ms = 0;
};
/// An objection in a consent vote; kept when it is integrated.
struct VoteObjection {
  std::string network, person, reason;
  std::int64_t raised_ms = 0, integrated_ms = 0;  ///< 0: still open
};
struct Vote {
  v1::VoteOpen rules;  ///< defaults filled in
  std::uint32_t order = 0;
  bool closed = false, revealed = false, opened = false, key_deleted = false;
  std::int64_t opened_ms = 0, closed_ms = 0;
  std::uint32_t entitled = 0;  ///< networks at opening; persons at closing (live before)
  ById<CastBallot> ballots;    ///< by person, or by network
  std::vector<VoteObjection> objections;
  std::vector<std::string> concerns;
  v1::BallotsOpened opening;  ///< of a sealed vote after closing
  std::uint64_t casts = 0;    ///< accepted ballots, changed ones included
};

struct PlanActivity {
  v1::Activity fields;
  std::string owner, from_idea, parked_why;
  IdSet partners;
  bool drafted = false, parked = false;
};

struct PostedPractice {
  v1::Practice fields;
  std::string author;
  std::uint32_t order = 0;
  std::int64_t posted_ms = 0;
  IdSet useful;  ///< persons
};

struct Pledge {
  std::string network, practice, due, text, contact_role, author;
};

struct StepPosition {
  std::uint32_t step = 0;
  std::string text;
};

/// The first answer to a counter of a client instance.
struct Answer {
  std::uint64_t counter = 0, seq = 0;
  v1::Refusal refusal = v1::REFUSAL_OK;
};
struct Instance {
  std::string person;
  std::uint64_t last = 0;
  std::deque<Answer> answers;  ///< the newest, ascending
  std::string refused_text;    ///< the last command was an edit of this text, and refused
  std::int64_t refused_ms = 0; ///< then
};

struct State {
  // Where we are
  std::uint64_t seq = 0;
  std::int64_t time_ms = 0;

  // The meeting
  std::string id;
  std::string title;
  bool rehearsal = false;
  std::uint32_t rules_level = 0;
  v1::ReducerLimits limits;  ///< defaults filled in
  v1::MeetingContent content;
  v1::MeetingView::State stage = v1::MeetingView::STATE_UNSPECIFIED;  ///< UNSPECIFIED: not even created
  std::int64_t created_ms = 0, opened_ms = 0, closed_ms = 0;

  // Agenda
  std::vector<Phase> phases;
  std::string running_phase;
  TimerState timer;
  bool input_frozen = false, summoned = false;
  std::string projection_kind, projection_id;

  // People
  ById<Person> persons;
  ById<Table> tables;
  std::uint32_t joined = 0, present = 0;  ///< of those who take part: hosts, participants, observers

  // What they made
  ById<Question> questions;
  ById<IdSet> early_upvotes;             ///< question that is not posted yet -> persons
  ById<std::vector<std::string>> flags;  ///< person -> cards
  ById<std::uint32_t> flag_counts;       ///< card -> persons; every card of the content
  ById<Text> texts;
  std::vector<std::string> text_order;
  std::int64_t words_due_ms = INT64_MAX;  ///< when the next text wants its words counted
  ById<Note> notes;
  ById<Idea> ideas;
  ById<List> lists;
  ById<Vote> votes;
  ById<PlanActivity> activities;
  ById<PostedPractice> practices;
  ById<Pledge> pledges;
  ById<StepPosition> steps;                 ///< by network
  ById<ById<std::uint32_t>> matrix;         ///< network -> aspect -> 1..5
  ById<std::int64_t> reports;               ///< published at
  std::uint32_t replays = 0;

  // Bookkeeping
  std::map<std::uint64_t, Instance> instances;
  std::map<std::uint32_t, std::uint64_t> refusals;  ///< how often each code was the answer to a person; a burst of keys once
  std::uint64_t accepted = 0;                       ///< commands of persons
  ById<std::uint64_t> changed;                      ///< entity key -> the record that last changed it, removed ones too
  ById<ById<std::uint64_t>> changed_private;        ///< person -> key -> record
};

// Look-ups that several areas need.

/// The value under `id`, or nullptr.
template <class Map>
auto* find(Map& map, std::string_view id) {
  const auto found = map.find(id);
  return found == map.end() ? nullptr : &found->second;
}

const v1::Network* find_network(const State& state, std::string_view id);
const v1::Activity* library_activity(const State& state, std::string_view id);
const v1::Practice* library_practice(const State& state, std::string_view id);
/// Does the person write and vote as an observer (by role, or because of the network)?
bool is_observer(const State& state, const Person& person);
/// May this role cast a ballot in votes of persons?
bool takes_part(v1::Role role);
/// How many people of the meeting, there or not, may cast a ballot in votes of persons.
std::uint32_t voters(const State& state);

}  // namespace atelier::meeting
