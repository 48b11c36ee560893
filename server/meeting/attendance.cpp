#include <algorithm>
#include <map>
#include <vector>

#include "meeting/commands.hpp"
#include "meeting/permissions.hpp"

namespace atelier::meeting {

namespace {

/// Sets who is there, and keeps the meeting's two counts right.
void set_attendance(State& state, const std::string& id, Person& person, bool joined, bool present, Changes& changes) {
  const bool counts = takes_part(person.role);
  if (person.joined == joined && person.present == present) return;
  if (counts) {
    state.joined += static_cast<std::uint32_t>(joined) - static_cast<std::uint32_t>(person.joined);
    state.present += static_cast<std::uint32_t>(present) - static_cast<std::uint32_t>(person.present);
    changes.entity("meeting");
  }
  person.joined = joined;
  person.present = present;
  changes.entity("person", id);
}

/// The number of voters changed: open votes show it.
void recount_voters(const State& state, Changes& changes) {
  for (const auto& [id, vote] : state.votes) {
    if (!vote.closed && vote.rules.electorate() == v1::ELECTORATE_PERSONS) changes.entity("vote", id);
  }
}

void seat(State& state, const std::string& id, Person& person, const std::string& table_id, Changes& changes) {
  if (person.table != table_id) {
    if (Table* old = find(state.tables, person.table)) {
      std::erase(old->members, id);
      changes.entity("table", person.table);
    }
    person.table = table_id;
  }
  Table* table = find(state.tables, table_id);
  if (table == nullptr || std::find(table->members.begin(), table->members.end(), id) != table->members.end()) return;
  table->members.push_back(id);
  changes.entity("table", table_id);
}

Person& self(State& state, const Ask& ask) { return *find(state.persons, ask.actor); }

}  // namespace

v1::Refusal decide(const State& state, const Ask& ask, const v1::Join& command) {
  const Person& person = *ask.person;
  const auto lengths = first_of(check_line(command.function()), check_line(command.lang()), check_line(command.mode()),
                                check_line(command.organisation()), check_line(command.table()));
  if (lengths != v1::REFUSAL_OK) return lengths;
  if (!command.network().empty() && command.network() != person.network) {
    const v1::Network* network = find_network(state, command.network());
    if (network == nullptr) return v1::REFUSAL_UNKNOWN_ID;
    // The roster's network stays; whoever came by the code chooses once, and nobody is the umbrella itself.
    if (!person.network.empty() || network->kind() == v1::NETWORK_KIND_UMBRELLA) return v1::REFUSAL_NOT_YOUR_NETWORK;
  }
  if (!command.table().empty() && !state.tables.empty() && find(state.tables, command.table()) == nullptr) {
    return v1::REFUSAL_UNKNOWN_ID;
  }
  return v1::REFUSAL_OK;
}

void evolve(State& state, const Ask& ask, const v1::Join& command, Changes& changes) {
  const std::string id(ask.actor);
  Person& person = self(state, ask);
  if (!person.joined) person.joined_ms = ask.header.time_ms;
  person.left = false;
  if (!command.network().empty()) person.network = command.network();
  if (!command.organisation().empty()) person.organisation = command.organisation();
  if (!command.function().empty()) person.function = command.function();
  if (!command.lang().empty()) person.lang = command.lang();
  if (!command.mode().empty()) person.mode = command.mode();
  if (!command.table().empty()) seat(state, id, person, command.table(), changes);
  set_attendance(state, id, person, true, true, changes);
  changes.entity("person", id);
  changes.own(id, "me");
}

v1::Refusal decide(const State&, const Ask&, const v1::Leave&) { return v1::REFUSAL_OK; }

void evolve(State& state, const Ask& ask, const v1::Leave&, Changes& changes) {
  Person& person = self(state, ask);
  person.left = true;
  set_attendance(state, std::string(ask.actor), person, person.joined, false, changes);
}

v1::Refusal decide(const State&, const Ask&, const v1::Drop& command) { return check_line(command.why()); }

void evolve(State& state, const Ask& ask, const v1::Drop&, Changes& changes) {
  Person& person = self(state, ask);
  set_attendance(state, std::string(ask.actor), person, person.joined, false, changes);
}

v1::Refusal decide(const State&, const Ask&, const v1::Reconnect&) { return v1::REFUSAL_OK; }

void evolve(State& state, const Ask& ask, const v1::Reconnect&, Changes& changes) {
  Person& person = self(state, ask);
  person.left = false;
  set_attendance(state, std::string(ask.actor), person, person.joined, person.joined, changes);
}

v1::Refusal decide(const State& state, const Ask& ask, const v1::RoleGrant& command) {
  const Person* person = find(state.persons, command.person());
  if (person == nullptr) return v1::REFUSAL_UNKNOWN_ID;
  if (!v1::Role_IsValid(command.role()) || command.role() == v1::ROLE_UNSPECIFIED) return v1::REFUSAL_BAD_VALUE;
  // Only an organiser makes or unmakes organisers, and nobody changes the own role: so one organiser always stays.
  const bool about_organiser = command.role() == v1::ROLE_ORGANISER || person->role == v1::ROLE_ORGANISER;
  if (about_organiser && ask.person->role != v1::ROLE_ORGANISER) return v1::REFUSAL_NOT_ALLOWED;
  if (person == ask.person) return v1::REFUSAL_NOT_ALLOWED;
  return v1::REFUSAL_OK;
}

void evolve(State& state, const Ask&, const v1::RoleGrant& command, Changes& changes) {
  Person& person = *find(state.persons, command.person());
  if (person.role == command.role()) return;
  const bool joined = person.joined;
  const bool present = person.present;
  set_attendance(state, command.person(), person, false, false, changes);  // counted by role
  person.role = command.role();
  set_attendance(state, command.person(), person, joined, present, changes);
  recount_voters(state, changes);
  changes.entity("person", command.person());
  changes.own(command.person(), "me");
}

v1::Refusal decide(const State&, const Ask&, const v1::Ready&) { return v1::REFUSAL_OK; }

void evolve(State& state, const Ask& ask, const v1::Ready& command, Changes& changes) {
  Person& person = self(state, ask);
  if (person.ready == command.ready()) return;
  person.ready = command.ready();
  changes.entity("person", ask.actor);
}

v1::Refusal decide(const State& state, const Ask&, const v1::TableBoards& command) {
  std::size_t unknown = 0;
  // A protobuf map has no order of its own: sorted, so that every node finds the same thing wrong first.
  const std::map<std::string_view, std::string_view> sorted(command.tables().begin(), command.tables().end());
  for (const auto& [table, board] : sorted) {
    if (const auto wrong = first_of(check_new_id(table), check_line(board)); wrong != v1::REFUSAL_OK) return wrong;
    unknown += state.tables.contains(table) ? 0 : 1;
  }
  return state.tables.size() + unknown > limits::tables_max ? v1::REFUSAL_TOO_MANY : v1::REFUSAL_OK;
}

void evolve(State& state, const Ask&, const v1::TableBoards& command, Changes& changes) {
  for (const auto& [table, board] : command.tables()) {  // order does not matter: one entry a table
    state.tables[table].board = board;
    changes.entity("table", table);
  }
}

v1::Refusal decide(const State& state, const Ask&, const v1::PersonAdmitted& event) {
  const v1::RosterPerson& person = event.person();
  if (const auto wrong = check_new_id(person.id()); wrong != v1::REFUSAL_OK) return wrong;
  if (state.persons.contains(person.id())) return v1::REFUSAL_ALREADY_DONE;
  return state.persons.size() >= state.limits.people_max() ? v1::REFUSAL_TOO_MANY : v1::REFUSAL_OK;
}

void evolve(State& state, const Ask&, const v1::PersonAdmitted& event, Changes& changes) {
  const v1::RosterPerson& from = event.person();
  Person& person = state.persons[from.id()];
  person.role = from.role() == v1::ROLE_UNSPECIFIED ? v1::ROLE_PARTICIPANT : from.role();
  person.function = from.function();
  person.network = from.network();
  person.organisation = from.organisation();
  person.lang = from.lang();
  person.mode = from.mode();
  if (!from.table().empty()) seat(state, from.id(), person, from.table(), changes);
  recount_voters(state, changes);
  changes.entity("person", from.id());
  changes.own(from.id(), "me");
}

v1::Refusal decide(const State&, const Ask&, const v1::Attendance&) { return v1::REFUSAL_OK; }

void evolve(State& state, const Ask&, const v1::Attendance& event, Changes& changes) {
  const auto set = [&](const std::string& id, bool present) {
    Person* person = find(state.persons, id);
    if (person != nullptr && person->joined) set_attendance(state, id, *person, true, present, changes);
  };
  for (const std::string& id : event.absent()) set(id, false);
  for (const std::string& id : event.present()) set(id, true);
}

}  // namespace atelier::meeting
