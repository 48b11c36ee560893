#include <charconv>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "meeting/commands.hpp"

namespace atelier::meeting {

namespace {

using google::protobuf::FieldDescriptor;

/// The field of v1::Activity that a person may edit under that name, or nullptr.
const FieldDescriptor* editable_field(const std::string& name) {
  return name == "id" ? nullptr : v1::Activity::descriptor()->FindFieldByName(name);
}

/// A whole number of percent, 0..100, or -1.
int percent(std::string_view text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0 && value <= 100 ? value : -1;
}

/// "AF-01, AF-07" -> its parts without the spaces around them; empty parts are left out.
std::vector<std::string> comma_separated(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return parts;
}

v1::Refusal check_field(const FieldDescriptor* field, const std::string& value) {
  if (field == nullptr) return v1::REFUSAL_UNKNOWN_ID;
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) return check_passage(value);
  return percent(value) < 0 ? v1::REFUSAL_BAD_VALUE : v1::REFUSAL_OK;
}

void set_field(v1::Activity& activity, const FieldDescriptor& field, const std::string& value) {
  const auto* reflection = v1::Activity::GetReflection();
  if (field.is_repeated()) {
    reflection->ClearField(&activity, &field);
    for (std::string& part : comma_separated(value)) reflection->AddString(&activity, &field, std::move(part));
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    reflection->SetString(&activity, &field, value);
  } else {
    reflection->SetUInt32(&activity, &field, static_cast<std::uint32_t>(percent(value)));
  }
}

/// In the plan, or in the library so that it can enter?
v1::Refusal check_activity(const State& state, std::string_view id) {
  if (find(state.activities, id) != nullptr) return v1::REFUSAL_OK;
  if (library_activity(state, id) == nullptr) return v1::REFUSAL_UNKNOWN_ID;
  return state.activities.size() >= limits::activities_max ? v1::REFUSAL_TOO_MANY : v1::REFUSAL_OK;
}

/// The activity of the plan; from the library, or new, if it was not there.
PlanActivity& enter(State& state, const std::string& id) {
  const auto [entry, is_new] = state.activities.try_emplace(id);
  if (is_new) {
    if (const v1::Activity* known = library_activity(state, id)) entry->second.fields = *known;
    entry->second.fields.set_id(id);
  }
  return entry->second;
}

}  // namespace

v1::Refusal decide(const State& state, const Ask&, const v1::ActivityDraft& command) {
  const PlanActivity* known = find(state.activities, command.id());
  if (known != nullptr && known->drafted) return v1::REFUSAL_ID_TAKEN;
  if (known == nullptr && state.activities.size() >= limits::activities_max) return v1::REFUSAL_TOO_MANY;
  if (!command.from_idea().empty() && !state.ideas.contains(command.from_idea())) return v1::REFUSAL_UNKNOWN_ID;
  const bool named = known != nullptr || library_activity(state, command.id()) != nullptr ||
                     !command.from_idea().empty() || !is_blank(command.title());
  return first_of(check_new_id(command.id()), check_line(command.title()),
                  named ? v1::REFUSAL_OK : v1::REFUSAL_BAD_VALUE);
}

void evolve(State& state, const Ask&, const v1::ActivityDraft& command, Changes& changes) {
  PlanActivity& activity = enter(state, command.id());
  activity.drafted = true;
  activity.from_idea = command.from_idea();
  if (!is_blank(command.title())) activity.fields.set_title(command.title());
  if (const Idea* idea = find(state.ideas, command.from_idea())) {
    if (activity.fields.title().empty()) activity.fields.set_title(idea->text);
    if (activity.fields.aspiration().empty()) activity.fields.set_aspiration(idea->column);
  }
  changes.entity("activity", command.id());
}

v1::Refusal decide(const State& state, const Ask& ask, const v1::ActivityClaim& command) {
  const auto wrong = first_of(check_activity(state, command.id()), check_network(state, *ask.person, command.network()));
  if (wrong != v1::REFUSAL_OK) return wrong;
  const PlanActivity* activity = find(state.activities, command.id());
  if (command.as() == v1::ActivityClaim::AS_PARTNER) return v1::REFUSAL_OK;
  if (command.as() != v1::ActivityClaim::AS_OWNER) return v1::REFUSAL_BAD_VALUE;
  const bool taken = activity != nullptr && !activity->owner.empty() && activity->owner != command.network();
  return taken ? v1::REFUSAL_HAS_OWNER : v1::REFUSAL_OK;
}

void evolve(State& state, const Ask&, const v1::ActivityClaim& command, Changes& changes) {
  PlanActivity& activity = enter(state, command.id());
  if (command.as() == v1::ActivityClaim::AS_OWNER) {
    activity.owner = command.network();
    activity.partners.erase(command.network());
  } else if (activity.owner != command.network()) {
    activity.partners.insert(command.network());
  }
  changes.entity("activity", command.id());
}

v1::Refusal decide(const State& state, const Ask&, const v1::ActivityEdit& command) {
  return first_of(check_activity(state, command.id()), check_field(editable_field(command.field()), command.value()));
}

void evolve(State& state, const Ask&, const v1::ActivityEdit& command, Changes& changes) {
  set_field(enter(state, command.id()).fields, *editable_field(command.field()), command.value());
  changes.entity("activity", command.id());
}

v1::Refusal decide(const State& state, const Ask&, const v1::Park& command) {
  const Idea* idea = find(state.ideas, command.id());
  const PlanActivity* activity = find(state.activities, command.id());
  if (idea == nullptr && activity == nullptr) return v1::REFUSAL_UNKNOWN_ID;
  if (idea != nullptr ? idea->parked : activity->parked) return v1::REFUSAL_ALREADY_DONE;
  return check_line(command.why());
}

void evolve(State& state, const Ask&, const v1::Park& command, Changes& changes) {
  if (Idea* idea = find(state.ideas, command.id())) {
    idea->parked = true;
    idea->parked_why = command.why();
    changes.entity("idea", command.id());
    return;
  }
  PlanActivity& activity = *find(state.activities, command.id());
  activity.parked = true;
  activity.parked_why = command.why();
  changes.entity("activity", command.id());
}

}  // namespace atelier::meeting
