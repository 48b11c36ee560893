#include "meeting/commands.hpp"

namespace atelier::meeting {

namespace {

void fill_defaults(v1::ReducerLimits& limits) {
  const auto fill = [&](auto value, auto setter, std::uint32_t standard) {
    if (value == 0) (limits.*setter)(standard);
  };
  using Limits = v1::ReducerLimits;
  fill(limits.text_bytes_max(), &Limits::set_text_bytes_max, limits::text_bytes_max);
  fill(limits.update_bytes_max(), &Limits::set_update_bytes_max, limits::update_bytes_max);
  fill(limits.cards_max(), &Limits::set_cards_max, limits::cards_max);
  fill(limits.texts_max(), &Limits::set_texts_max, limits::texts_max);
  fill(limits.people_max(), &Limits::set_people_max, limits::people_max);
  fill(limits.card_characters_max(), &Limits::set_card_characters_max, limits::card_characters_max);
}

void fill_agenda(State& state, Changes& changes) {
  for (const v1::AgendaItem& item : state.content.agenda()) {
    Phase& phase = state.phases.emplace_back();
    phase.id = item.phase();
    phase.title = item.title().empty() ? item.phase() : item.title();
    phase.content = item.content();
    phase.planned_starts_s = item.starts_s();
    phase.planned_ends_s = item.ends_s();
    changes.entity("phase", phase.id);
  }
}

void fill_people(State& state, const Ask& ask, Changes& changes) {
  for (const v1::Table& from : state.content.tables()) {
    Table& table = state.tables[from.id()];
    table.host = from.host();
    table.mode = from.mode();
    table.members.assign(from.members().begin(), from.members().end());
    changes.entity("table", from.id());
  }
  v1::PersonAdmitted admitted;
  for (const v1::RosterPerson& person : state.content.roster()) {
    *admitted.mutable_person() = person;
    evolve(state, ask, admitted, changes);
  }
}

bool has_doubles(const v1::MeetingContent& content) {
  IdSet phases, people, tables;
  for (const auto& item : content.agenda()) {
    if (item.phase().empty() || !phases.insert(item.phase()).second) return true;
  }
  for (const auto& person : content.roster()) {
    if (person.id().empty() || !people.insert(person.id()).second) return true;
  }
  for (const auto& table : content.tables()) {
    if (table.id().empty() || !tables.insert(table.id()).second) return true;
  }
  return false;
}

}  // namespace

v1::Refusal decide(const State& state, const Ask&, const v1::MeetingCreated& event) {
  if (state.stage != v1::MeetingView::STATE_UNSPECIFIED) return v1::REFUSAL_ALREADY_DONE;
  const v1::MeetingContent& content = event.content();
  if (event.meeting().empty() || has_doubles(content)) return v1::REFUSAL_BAD_VALUE;
  const bool too_many = static_cast<std::size_t>(content.agenda_size()) > limits::phases_max ||
                        static_cast<std::size_t>(content.tables_size()) > limits::tables_max;
  return too_many ? v1::REFUSAL_TOO_MANY : v1::REFUSAL_OK;
}

void evolve(State& state, const Ask& ask, const v1::MeetingCreated& event, Changes& changes) {
  state.id = event.meeting();
  state.content = event.content();
  state.title = state.content.title();
  state.rehearsal = event.rehearsal();
  state.rules_level = event.rules_level();
  state.limits = event.limits();
  fill_defaults(state.limits);
  state.stage = v1::MeetingView::STATE_CREATED;
  state.created_ms = ask.header.time_ms;
  fill_agenda(state, changes);
  fill_people(state, ask, changes);
  for (const v1::Evidence& card : state.content.evidence()) {
    state.flag_counts[card.id()] = 0;
    changes.entity("evidence", card.id());
  }
  changes.entity("content");
  changes.entity("meeting");
}

}  // namespace atelier::meeting
