#include "meeting/views.hpp"

#include <algorithm>

namespace atelier::meeting {

namespace {

struct Key {
  std::string_view kind, id;
};

Key split(std::string_view key) {
  const std::size_t slash = key.find('/');
  if (slash == std::string_view::npos) return {key, {}};
  return {key.substr(0, slash), key.substr(slash + 1)};
}

bool fill(const State& state, const Key& key, Audience audience, v1::Entity& entity) {
  const auto [kind, id] = key;
  if (kind == "meeting") return view_meeting(state, entity);
  if (kind == "content") return view_content(state, entity);
  if (kind == "phase") return view_phase(state, id, entity);
  if (kind == "person") return view_person(state, id, entity);
  if (kind == "table") return view_table(state, id, entity);
  if (kind == "question") return view_question(state, id, entity);
  if (kind == "evidence") return view_evidence(state, id, entity);
  if (kind == "text") return view_text(state, id, entity);
  if (kind == "note") return view_note(state, id, audience, entity);
  if (kind == "idea") return view_idea(state, id, entity);
  if (kind == "list") return view_list(state, id, entity);
  if (kind == "vote") return view_vote(state, id, audience, entity);
  if (kind == "activity") return view_activity(state, id, entity);
  if (kind == "step") return view_step(state, id, entity);
  if (kind == "matrix") return view_matrix_row(state, id, entity);
  if (kind == "practice") return view_practice(state, id, entity);
  if (kind == "pledge") return view_pledge(state, id, entity);
  if (kind == "report") return view_report(state, id, entity);
  return false;
}

template <class Map>
void add_keys(std::vector<std::string>& keys, std::string_view kind, const Map& map) {
  for (const auto& [id, value] : map) keys.push_back(std::string(kind).append("/").append(id));
}

}  // namespace

v1::Entity Meeting::view(std::string_view key, Audience audience) const {
  v1::Entity entity;
  entity.set_removed(!fill(*state_, split(key), audience, entity));
  entity.set_key(std::string(key));
  if (const std::uint64_t* seq = find(std::as_const(state_->changed), key)) entity.set_seq(*seq);
  return entity;
}

v1::Entity Meeting::private_view(std::string_view key, const PersonId& person) const {
  v1::Entity entity;
  const auto [kind, id] = split(key);
  const bool exists = kind == "me"          ? view_me(*state_, person, entity)
                      : kind == "my-ballot" ? view_my_ballot(*state_, id, person, entity)
                                            : false;
  entity.set_removed(!exists);
  entity.set_key(std::string(key));
  if (const auto* keys = find(std::as_const(state_->changed_private), person.value())) {
    if (const std::uint64_t* seq = find(*keys, key)) entity.set_seq(*seq);
  }
  return entity;
}

std::vector<std::string> Meeting::keys() const {
  const State& state = *state_;
  std::vector<std::string> keys;
  if (state.stage == v1::MeetingView::STATE_UNSPECIFIED) return keys;
  keys.push_back("meeting");
  keys.push_back("content");
  for (const Phase& phase : state.phases) keys.push_back("phase/" + phase.id);
  add_keys(keys, "person", state.persons);
  add_keys(keys, "table", state.tables);
  add_keys(keys, "question", state.questions);
  add_keys(keys, "evidence", state.flag_counts);
  add_keys(keys, "text", state.texts);
  add_keys(keys, "note", state.notes);
  add_keys(keys, "idea", state.ideas);
  add_keys(keys, "list", state.lists);
  add_keys(keys, "vote", state.votes);
  add_keys(keys, "activity", state.activities);
  add_keys(keys, "step", state.steps);
  add_keys(keys, "matrix", state.matrix);
  add_keys(keys, "practice", state.practices);
  add_keys(keys, "pledge", state.pledges);
  add_keys(keys, "report", state.reports);
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::vector<std::string> Meeting::private_keys(const PersonId& person) const {
  std::vector<std::string> keys;
  if (find(std::as_const(state_->persons), person.value()) == nullptr) return keys;
  keys.push_back("me");
  for (const auto& [id, vote] : state_->votes) {
    v1::Entity ignored;
    if (view_my_ballot(*state_, id, person, ignored)) keys.push_back("my-ballot/" + id);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace atelier::meeting
