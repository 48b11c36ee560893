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
  Question& question = state.questions[command.id()];
  question.author = std::string(ask.actor);
  question.lang = command.lang();
  question.text = command.text();
  question.posted_ms = ask.header.time_ms;
  if (const auto early = state.early_upvotes.find(command.id()); early != state.early_upvotes.end()) {
    question.upvotes = std::move(early->second);
    state.early_upvotes.erase(early);
  }
  changes.entity("question", command.id());
}

v1::Refusal decide(const State& state, const Ask&, const v1::QuestionUpvote& command) {
  // Upvotes and their question come over different connections: one that is ahead waits for it.
  if (state.questions.contains(command.question()) || state.early_upvotes.contains(command.question())) {
    return v1::REFUSAL_OK;
  }
  return first_of(check_new_id(command.question()), state.early_upvotes.size() >= limits::early_questions_max
                                                        ? v1::REFUSAL_UNKNOWN_ID
                                                        : v1::REFUSAL_OK);
}

void evolve(State& state, const Ask& ask, const v1::QuestionUpvote& command, Changes& changes) {
  Question* question = find(state.questions, command.question());
  IdSet& upvotes = question == nullptr ? state.early_upvotes[command.question()] : question->upvotes;
  if (!upvotes.emplace(ask.actor).second) return;  // a second one counts no more
  if (question != nullptr) changes.entity("question", command.question());
  changes.own(ask.actor, "me");
}

v1::Refusal decide(const State& state, const Ask&, const v1::EvidenceFlag& command) {
  IdSet cards;  // one card named twice is one flag
  for (const std::string& card : command.cards()) {
    if (!state.flag_counts.contains(card)) return v1::REFUSAL_UNKNOWN_ID;
    cards.insert(card);
    if (cards.size() > limits::flags_per_person) return v1::REFUSAL_TOO_MANY;
  }
  return v1::REFUSAL_OK;
}

void evolve(State& state, const Ask& ask, const v1::EvidenceFlag& command, Changes& changes) {
  std::vector<std::string>& own = state.flags[std::string(ask.actor)];
  for (const std::string& card : own) {
    --*find(state.flag_counts, card);
    changes.entity("evidence", card);
  }
  own.clear();
  for (const std::string& card : command.cards()) {
    if (std::find(own.begin(), own.end(), card) == own.end()) own.push_back(card);
  }
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
