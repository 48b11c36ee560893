#include "base/hash.hpp"
#include "meeting/archive.hpp"
#include "meeting/meeting.hpp"
#include "meeting/state.hpp"

/// Every member of the state in one fixed order. What is written here is a format: a change needs a new `version`, and a
/// node that meets another one folds the log again.
namespace atelier::meeting {

namespace {

constexpr std::uint64_t magic = 0x4D54'4154;  // "TATM"
constexpr std::uint64_t version = 1;

}  // namespace

template <class Archive, Like<Person> T>
void visit(Archive& archive, T& person) {
  archive(person.role, person.function, person.network, person.organisation, person.lang, person.mode, person.table,
          person.joined, person.present, person.left, person.ready, person.joined_ms);
}

template <class Archive, Like<Table> T>
void visit(Archive& archive, T& table) {
  archive(table.host, table.mode, table.board, table.members);
}

template <class Archive, Like<Phase> T>
void visit(Archive& archive, T& phase) {
  archive(phase.id, phase.title, phase.content, phase.planned_starts_s, phase.planned_ends_s, phase.minutes,
          phase.rounds, phase.state, phase.started_ms, phase.ended_ms);
}

template <class Archive, Like<TimerState> T>
void visit(Archive& archive, T& timer) {
  archive(timer.state, timer.ends_ms, timer.remaining_ms);
}

template <class Archive, Like<Question> T>
void visit(Archive& archive, T& question) {
  archive(question.author, question.lang, question.text, question.posted_ms, question.upvotes);
}

template <class Archive, Like<Note> T>
void visit(Archive& archive, T& note) {
  archive(note.board, note.kind, note.lang, note.text, note.author, note.hidden_why, note.hidden_by, note.hidden,
          note.posted_ms);
}

template <class Archive, Like<IdeaObjection> T>
void visit(Archive& archive, T& objection) {
  archive(objection.author, objection.text, objection.time_ms);
}

template <class Archive, Like<Idea> T>
void visit(Archive& archive, T& idea) {
  archive(idea.column, idea.lang, idea.text, idea.author, idea.of, idea.merged_into, idea.parked, idea.parked_why,
          idea.objections, idea.posted_ms);
}

template <class Archive, Like<List> T>
void visit(Archive& archive, T& list) {
  archive(list.frozen, list.options);
}

template <class Archive, Like<CastBallot> T>
void visit(Archive& archive, T& ballot) {
  archive(ballot.ballot, ballot.sealed, ballot.person, ballot.seq, ballot.time_ms);
}

template <class Archive, Like<VoteObjection> T>
void visit(Archive& archive, T& objection) {
  archive(objection.network, objection.person, objection.reason, objection.raised_ms, objection.integrated_ms);
}

template <class Archive, Like<Vote> T>
void visit(Archive& archive, T& vote) {
  archive(vote.rules, vote.order, vote.closed, vote.revealed, vote.opened, vote.key_deleted, vote.opened_ms,
          vote.closed_ms, vote.entitled, vote.ballots, vote.objections, vote.concerns, vote.opening, vote.casts);
}

template <class Archive, Like<PlanActivity> T>
void visit(Archive& archive, T& activity) {
  archive(activity.fields, activity.owner, activity.from_idea, activity.parked_why, activity.partners,
          activity.drafted, activity.parked);
}

template <class Archive, Like<PostedPractice> T>
void visit(Archive& archive, T& practice) {
  archive(practice.fields, practice.author, practice.order, practice.posted_ms, practice.useful);
}

template <class Archive, Like<Pledge> T>
void visit(Archive& archive, T& pledge) {
  archive(pledge.network, pledge.practice, pledge.due, pledge.text, pledge.contact_role, pledge.author);
}

template <class Archive, Like<StepPosition> T>
void visit(Archive& archive, T& position) {
  archive(position.step, position.text);
}

template <class Archive, Like<Revert> T>
void visit(Archive& archive, T& revert) {
  archive(revert.seq, revert.person, revert.note, revert.records);
}

template <class Archive, Like<Answer> T>
void visit(Archive& archive, T& answer) {
  archive(answer.counter, answer.seq, answer.refusal);
}

template <class Archive, Like<Instance> T>
void visit(Archive& archive, T& instance) {
  archive(instance.person, instance.last, instance.answers, instance.refused_text, instance.refused_ms);
}

namespace {

// Who wrote what, as differences: some bytes a keystroke.

void write_attribution(Writer& writer, const Text& text) {
  TextRecord record;
  writer.varint(text.records.size());
  for (const TextRecord& next : text.records) {
    writer.varint(next.seq - record.seq);
    writer.zigzag(next.time_ms - record.time_ms);
    writer.varint(next.author);
    record = next;
  }
  writer.varint(text.inserted.size());
  for (const auto& [client, entries] : text.inserted) {
    writer.varint(client);
    writer.varint(entries.size());
    InsertedFrom entry;
    for (const InsertedFrom& next : entries) {
      writer.varint(next.clock - entry.clock);
      writer.varint(next.seq - entry.seq);
      entry = next;
    }
  }
  writer.varint(text.deleted.size());
  std::uint64_t seq = 0;
  for (const DeletedRange& range : text.deleted) {
    writer.varint(range.client);
    writer.varint(range.clock);
    writer.varint(range.length);
    writer.varint(range.seq - seq);
    seq = range.seq;
  }
}

void read_attribution(Reader& reader, Text& text) {
  TextRecord record;
  std::size_t left = reader.count();
  for (text.records.reserve(left); left > 0 && reader.ok(); --left) {
    record.seq += reader.varint();
    record.time_ms += reader.zigzag();
    record.author = static_cast<std::uint32_t>(reader.varint());
    text.records.push_back(record);
  }
  for (std::size_t clients = reader.count(); clients > 0 && reader.ok(); --clients) {
    std::vector<InsertedFrom>& entries = text.inserted[reader.varint()];
    InsertedFrom entry;
    left = reader.count();
    for (entries.reserve(left); left > 0 && reader.ok(); --left) {
      entry.clock += reader.varint();
      entry.seq += reader.varint();
      entries.push_back(entry);
    }
  }
  DeletedRange range;
  left = reader.count();
  for (text.deleted.reserve(left); left > 0 && reader.ok(); --left) {
    range.client = reader.varint();
    range.clock = reader.varint();
    range.length = reader.varint();
    range.seq += reader.varint();
    text.deleted.push_back(range);
  }
}

}  // namespace

template <class Archive, Like<Text> T>
void visit(Archive& archive, T& text) {
  archive(text.title, text.version, text.plain_before, text.word_limit, text.order, text.frozen, text.opened_ms,
          text.doc, text.clients, text.authors, text.reverts, text.bytes, text.bytes_measured, text.words,
          text.words_ms, text.words_stale);
  if constexpr (std::is_same_v<Archive, Writer>) {
    write_attribution(archive, text);
  } else {
    read_attribution(archive, text);
  }
}

template <class Archive, Like<State> T>
void visit(Archive& archive, T& state) {
  archive(state.seq, state.time_ms, state.id, state.title, state.rehearsal, state.rules_level, state.limits,
          state.content, state.stage, state.created_ms, state.opened_ms, state.closed_ms);
  archive(state.phases, state.running_phase, state.timer, state.input_frozen, state.summoned, state.projection_kind,
          state.projection_id, state.persons, state.tables, state.joined, state.present);
  archive(state.questions, state.early_upvotes, state.flags, state.flag_counts, state.texts, state.text_order, state.words_due_ms,
          state.notes, state.ideas, state.lists, state.votes, state.activities, state.practices, state.pledges,
          state.steps, state.matrix, state.reports, state.replays);
  archive(state.instances, state.refusals, state.accepted, state.changed, state.changed_private);
}

Bytes Meeting::snapshot() const {
  Writer writer;
  writer.varint(magic);
  writer.varint(version);
  visit(writer, *state_);
  return writer.take();
}

Result<Meeting, Errc> Meeting::restore(BytesView snapshot) {
  Reader reader(snapshot);
  if (reader.varint() != magic || reader.varint() != version) return std::unexpected(Errc::bad_snapshot);
  Meeting meeting;
  visit(reader, *meeting.state_);
  if (!reader.at_end()) return std::unexpected(Errc::bad_snapshot);
  return meeting;
}

Bytes Meeting::digest() const { return hash(snapshot()); }

}  // namespace atelier::meeting
