#include <algorithm>

#include "meeting/commands.hpp"

namespace atelier::meeting {

namespace {

template <class Cards>
v1::Refusal check_room_for_one(const State& state, const Cards& cards, std::string_view id) {
  if (const auto wrong = check_new_id(id); wrong != v1::REFUSAL_OK) return wrong;
  if (cards.contains(id)) return v1::REFUSAL_ID_TAKEN;
  return cards.size() >= state.limits.cards_max() ? v1::REFUSAL_TOO_MANY : v1::REFUSAL_OK;
}

}  // namespace

v1::Refusal decide(const State& state, const Ask&, const v1::QuestionPost& command) {
  return first_of(check_card(state, command.text()), check_line(command.lang()),
                  check_room_for_one(state, state.questions, command.id()));
}

void evolve(State& state, const Ask& ask, const v1::QuestionPost& command, Changes& changes) {
  state.questions.emplace(command.id(), Question{.author = std::string(ask.actor),
                                                 .lang = command.lang(),
                                                 .text = command.text(),
                                                 .posted_ms = ask.header.time_ms,
                                                 .upvotes = {}});
  if (auto early = state.early_upvotes.extract(command.id())) {
    for (const std::string& person : early.mapped()) changes.own(person, "me");
    find(state.questions, command.id())->upvotes = std::move(early.mapped());
  }
  changes.entity("question", command.id());
}

/// An upvote may overtake its question (two connections, one second): it is kept and counts once the question is there.
v1::Refusal decide(const State& state, const Ask& ask, const v1::QuestionUpvote& command) {
  if (const Question* question = find(state.questions, command.question()))
    return question->upvotes.contains(ask.actor) ? v1::REFUSAL_ALREADY_DONE : v1::REFUSAL_OK;
  if (const IdSet* early = find(state.early_upvotes, command.question()))
    return early->contains(ask.actor) ? v1::REFUSAL_ALREADY_DONE : v1::REFUSAL_OK;
  return check_room_for_one(state, state.early_upvotes, command.question());
}

void evolve(State& state, const Ask& ask, const v1::QuestionUpvote& command, Changes& changes) {
  Question* question = find(state.questions, command.question());
  (question ? question->upvotes : state.early_upvotes[command.question()]).emplace(ask.actor);
  if (question == nullptr) return;
  changes.entity("question", command.question());
  changes.own(ask.actor, "me");
}

v1::Refusal decide(const State& state, const Ask&, const v1::EvidenceFlag& command) {
  if (static_cast<std::size_t>(command.cards_size()) > limits::flags_per_person) return v1::REFUSAL_TOO_MANY;
  for (auto card = command.cards().begin(); card != command.cards().end(); ++card) {
    if (!state.flag_counts.contains(*card)) return v1::REFUSAL_UNKNOWN_ID;
    if (std::find(command.cards().begin(), card, *card) != card) return v1::REFUSAL_BAD_VALUE;
  }
  return v1::REFUSAL_OK;
}

void evolve(State& state, const Ask& ask, const v1::EvidenceFlag& command, Changes& changes) {
  std::vector<std::string>& own = state.flags[std::string(ask.actor)];
  for (const std::string& card : own) {
    --*find(state.flag_counts, card);
    changes.entity("evidence", card);
  }
  own.assign(command.cards().begin(), command.cards().end());
  for (const std::string& card : own) {
    ++*find(state.flag_counts, card);
    changes.entity("evidence", card);
  }
  changes.own(ask.actor, "me");
}

v1::Refusal decide(const State& state, const Ask&, const v1::NoteAdd& command) {
  return first_of(check_card(state, command.text()), check_line(command.board()), check_line(command.kind()),
                  check_line(command.lang()), check_room_for_one(state, state.notes, command.id()));
}

void evolve(State& state, const Ask& ask, const v1::NoteAdd& command, Changes& changes) {
  Note& note = state.notes[command.id()];
  note.board = command.board();
  note.kind = command.kind();
  note.lang = command.lang();
  note.text = command.text();
  note.author = std::string(ask.actor);
  note.posted_ms = ask.header.time_ms;
  changes.entity("note", command.id());
}

v1::Refusal decide(const State& state, const Ask&, const v1::NoteHide& command) {
  const Note* note = find(state.notes, command.id());
  if (note == nullptr) return v1::REFUSAL_UNKNOWN_ID;
  if (note->hidden) return v1::REFUSAL_ALREADY_DONE;
  return is_blank(command.why()) ? v1::REFUSAL_REASON_REQUIRED : check_line(command.why());
}

void evolve(State& state, const Ask& ask, const v1::NoteHide& command, Changes& changes) {
  Note& note = *find(state.notes, command.id());
  note.hidden = true;
  note.hidden_why = command.why();
  note.hidden_by = std::string(ask.actor);
  changes.entity("note", command.id());
}

}  // namespace atelier::meeting
