#include "meeting/state.hpp"

#include <algorithm>

namespace atelier::meeting {

namespace {

template <class Items>
auto find_by_id(const Items& items, std::string_view id) -> decltype(&*items.begin()) {
  for (const auto& item : items) {
    if (item.id() == id) return &item;
  }
  return nullptr;
}

}  // namespace

const v1::Network* find_network(const State& state, std::string_view id) {
  return find_by_id(state.content.networks(), id);
}

const v1::Activity* library_activity(const State& state, std::string_view id) {
  return find_by_id(state.content.activities(), id);
}

const v1::Practice* library_practice(const State& state, std::string_view id) {
  return find_by_id(state.content.practices(), id);
}

bool is_observer(const State& state, const Person& person) {
  if (person.role == v1::ROLE_OBSERVER) return true;
  const v1::Network* network = find_network(state, person.network);
  return network != nullptr && network->kind() == v1::NETWORK_KIND_OBSERVER;
}

bool takes_part(v1::Role role) {
  return role == v1::ROLE_TABLE_HOST || role == v1::ROLE_PARTICIPANT || role == v1::ROLE_OBSERVER;
}

std::uint32_t voters(const State& state) {
  return static_cast<std::uint32_t>(std::count_if(state.persons.begin(), state.persons.end(),
                                                  [](const auto& entry) { return takes_part(entry.second.role); }));
}

}  // namespace atelier::meeting
