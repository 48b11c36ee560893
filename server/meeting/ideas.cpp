#include <algorithm>

#include "meeting/commands.hpp"

namespace atelier::meeting {

namespace {

constexpr std::string_view ideas_list = "ideas";

bool ideas_frozen(const State& state) {
  const List* list = find(state.lists, ideas_list);
  return list != nullptr && list->frozen;
}

bool contains(const std::vector<std::string>& items, const std::string& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

template <class Items>
bool has_double(const Items& items) {
  IdSet seen;
  for (const std::string& item : items) {
    if (!seen.insert(item).second) return true;
  }
  return false;
}

v1::Refusal check_new_idea(const State& state, const std::string& id) {
  if (const auto wrong = check_new_id(id); wrong != v1::REFUSAL_OK) return wrong;
  if (state.ideas.contains(id)) return v1::REFUSAL_ID_TAKEN;
  return state.ideas.size() >= state.limits.cards_max() ? v1::REFUSAL_TOO_MANY : v1::REFUSAL_OK;
}

/// A part of a split: a new idea, or the split one itself, made of some of its ideas.
v1::Refusal check_part(const State& state, const v1::IdeasSplit& command, const v1::IdeasSplit::Part& part,
                       const Idea& whole) {
  if (part.id() != command.id()) {
    if (const auto wrong = check_new_idea(state, part.id()); wrong != v1::REFUSAL_OK) return wrong;
  }
  for (const std::string& of : part.of()) {
    if (!contains(whole.of, of)) return v1::REFUSAL_UNKNOWN_ID;
  }
  return check_card(state, part.text());
}

}  // namespace

v1::Refusal decide(const State& state, const Ask&, const v1::IdeaAdd& command) {
  if (ideas_frozen(state)) return v1::REFUSAL_LIST_FROZEN;
  return first_of(check_card(state, command.text()), check_line(command.column()), check_line(command.lang()),
                  check_new_idea(state, command.id()));
}

void evolve(State& state, const Ask& ask, const v1::IdeaAdd& command, Changes& changes) {
  Idea& idea = state.ideas[command.id()];
  idea.column = command.column();
  idea.lang = command.lang();
  idea.text = command.text();
  idea.author = std::string(ask.actor);
  idea.posted_ms = ask.header.time_ms;
  changes.entity("idea", command.id());
}

v1::Refusal decide(const State& state, const Ask&, const v1::IdeasMerge& command) {
  if (ideas_frozen(state)) return v1::REFUSAL_LIST_FROZEN;
  if (command.of().empty() || has_double(command.of())) return v1::REFUSAL_BAD_VALUE;
  if (static_cast<std::size_t>(command.of_size()) > limits::merged_ideas_max) return v1::REFUSAL_TOO_MANY;
  for (const std::string& of : command.of()) {
    const Idea* idea = find(state.ideas, of);
    if (idea == nullptr) return v1::REFUSAL_UNKNOWN_ID;
    if (!idea->merged_into.empty()) return v1::REFUSAL_ALREADY_DONE;
  }
  return first_of(check_card(state, command.text()), check_line(command.column()),
                  check_new_idea(state, command.id()));
}

void evolve(State& state, const Ask& ask, const v1::IdeasMerge& command, Changes& changes) {
  Idea& merged = state.ideas[command.id()];
  merged.column = command.column();
  merged.text = command.text();
  merged.author = std::string(ask.actor);
  merged.posted_ms = ask.header.time_ms;
  merged.of.assign(command.of().begin(), command.of().end());
  for (const std::string& of : merged.of) {
    find(state.ideas, of)->merged_into = command.id();
    changes.entity("idea", of);
  }
  changes.entity("idea", command.id());
}

v1::Refusal decide(const State& state, const Ask&, const v1::IdeasSplit& command) {
  if (ideas_frozen(state)) return v1::REFUSAL_LIST_FROZEN;
  const Idea* whole = find(state.ideas, command.id());
  if (whole == nullptr) return v1::REFUSAL_UNKNOWN_ID;
  if (whole->of.empty() || !whole->merged_into.empty() || command.into().empty()) return v1::REFUSAL_BAD_VALUE;
  if (static_cast<std::size_t>(command.into_size()) > limits::merged_ideas_max) return v1::REFUSAL_TOO_MANY;
  IdSet parts, used;
  for (const v1::IdeasSplit::Part& part : command.into()) {
    if (const auto wrong = check_part(state, command, part, *whole); wrong != v1::REFUSAL_OK) return wrong;
    if (!parts.insert(part.id()).second) return v1::REFUSAL_ID_TAKEN;
    for (const std::string& of : part.of()) {
      if (!used.insert(of).second) return v1::REFUSAL_BAD_VALUE;  // in two parts
    }
  }
  return v1::REFUSAL_OK;
}

void evolve(State& state, const Ask& ask, const v1::IdeasSplit& command, Changes& changes) {
  const Idea whole = *find(state.ideas, command.id());
  for (const std::string& of : whole.of) {  // what no part takes stands for itself again
    find(state.ideas, of)->merged_into.clear();
    changes.entity("idea", of);
  }
  const bool stays = std::any_of(command.into().begin(), command.into().end(),
                                 [&](const auto& part) { return part.id() == command.id(); });
  if (!stays) state.ideas.erase(command.id());
  changes.entity("idea", command.id());
  for (const v1::IdeasSplit::Part& part : command.into()) {
    Idea& idea = state.ideas[part.id()];
    if (part.id() != command.id()) {
      idea.column = whole.column;
      idea.author = std::string(ask.actor);
      idea.posted_ms = ask.header.time_ms;
    }
    idea.text = part.text();
    idea.of.assign(part.of().begin(), part.of().end());
    for (const std::string& of : idea.of) find(state.ideas, of)->merged_into = part.id();
    changes.entity("idea", part.id());
  }
}

v1::Refusal decide(const State& state, const Ask&, const v1::MergeObject& command) {
  const Idea* idea = find(state.ideas, command.id());
  if (idea == nullptr) return v1::REFUSAL_UNKNOWN_ID;
  if (idea->of.empty()) return v1::REFUSAL_BAD_VALUE;
  if (is_blank(command.text())) return v1::REFUSAL_REASON_REQUIRED;
  if (idea->objections.size() >= limits::objections_max) return v1::REFUSAL_TOO_MANY;
  return check_card(state, command.text());
}

void evolve(State& state, const Ask& ask, const v1::MergeObject& command, Changes& changes) {
  find(state.ideas, command.id())
      ->objections.push_back({std::string(ask.actor), command.text(), ask.header.time_ms});
  changes.entity("idea", command.id());
}

v1::Refusal decide(const State& state, const Ask&, const v1::ListFreeze& command) {
  if (const auto wrong = check_new_id(command.list()); wrong != v1::REFUSAL_OK) return wrong;
  const List* list = find(state.lists, command.list());
  if (list != nullptr && list->frozen) return v1::REFUSAL_ALREADY_DONE;
  if (list == nullptr && state.lists.size() >= limits::lists_max) return v1::REFUSAL_TOO_MANY;
  if (static_cast<std::size_t>(command.options_size()) > limits::options_max) return v1::REFUSAL_TOO_MANY;
  if (has_double(command.options())) return v1::REFUSAL_BAD_VALUE;
  for (const std::string& option : command.options()) {
    if (const auto wrong = check_line(option); wrong != v1::REFUSAL_OK) return wrong;
    if (command.list() == ideas_list && !state.ideas.contains(option)) return v1::REFUSAL_UNKNOWN_ID;
  }
  return v1::REFUSAL_OK;
}

void evolve(State& state, const Ask&, const v1::ListFreeze& command, Changes& changes) {
  List& list = state.lists[command.list()];
  list.frozen = true;
  list.options.assign(command.options().begin(), command.options().end());
  changes.entity("list", command.list());
}

}  // namespace atelier::meeting
