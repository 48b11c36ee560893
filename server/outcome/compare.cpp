#include "outcome/compare.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "meeting/state.hpp"
#include "outcome/blame.hpp"
#include "outcome/facts.hpp"
#include "outcome/json_writer.hpp"
#include "outcome/limits.hpp"

namespace atelier::outcome {

namespace {

struct Signed {
  std::string sentence;
  std::vector<std::string> persons;
};

/// The sentences of a text with who wrote letters of them.
std::vector<Signed> signed_sentences(const meeting::Meeting& meeting, std::string_view text) {
  std::string plain;
  std::vector<std::pair<std::size_t, std::string>> written;  // end of a run in bytes, person
  for (const BlameRun& run : blame(meeting, text)) {
    plain += run.text;
    written.emplace_back(plain.size(), run.person);
    if (run.block_end) plain += '\n';
  }
  std::vector<Signed> all;
  std::size_t from = 0;
  for (std::string& sentence : sentences(plain)) {
    const std::size_t to = from + sentence.size();
    std::set<std::string> persons;
    std::size_t begins = 0;
    for (const auto& [ends, person] : written) {
      if (begins < to && ends > from) persons.insert(person);
      begins = ends;
    }
    while (!sentence.empty() && (sentence.back() == ' ' || sentence.back() == '\n')) sentence.pop_back();
    if (!sentence.empty()) all.push_back({std::move(sentence), {persons.begin(), persons.end()}});
    from = to;
  }
  return all;
}

/// A longest common subsequence, as a table of lengths from each pair of places to the end.
std::vector<SentenceChange> changes(const std::vector<Signed>& before, const std::vector<Signed>& after) {
  std::vector<SentenceChange> out;
  const auto removed = [&](const Signed& s) { out.push_back({Change::removed, s.sentence, s.persons}); };
  const auto added = [&](const Signed& s) { out.push_back({Change::added, s.sentence, s.persons}); };
  if (before.size() > compared_sentences_max || after.size() > compared_sentences_max) {
    std::ranges::for_each(before, removed);
    std::ranges::for_each(after, added);
    return out;
  }
  std::vector<std::vector<std::uint16_t>> common(before.size() + 1, std::vector<std::uint16_t>(after.size() + 1, 0));
  for (std::size_t i = before.size(); i-- > 0;)
    for (std::size_t j = after.size(); j-- > 0;)
      common[i][j] = before[i].sentence == after[j].sentence ? static_cast<std::uint16_t>(common[i + 1][j + 1] + 1)
                                                             : std::max(common[i + 1][j], common[i][j + 1]);
  std::size_t i = 0, j = 0;
  while (i < before.size() || j < after.size()) {
    if (i < before.size() && j < after.size() && before[i].sentence == after[j].sentence) {
      out.push_back({Change::same, after[j].sentence, after[j].persons});
      ++i, ++j;
    } else if (j >= after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
      removed(before[i++]);
    } else {
      added(after[j++]);
    }
  }
  return out;
}

/// (key, what) -> value of everything that is compared besides the texts.
using Shown = std::map<std::pair<std::string, std::string>, std::string>;

void show_votes(const meeting::Meeting& meeting, Shown& shown) {
  for (const v1::VoteView& vote : votes(meeting)) {
    const std::string key = "vote/" + vote.rules().vote();
    shown[{key, "state"}] = vote.state() == v1::VoteView::STATE_OPEN ? "open" : "closed";
    shown[{key, "voted"}] = std::to_string(vote.voted());
    if (!vote.has_result()) continue;
    for (const auto& option : vote.result().options())
      shown[{key, option.option()}] = option.mean().empty() ? std::to_string(option.count()) : option.mean();
    for (const auto& network : vote.result().networks()) shown[{key, network.network()}] = network.choice();
  }
}

void show_plan(const meeting::State& state, Shown& shown) {
  for (const auto& [id, activity] : state.activities) {
    const std::string key = "activity/" + id;
    std::string partners;
    for (const std::string& partner : activity.partners) partners += (partners.empty() ? "" : ", ") + partner;
    shown[{key, "title"}] = activity.fields.title();
    shown[{key, "owner"}] = activity.owner;
    shown[{key, "partners"}] = partners;
    shown[{key, "funding"}] = activity.fields.funding();
    shown[{key, "due"}] = activity.fields.due();
    shown[{key, "status"}] = activity.fields.status();
  }
  for (const std::string& id : parked(state)) shown[{state.ideas.contains(id) ? "idea/" + id : "activity/" + id, "parked"}] = "parked";
}

void show_model(const meeting::State& state, Shown& shown) {
  for (const auto& [network, step] : state.steps) shown[{"step/" + network, "step"}] = std::to_string(step.step);
  for (const auto& [network, cells] : state.matrix)
    for (const auto& [aspect, value] : cells) shown[{"matrix/" + network, aspect}] = std::to_string(value);
  for (const auto& [id, practice] : state.practices) shown[{"practice/" + id, "useful"}] = std::to_string(practice.useful.size());
  for (const auto& [id, pledge] : state.pledges) shown[{"pledge/" + id, "text"}] = pledge.text;
}

Shown shown_of(const meeting::Meeting& meeting) {
  Shown shown;
  show_votes(meeting, shown);
  show_plan(meeting.state(), shown);
  show_model(meeting.state(), shown);
  return shown;
}

void compare_texts(const meeting::Meeting& before, const meeting::Meeting& after, Comparison& comparison) {
  std::vector<std::string> ids = after.texts();
  for (const std::string& id : before.texts())
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  for (const std::string& id : ids) {
    auto sentences = changes(signed_sentences(before, id), signed_sentences(after, id));
    if (std::ranges::any_of(sentences, [](const SentenceChange& change) { return change.change != Change::same; }))
      comparison.texts.push_back({id, std::move(sentences)});
  }
}

constexpr std::string_view name_of(Change change) {
  return change == Change::same ? "same" : change == Change::removed ? "removed" : "added";
}

}  // namespace

std::vector<std::string> sentences(std::string_view text) {
  std::vector<std::string> all;
  std::string sentence;
  for (std::size_t at = 0; at < text.size(); ++at) {
    sentence += text[at];
    const bool after_mark = text[at] == ' ' && at > 0 && (text[at - 1] == '.' || text[at - 1] == '!' || text[at - 1] == '?');
    if (text[at] == '\n' || after_mark) {
      all.push_back(std::move(sentence));
      sentence.clear();
    }
  }
  if (!sentence.empty()) all.push_back(std::move(sentence));
  return all;
}

Comparison compare(const meeting::Meeting& before, const meeting::Meeting& after) {
  Comparison comparison;
  compare_texts(before, after, comparison);
  const Shown was = shown_of(before);
  Shown is = shown_of(after);
  for (const auto& [place, value] : was) is.try_emplace(place);
  for (const auto& [place, value] : is) {
    const auto old = was.find(place);
    const std::string from = old == was.end() ? std::string() : old->second;
    if (from != value) comparison.differences.push_back({place.first, place.second, from, value});
  }
  return comparison;
}

std::string comparison_json(const Comparison& comparison) {
  JsonWriter json;
  json.open_object().key("texts").open_array();
  for (const TextComparison& text : comparison.texts) {
    json.open_object().key("text").text(text.text).key("sentences").open_array();
    for (const SentenceChange& sentence : text.sentences) {
      json.open_object().key("change").text(name_of(sentence.change)).key("sentence").text(sentence.sentence);
      json.key("persons").open_array();
      for (const std::string& person : sentence.persons) json.text(person);
      json.close().close();
    }
    json.close().close();
  }
  json.close().key("differences").open_array();
  for (const Difference& difference : comparison.differences) {
    json.open_object().key("key").text(difference.key).key("what").text(difference.what);
    json.key("before").text(difference.before).key("after").text(difference.after).close();
  }
  return json.close().close().finish();
}

}  // namespace atelier::outcome
