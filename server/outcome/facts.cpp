#include "outcome/facts.hpp"

#include <algorithm>

#include "meeting/refusal.hpp"
#include "outcome/blame.hpp"

namespace atelier::outcome {

std::vector<v1::VoteView> votes(const meeting::Meeting& meeting) {
  std::vector<std::pair<std::uint32_t, std::string>> order;
  for (const auto& [id, vote] : meeting.state().votes) order.emplace_back(vote.order, id);
  std::ranges::sort(order);
  std::vector<v1::VoteView> views;
  for (const auto& [place, id] : order) views.push_back(meeting.view("vote/" + id, meeting::Audience::facilitator).vote());
  return views;
}

std::vector<std::pair<std::string, std::uint32_t>> flagged(const meeting::State& state) {
  std::vector<std::pair<std::string, std::uint32_t>> cards;
  for (const auto& [card, count] : state.flag_counts)
    if (count > 0) cards.emplace_back(card, count);
  std::ranges::stable_sort(cards, [](const auto& left, const auto& right) { return left.second > right.second; });
  return cards;
}

std::vector<std::string> parked(const meeting::State& state) {
  std::vector<std::string> ids;
  for (const auto& [id, idea] : state.ideas)
    if (idea.parked) ids.push_back(id);
  for (const auto& [id, activity] : state.activities)
    if (activity.parked) ids.push_back(id);
  return ids;
}

std::vector<std::string> practices_in_order(const meeting::State& state) {
  std::vector<std::pair<std::uint32_t, std::string>> order;
  for (const auto& [id, practice] : state.practices) order.emplace_back(practice.order, id);
  std::ranges::sort(order);
  std::vector<std::string> ids;
  for (auto& [place, id] : order) ids.push_back(std::move(id));
  return ids;
}

std::vector<std::string> claimed(const meeting::State& state) {
  std::vector<std::string> ids;
  for (const auto& [id, activity] : state.activities)
    if (!activity.owner.empty()) ids.push_back(id);
  return ids;
}

std::pair<std::uint64_t, std::vector<std::string>> refusals(const meeting::State& state) {
  std::uint64_t count = 0;
  std::vector<std::string> reasons;
  for (const auto& [code, times] : state.refusals) {
    count += times;
    reasons.emplace_back(meeting::reason(static_cast<v1::Refusal>(code)));
  }
  std::ranges::sort(reasons);
  const auto doubles = std::ranges::unique(reasons);
  reasons.erase(doubles.begin(), doubles.end());
  return {count, reasons};
}

std::vector<NetworkAttendance> attendance(const meeting::State& state) {
  std::map<std::string, NetworkAttendance> by_network;
  for (const auto& [id, person] : state.persons) {
    if (person.network.empty()) continue;
    NetworkAttendance& row = by_network[person.network];
    row.network = person.network;
    row.name = network_name(state, person.network);
    ++row.invited;
    row.joined += person.joined ? 1 : 0;
    row.present += person.present ? 1 : 0;
    row.remote += person.joined && person.mode == "remote" ? 1 : 0;
  }
  std::vector<NetworkAttendance> rows;
  for (auto& [id, row] : by_network) rows.push_back(std::move(row));
  return rows;
}

std::string network_name(const meeting::State& state, std::string_view id) {
  const v1::Network* network = meeting::find_network(state, id);
  return network == nullptr || network->name().empty() ? std::string(id) : network->name();
}

std::string title_of(const meeting::State& state, std::string_view id) {
  if (const auto* activity = meeting::find(state.activities, id)) return activity->fields.title();
  if (const auto* practice = meeting::find(state.practices, id)) return practice->fields.title();
  if (const auto* idea = meeting::find(state.ideas, id)) return idea->text;
  if (const auto* text = meeting::find(state.texts, id)) return text->title.empty() ? std::string(id) : text->title;
  for (const auto& text : state.content.texts())
    for (const auto& objective : text.objectives())
      if (objective.id() == id) return objective.text();
  return std::string(id);
}

std::map<std::string, std::uint64_t> letters_by(const meeting::Meeting& meeting, std::string_view text) {
  std::map<std::string, std::uint64_t> letters;
  for (const BlameRun& run : blame(meeting, text)) {
    const auto points = std::ranges::count_if(run.text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    if (points > 0) letters[run.seed ? std::string() : run.person] += static_cast<std::uint64_t>(points);
  }
  return letters;
}

}  // namespace atelier::outcome
