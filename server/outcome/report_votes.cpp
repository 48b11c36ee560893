#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "outcome/facts.hpp"
#include "outcome/report_document.hpp"

namespace atelier::outcome {

namespace {

std::string option_text(const v1::VoteView& vote, const meeting::State& state, const std::string& id) {
  for (const v1::VoteOption& option : vote.rules().options())
    if (option.id() == id && !option.text().empty() && option.text() != id) return id + ": " + option.text();
  const std::string title = title_of(state, id);
  return title == id ? id : id + ": " + title;
}

std::uint32_t permille(std::int64_t part, std::int64_t whole) {
  return whole <= 0 || part <= 0 ? 0 : static_cast<std::uint32_t>(std::min<std::int64_t>(1000, part * 1000 / whole));
}

std::string method_words(const v1::VoteOpen& rules) {
  switch (rules.method()) {
    case v1::VOTE_METHOD_SINGLE_CHOICE: return "Single choice";
    case v1::VOTE_METHOD_FIST_TO_FIVE:
      return "Fist to five; passes if at most " + std::to_string(rules.below_max_percent()) + " % grade below " +
             std::to_string(rules.pass_floor());
    case v1::VOTE_METHOD_DOTS: {
      const std::string cap = rules.max_per_option() == 0 ? "" : ", at most " + std::to_string(rules.max_per_option()) + " on one option";
      return std::to_string(rules.dots()) + " dots each" + cap;
    }
    case v1::VOTE_METHOD_CONSENT: return "Consent: passes without an open objection";
    case v1::VOTE_METHOD_SCORE: return "Rating from " + std::to_string(rules.scale_min()) + " to " + std::to_string(rules.scale_max());
    default: return "Vote";
  }
}

std::string terms(const v1::VoteView& vote) {
  const auto secrecy = vote.rules().secrecy();
  const std::string who = vote.rules().electorate() == v1::ELECTORATE_NETWORKS ? " networks" : " persons";
  return method_words(vote.rules()) + ". " +
         (secrecy == v1::SECRECY_SEALED  ? "Sealed: no link between a voter and a ballot"
          : secrecy == v1::SECRECY_NAMED ? "Named after closing"
                                         : "Open") +
         ". " + std::to_string(vote.voted()) + " of " + std::to_string(vote.entitled()) + who + " voted.";
}

Bars count_bars(const v1::VoteView& vote, const meeting::State& state) {
  Bars bars{.what = vote.rules().method() == v1::VOTE_METHOD_DOTS ? "Dots" : "Ballots", .bars = {}};
  std::int64_t most = 0;
  for (const auto& option : vote.result().options()) most = std::max<std::int64_t>(most, option.count());
  for (const auto& option : vote.result().options())
    bars.bars.push_back({option_text(vote, state, option.option()), std::to_string(option.count()), permille(option.count(), most)});
  return bars;
}

void add_dots(Document& document, const v1::VoteView& vote, const meeting::State& state) {
  const auto& result = vote.result();
  Bars bars = count_bars(vote, state);
  const auto place = [&](const std::string& option) { return std::ranges::find(result.ranking(), option) - result.ranking().begin(); };
  std::vector<std::pair<std::ptrdiff_t, Bar>> ranked;
  for (int i = 0; i < result.options_size(); ++i)
    ranked.emplace_back(place(result.options(i).option()), bars.bars[static_cast<std::size_t>(i)]);
  std::ranges::sort(ranked, {}, &std::pair<std::ptrdiff_t, Bar>::first);
  for (std::size_t i = 0; i < ranked.size(); ++i) bars.bars[i] = ranked[i].second;
  bars.what = "Dots per person (" + std::to_string(result.dots()) + " in all)";
  document.emplace_back(std::move(bars));
  Table table{.head = {"Place", "Per person", "Equal weight per network", "Weight"}, .rows = {}};
  for (int i = 0; i < std::min(result.ranking_size(), result.ranking_equal_weight_size()); ++i) {
    const std::string& second = result.ranking_equal_weight(i);
    const auto found = std::ranges::find(result.options(), second, &v1::OptionResult::option);
    table.rows.push_back({std::to_string(i + 1), result.ranking(i), second,
                          found == result.options().end() ? "" : found->equal_weight()});
  }
  document.emplace_back(std::move(table));
  if (result.orders_disagree())
    document.emplace_back(Paragraph{"The two ways of counting disagree about the first place."});
}

void add_grades(Document& document, const v1::VoteView& vote, const meeting::State& state) {
  const bool fist = vote.rules().method() == v1::VOTE_METHOD_FIST_TO_FIVE;
  Table table{.head = {"", "Mean"}, .rows = {}};
  const int low = fist ? 0 : vote.rules().scale_min();
  int width = 0;
  for (const auto& option : vote.result().options()) width = std::max(width, option.histogram_size());
  for (int grade = 0; grade < width; ++grade) table.head.push_back(std::to_string(low + grade));
  if (fist) table.head.insert(table.head.end(), {"Below " + std::to_string(vote.rules().pass_floor()), "Passed"});
  for (const auto& option : vote.result().options()) {
    std::vector<std::string> row{option_text(vote, state, option.option()), option.mean()};
    for (const std::int64_t count : option.histogram()) row.push_back(std::to_string(count));
    row.resize(static_cast<std::size_t>(2 + width));
    if (fist) row.insert(row.end(), {std::to_string(option.below_floor()), option.passed() ? "yes" : "no"});
    table.rows.push_back(std::move(row));
  }
  document.emplace_back(std::move(table));
  List reasons;
  for (const auto& option : vote.result().options()) {
    std::map<std::string, int> given;  // the same words of several people stand once
    for (const std::string& reason : option.reasons()) ++given[reason];
    for (const auto& [reason, times] : given)
      reasons.items.push_back(option.option() + ": " + reason + (times > 1 ? " (" + std::to_string(times) + " times)" : ""));
  }
  if (reasons.items.empty()) return;
  document.emplace_back(Paragraph{"Reasons given for low grades:"});
  document.emplace_back(std::move(reasons));
}

void add_consent(Document& document, const v1::VoteView& vote, const meeting::Meeting& meeting) {
  Table table{.head = {"Network", "Choice", "Reason", "Voted by"}, .rows = {}};
  for (const auto& network : vote.result().networks())
    table.rows.push_back({network_name(meeting.state(), network.network()), network.choice(), network.reason(), network.person()});
  document.emplace_back(std::move(table));
  List objections;
  for (const auto& objection : meeting::find(meeting.state().votes, vote.rules().vote())->objections) {
    const bool open = objection.integrated_ms == 0;
    const std::string who = objection.network.empty() ? objection.person : network_name(meeting.state(), objection.network);
    objections.items.push_back(who + " objected: " + objection.reason + (open ? " (open)" : " (integrated)"));
  }
  if (!objections.items.empty()) document.emplace_back(std::move(objections));
  document.emplace_back(Paragraph{vote.result().passed() ? "Decided: it passes." : "Not decided: it does not pass."});
}

void add_vote(Document& document, const v1::VoteView& vote, const meeting::Meeting& meeting) {
  const v1::VoteOpen& rules = vote.rules();
  document.emplace_back(Heading{3, rules.vote() + (rules.question().empty() ? "" : ": " + rules.question())});
  document.emplace_back(Paragraph{terms(vote)});
  if (!rules.second_of().empty())
    document.emplace_back(Paragraph{"Second round of " + rules.second_of() + ", after the concerns were heard."});
  if (!vote.has_result()) {
    document.emplace_back(Paragraph{vote.state() == v1::VoteView::STATE_OPEN ? "Still open." : "Closed; the result is not shown yet."});
    return;
  }
  switch (rules.method()) {
    case v1::VOTE_METHOD_DOTS: return add_dots(document, vote, meeting.state());
    case v1::VOTE_METHOD_FIST_TO_FIVE:
    case v1::VOTE_METHOD_SCORE: return add_grades(document, vote, meeting.state());
    case v1::VOTE_METHOD_CONSENT: return add_consent(document, vote, meeting);
    default: document.emplace_back(count_bars(vote, meeting.state()));
  }
}

}  // namespace

void add_votes(Document& document, const meeting::Meeting& meeting) {
  const auto all = votes(meeting);
  if (all.empty()) return;
  document.emplace_back(Heading{2, "Votes and decisions"});
  for (const v1::VoteView& vote : all) add_vote(document, vote, meeting);
}

}  // namespace atelier::outcome
