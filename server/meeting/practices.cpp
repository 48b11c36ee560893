#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "meeting/commands.hpp"

namespace atelier::meeting {

namespace {

v1::Refusal check_lengths(const v1::Practice& practice) {
  const auto* reflection = v1::Practice::GetReflection();
  const auto* descriptor = v1::Practice::descriptor();
  std::string scratch;
  for (int index = 0; index < descriptor->field_count(); ++index) {  // all of them are single strings
    const std::string& value = reflection->GetStringReference(practice, descriptor->field(index), &scratch);
    if (const auto wrong = check_passage(value); wrong != v1::REFUSAL_OK) return wrong;
  }
  return v1::REFUSAL_OK;
}

}  // namespace

v1::Refusal decide(const State& state, const Ask& ask, const v1::PracticePost& command) {
  const v1::Practice& practice = command.practice();
  const v1::Practice* known = library_practice(state, practice.id());
  const std::string& network = practice.network().empty() && known != nullptr ? known->network() : practice.network();
  if (!network.empty()) {
    if (const auto wrong = check_network(state, *ask.person, network); wrong != v1::REFUSAL_OK) return wrong;
  }
  if (is_blank(practice.title()) && known == nullptr) return v1::REFUSAL_BAD_VALUE;
  if (state.practices.contains(practice.id())) return v1::REFUSAL_ID_TAKEN;
  if (state.practices.size() >= limits::practices_max) return v1::REFUSAL_TOO_MANY;
  return first_of(check_new_id(practice.id()), check_lengths(practice));
}

void evolve(State& state, const Ask& ask, const v1::PracticePost& command, Changes& changes) {
  const std::string& id = command.practice().id();
  const auto order = static_cast<std::uint32_t>(state.practices.size());
  PostedPractice& posted = state.practices[id];
  if (const v1::Practice* known = library_practice(state, id)) posted.fields = *known;
  posted.fields.MergeFrom(command.practice());  // what is posted wins, field by field
  if (posted.fields.network().empty()) posted.fields.set_network(ask.person->network);
  posted.author = std::string(ask.actor);
  posted.order = order;
  posted.posted_ms = ask.header.time_ms;
  changes.entity("practice", id);
}

v1::Refusal decide(const State& state, const Ask&, const v1::PracticeReact& command) {
  const PostedPractice* practice = find(state.practices, command.practice());
  if (practice == nullptr) return v1::REFUSAL_UNKNOWN_ID;
  if (command.kind() != "useful") return v1::REFUSAL_BAD_VALUE;
  return v1::REFUSAL_OK;
}

void evolve(State& state, const Ask& ask, const v1::PracticeReact& command, Changes& changes) {
  IdSet& useful = find(state.practices, command.practice())->useful;
  const auto mark = useful.find(ask.actor);
  if ((mark == useful.end()) == command.removed()) return;  // marked already, or not marked at all
  if (command.removed()) {
    useful.erase(mark);
  } else {
    useful.emplace(ask.actor);
  }
  changes.entity("practice", command.practice());
  changes.own(ask.actor, "me");
}

v1::Refusal decide(const State& state, const Ask& ask, const v1::PledgeAdd& command) {
  if (const auto wrong = check_network(state, *ask.person, command.network()); wrong != v1::REFUSAL_OK) return wrong;
  const bool known = state.practices.contains(command.practice()) ||
                     library_practice(state, command.practice()) != nullptr;
  if (!command.practice().empty() && !known) return v1::REFUSAL_UNKNOWN_ID;
  if (state.pledges.contains(command.id())) return v1::REFUSAL_ID_TAKEN;
  if (state.pledges.size() >= limits::pledges_max) return v1::REFUSAL_TOO_MANY;
  return first_of(check_new_id(command.id()), check_card(state, command.text()), check_line(command.due()),
                  check_line(command.contact_role()));
}

void evolve(State& state, const Ask& ask, const v1::PledgeAdd& command, Changes& changes) {
  state.pledges.emplace(command.id(), Pledge{.network = command.network(),
                                             .practice = command.practice(),
                                             .due = command.due(),
                                             .text = command.text(),
                                             .contact_role = command.contact_role(),
                                             .author = std::string(ask.actor)});
  changes.entity("pledge", command.id());
}

}  // namespace atelier::meeting
