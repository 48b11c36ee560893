#include <algorithm>
#include <set>

#include "meeting/ask.hpp"
#include "meeting/tally.hpp"

namespace atelier::meeting {

namespace {

constexpr int grade_max = 5;

bool has_option(const v1::VoteOpen& rules, std::string_view option) {
  return std::any_of(rules.options().begin(), rules.options().end(),
                     [&](const v1::VoteOption& known) { return known.id() == option; });
}

v1::Refusal check_choice(const v1::VoteOpen& rules, const v1::Ballot& ballot) {
  if (!ballot.values().empty()) return v1::REFUSAL_BAD_VALUE;
  if (ballot.choice().empty()) return v1::REFUSAL_BALLOT_INCOMPLETE;
  if (!has_option(rules, ballot.choice())) return v1::REFUSAL_UNKNOWN_OPTION;
  const bool needs_reason = rules.method() == v1::VOTE_METHOD_CONSENT && is_objection(ballot.choice());
  return needs_reason && is_blank(ballot.reason()) ? v1::REFUSAL_REASON_REQUIRED : v1::REFUSAL_OK;
}

/// Known options, each at most once, reasons not too long.
v1::Refusal check_values(const v1::VoteOpen& rules, const v1::Ballot& ballot) {
  if (!ballot.choice().empty()) return v1::REFUSAL_BAD_VALUE;
  std::set<std::string_view> seen;
  for (const v1::OptionValue& value : ballot.values()) {
    if (!has_option(rules, value.option())) return v1::REFUSAL_UNKNOWN_OPTION;
    if (!seen.insert(value.option()).second) return v1::REFUSAL_BAD_VALUE;
    if (const auto wrong = check_passage(value.reason()); wrong != v1::REFUSAL_OK) return wrong;
  }
  return v1::REFUSAL_OK;
}

v1::Refusal check_dots(const v1::VoteOpen& rules, const v1::Ballot& ballot) {
  std::int64_t sum = 0;
  bool over_cap = false;
  for (const v1::OptionValue& value : ballot.values()) {
    if (value.value() < 0) return v1::REFUSAL_BAD_VALUE;
    over_cap |= rules.max_per_option() != 0 && value.value() > static_cast<std::int64_t>(rules.max_per_option());
    sum += value.value();
  }
  if (over_cap) return v1::REFUSAL_OVER_CAP;
  return sum > rules.dots() ? v1::REFUSAL_OVER_BUDGET : v1::REFUSAL_OK;
}

v1::Refusal check_range(const v1::Ballot& ballot, int lowest, int highest) {
  for (const v1::OptionValue& value : ballot.values()) {
    if (value.value() < lowest || value.value() > highest) return v1::REFUSAL_BAD_VALUE;
  }
  return v1::REFUSAL_OK;
}

}  // namespace

bool is_counted(v1::VoteMethod method) {
  return method == v1::VOTE_METHOD_SINGLE_CHOICE || method == v1::VOTE_METHOD_FIST_TO_FIVE ||
         method == v1::VOTE_METHOD_DOTS || method == v1::VOTE_METHOD_CONSENT || method == v1::VOTE_METHOD_SCORE;
}

bool is_objection(std::string_view choice) { return choice.starts_with("object"); }

v1::Refusal check_ballot(const v1::VoteOpen& rules, const v1::Ballot& ballot) {
  if (const auto wrong = check_passage(ballot.reason()); wrong != v1::REFUSAL_OK) return wrong;
  const bool chooses = rules.method() == v1::VOTE_METHOD_SINGLE_CHOICE || rules.method() == v1::VOTE_METHOD_CONSENT;
  if (chooses) return check_choice(rules, ballot);
  if (const auto wrong = check_values(rules, ballot); wrong != v1::REFUSAL_OK) return wrong;
  switch (rules.method()) {
    case v1::VOTE_METHOD_DOTS: return check_dots(rules, ballot);  // dots left unused are allowed
    case v1::VOTE_METHOD_FIST_TO_FIVE:  // whole: a client completes a partial change before it sends it
      return first_of(check_range(ballot, 0, grade_max),
                      ballot.values_size() < rules.options_size() ? v1::REFUSAL_BALLOT_INCOMPLETE : v1::REFUSAL_OK);
    case v1::VOTE_METHOD_SCORE:  // an item may be skipped, not all of them
      return first_of(check_range(ballot, rules.scale_min(), rules.scale_max()),
                      ballot.values().empty() ? v1::REFUSAL_BALLOT_INCOMPLETE : v1::REFUSAL_OK);
    default: return v1::REFUSAL_BAD_VALUE;
  }
}

}  // namespace atelier::meeting
