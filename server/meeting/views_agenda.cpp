#include <algorithm>

#include "meeting/views.hpp"

namespace atelier::meeting {

bool view_meeting(const State& state, v1::Entity& entity) {
  if (state.stage == v1::MeetingView::STATE_UNSPECIFIED) return false;
  v1::MeetingView& view = *entity.mutable_meeting();
  view.set_id(state.id);
  view.set_title(state.title);
  view.set_notice(state.content.notice());
  view.set_state(state.stage);
  view.set_phase(state.running_phase);
  view.set_opened_ms(state.opened_ms);
  view.set_input_frozen(state.input_frozen);
  view.set_summoned(state.summoned);
  if (state.timer.state != v1::TimerView::STATE_UNSPECIFIED) {
    view.mutable_timer()->set_state(state.timer.state);
    view.mutable_timer()->set_ends_ms(state.timer.ends_ms);
    view.mutable_timer()->set_remaining_ms(state.timer.remaining_ms);
  }
  view.set_projection_kind(state.projection_kind);
  view.set_projection_id(state.projection_id);
  view.set_rehearsal(state.rehearsal);
  view.set_present(state.present);
  view.set_joined(state.joined);
  return true;
}

bool view_content(const State& state, v1::Entity& entity) {
  if (state.stage == v1::MeetingView::STATE_UNSPECIFIED) return false;
  *entity.mutable_content()->mutable_content() = state.content;
  return true;
}

bool view_phase(const State& state, std::string_view id, v1::Entity& entity) {
  const auto found = std::find_if(state.phases.begin(), state.phases.end(), [&](const Phase& p) { return p.id == id; });
  if (found == state.phases.end()) return false;
  v1::PhaseView& view = *entity.mutable_phase();
  view.set_phase(found->id);
  view.set_title(found->title);
  view.set_content(found->content);
  view.set_state(found->state);
  view.set_order(static_cast<std::uint32_t>(found - state.phases.begin()));
  view.set_planned_starts_s(found->planned_starts_s);
  view.set_planned_ends_s(found->planned_ends_s);
  view.set_minutes(found->minutes);
  view.set_rounds(found->rounds);
  view.set_started_ms(found->started_ms);
  view.set_ended_ms(found->ended_ms);
  return true;
}

bool view_person(const State& state, std::string_view id, v1::Entity& entity) {
  const Person* person = find(state.persons, id);
  if (person == nullptr) return false;
  v1::PersonView& view = *entity.mutable_person();
  view.set_id(std::string(id));
  view.set_role(person->role);
  view.set_function(person->function);
  view.set_network(person->network);
  view.set_organisation(person->organisation);
  view.set_lang(person->lang);
  view.set_mode(person->mode);
  view.set_table(person->table);
  view.set_joined(person->joined);
  view.set_present(person->present);
  view.set_ready(person->ready);
  return true;
}

bool view_table(const State& state, std::string_view id, v1::Entity& entity) {
  const Table* table = find(state.tables, id);
  if (table == nullptr) return false;
  v1::TableView& view = *entity.mutable_table();
  view.set_id(std::string(id));
  view.set_host(table->host);
  view.set_mode(table->mode);
  for (const std::string& member : table->members) view.add_members(member);
  view.set_board(table->board);
  return true;
}

bool view_report(const State& state, std::string_view id, v1::Entity& entity) {
  const std::int64_t* published_ms = find(state.reports, id);
  if (published_ms == nullptr) return false;
  entity.mutable_report()->set_id(std::string(id));
  entity.mutable_report()->set_published_ms(*published_ms);
  return true;
}

bool view_me(const State& state, const PersonId& id, v1::Entity& entity) {
  const Person* person = find(state.persons, id.value());
  if (person == nullptr) return false;
  v1::MeView& view = *entity.mutable_me();
  view.set_person(id.value());
  view.set_role(person->role);
  for (const auto& [question, card] : state.questions) {
    if (card.upvotes.contains(id.value())) view.add_upvoted(question);
  }
  for (const auto& [question, upvotes] : state.early_upvotes) {
    if (upvotes.contains(id.value())) view.add_upvoted(question);
  }
  if (const auto* flags = find(state.flags, id.value())) {
    for (const std::string& card : *flags) view.add_flagged(card);
  }
  for (const auto& [practice, posted] : state.practices) {
    if (posted.useful.contains(id.value())) view.add_useful(practice);
  }
  for (const auto& [vote, definition] : state.votes) {
    for (const v1::Delegate& delegate : definition.rules.delegates()) {
      if (delegate.person() == id.value()) view.add_delegate_of(vote + " " + delegate.network());
    }
  }
  return true;
}

}  // namespace atelier::meeting
