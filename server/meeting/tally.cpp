#include "meeting/tally.hpp"

#include <algorithm>

#include "meeting/exact.hpp"
#include "meeting/limits.hpp"

namespace atelier::meeting {

namespace {

constexpr int grade_max = 5;
constexpr unsigned weight_decimals = 4;
constexpr unsigned mean_decimals = 3;
constexpr std::int64_t attested_unit = 1'000'000'000;
constexpr std::int64_t compared_unit = 10'000'000;

/// A result under construction, its options found by id.
struct Table {
  v1::VoteResult result;
  std::map<std::string_view, int> index;

  explicit Table(const Counting& counting) {
    for (const v1::VoteOption& option : counting.rules->options()) {
      index.emplace(option.id(), result.options_size());
      result.add_options()->set_option(option.id());
    }
    result.set_ballots(static_cast<std::uint32_t>(counting.ballots.size()));
  }
  v1::OptionResult* option(std::string_view id) {
    const auto found = index.find(id);
    return found == index.end() ? nullptr : result.mutable_options(found->second);
  }
};

/// Calls `add(option, points)` for what a ballot gives: its dots, or one point for its choice.
template <class Add>
void for_each_point(const v1::VoteOpen& rules, const v1::Ballot& ballot, const Add& add) {
  if (rules.method() == v1::VOTE_METHOD_DOTS) {
    for (const v1::OptionValue& value : ballot.values()) add(value.option(), std::int64_t{value.value()});
  } else {
    add(ballot.choice(), std::int64_t{1});
  }
}

struct NetworkPoints {
  std::map<std::string, std::int64_t> by_option;
  std::int64_t total = 0;
  std::uint32_t ballots = 0;
};

std::map<std::string, NetworkPoints> points_by_network(const Counting& counting) {
  std::map<std::string, NetworkPoints> networks;
  for (const CountedBallot& ballot : counting.ballots) {
    if (ballot.network.empty()) continue;
    NetworkPoints& points = networks[std::string(ballot.network)];
    ++points.ballots;
    for_each_point(*counting.rules, *ballot.content, [&](const std::string& option, std::int64_t value) {
      points.by_option[option] += value;
      points.total += value;
    });
  }
  return networks;
}

/// Each network's points divided by the points it cast, summed.
void add_shares(const NetworkPoints& points, std::map<std::string, Rational>& shares) {
  if (points.total == 0) return;
  for (const auto& [option, value] : points.by_option) shares[option] += Rational(value, points.total);
}

/// Option ids by falling figure, ties by id.
template <class Figure>
std::vector<std::string> ranking(const v1::VoteResult& result, const Figure& figure) {
  std::vector<const v1::OptionResult*> order;
  for (const v1::OptionResult& option : result.options()) order.push_back(&option);
  std::sort(order.begin(), order.end(), [&](const auto* left, const auto* right) {
    const auto left_figure = figure(*left);
    const auto right_figure = figure(*right);
    return left_figure != right_figure ? left_figure > right_figure : left->option() < right->option();
  });
  std::vector<std::string> ids;
  for (const v1::OptionResult* option : order) ids.push_back(option->option());
  return ids;
}

/// Dots and single choice: counts, and each network with equal weight.
void count_points(const Counting& counting, Table& table) {
  std::int64_t total = 0;
  for (const CountedBallot& ballot : counting.ballots) {
    for_each_point(*counting.rules, *ballot.content, [&](const std::string& option, std::int64_t value) {
      if (v1::OptionResult* result = table.option(option)) result->set_count(result->count() + value);
      total += value;
    });
  }
  if (counting.rules->method() == v1::VOTE_METHOD_DOTS) table.result.set_dots(total);
  std::map<std::string, Rational> shares;
  for (const auto& [network, points] : points_by_network(counting)) add_shares(points, shares);
  for (const auto& [option, share] : counting.attested) shares[option] += Rational(share, attested_unit);
  // Attested shares are rounded to 1e-9, so that equal options are equal only to fewer decimals.
  std::map<std::string, Integer> compared;
  for (v1::OptionResult& option : *table.result.mutable_options()) {
    option.set_equal_weight(decimal(shares[option.option()], weight_decimals));
    compared[option.option()] = round_half_even(Rational(shares[option.option()] * compared_unit));
  }
  for (auto& id : ranking(table.result, [](const auto& option) { return option.count(); })) table.result.add_ranking(id);
  for (auto& id : ranking(table.result, [&](const auto& option) { return compared[option.option()]; })) {
    table.result.add_ranking_equal_weight(id);
  }
  table.result.set_orders_disagree(!table.result.ranking().empty() && !counting.ballots.empty() &&
                                   table.result.ranking(0) != table.result.ranking_equal_weight(0));
}

/// Fist to five and score: a histogram and a mean for each option.
void count_grades(const Counting& counting, int lowest, int highest, Table& table) {
  const v1::VoteOpen& rules = *counting.rules;
  const bool is_fist = rules.method() == v1::VOTE_METHOD_FIST_TO_FIVE;
  for (v1::OptionResult& option : *table.result.mutable_options()) {
    for (int grade = lowest; grade <= highest; ++grade) option.add_histogram(0);
  }
  std::map<std::string_view, std::int64_t> sums;
  for (const CountedBallot& ballot : counting.ballots) {
    for (const v1::OptionValue& value : ballot.content->values()) {
      v1::OptionResult* option = table.option(value.option());
      if (option == nullptr) continue;
      const int place = value.value() - lowest;
      option->set_histogram(place, option->histogram(place) + 1);
      option->set_count(option->count() + 1);
      sums[option->option()] += value.value();
      const bool low = is_fist && value.value() < static_cast<int>(rules.pass_floor());
      if (low) option->set_below_floor(option->below_floor() + 1);
      if (!value.reason().empty() && (low || !is_fist)) option->add_reasons(value.reason());
    }
  }
  for (v1::OptionResult& option : *table.result.mutable_options()) {
    if (option.count() == 0) continue;
    option.set_mean(decimal(Rational(sums[option.option()], option.count()), mean_decimals));
    option.set_passed(is_fist && option.below_floor() * 100 <= option.count() * rules.below_max_percent());
  }
  const auto mean = [&](const v1::OptionResult& option) {
    return option.count() == 0 ? Rational(lowest - 1) : Rational(sums[option.option()], option.count());
  };
  for (auto& id : ranking(table.result, mean)) table.result.add_ranking(id);
  const auto& options = table.result.options();
  table.result.set_passed(is_fist && std::all_of(options.begin(), options.end(), [](const auto& o) { return o.passed(); }));
}

/// Adopted iff all who are entitled have chosen and no objection is open.
void count_consent(const Counting& counting, Table& table) {
  for (const CountedBallot& ballot : counting.ballots) {
    const v1::Ballot& content = *ballot.content;
    if (v1::OptionResult* option = table.option(content.choice())) {
      option->set_count(option->count() + 1);
      if (!content.reason().empty()) option->add_reasons(content.reason());
    }
    if (is_objection(content.choice())) table.result.set_objections_open(table.result.objections_open() + 1);
  }
  const bool quorum = counting.entitled > 0 && counting.ballots.size() >= counting.entitled;
  table.result.set_passed(quorum && table.result.objections_open() == 0);
}

void list_networks(const Counting& counting, v1::VoteResult& result) {
  std::map<std::string_view, const CountedBallot*> sorted;
  for (const CountedBallot& ballot : counting.ballots) sorted.emplace(ballot.network, &ballot);
  for (const auto& [network, ballot] : sorted) {
    v1::NetworkChoice& choice = *result.add_networks();
    choice.set_network(std::string(network));
    choice.set_choice(ballot->content->choice());
    choice.set_reason(ballot->content->reason());
    choice.set_person(std::string(ballot->person));
  }
}

}  // namespace

v1::VoteResult tally(const Counting& counting) {
  Table table(counting);
  switch (counting.rules->method()) {
    case v1::VOTE_METHOD_SINGLE_CHOICE:
    case v1::VOTE_METHOD_DOTS: count_points(counting, table); break;
    case v1::VOTE_METHOD_FIST_TO_FIVE: count_grades(counting, 0, grade_max, table); break;
    case v1::VOTE_METHOD_SCORE:
      count_grades(counting, counting.rules->scale_min(), counting.rules->scale_max(), table);
      break;
    case v1::VOTE_METHOD_CONSENT: count_consent(counting, table); break;
    default: break;  // cannot be opened at this rules level
  }
  if (counting.rules->electorate() == v1::ELECTORATE_NETWORKS) list_networks(counting, table.result);
  return std::move(table.result);
}

Folded fold_small_networks(const Counting& counting) {
  Folded folded;
  std::map<std::string, Rational> shares;
  const bool has_weights = counting.rules->method() == v1::VOTE_METHOD_DOTS ||
                           counting.rules->method() == v1::VOTE_METHOD_SINGLE_CHOICE;
  std::map<std::string, std::uint32_t> ballots;
  for (const CountedBallot& ballot : counting.ballots) {
    if (!ballot.network.empty()) ++ballots[std::string(ballot.network)];
  }
  for (const auto& [network, count] : ballots) {
    if (count < limits::folding_ballots) folded.networks.push_back(network);
  }
  if (!has_weights) return folded;
  const auto networks = points_by_network(counting);
  for (const std::string& network : folded.networks) add_shares(networks.at(network), shares);
  for (const auto& [option, share] : shares) {
    folded.shares[option] = static_cast<std::int64_t>(round_half_even(Rational(share * attested_unit)));
  }
  return folded;
}

}  // namespace atelier::meeting
