#include "outcome/recount.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace atelier::outcome {

namespace {

/// option -> value -> how many ballots; a choice counts as value 1.
using Counts = std::map<std::string, std::map<std::int32_t, std::int64_t>>;

void count(Counts& counts, const v1::Ballot& ballot) {
  if (!ballot.choice().empty()) ++counts[ballot.choice()][1];
  for (const v1::OptionValue& value : ballot.values()) ++counts[value.option()][value.value()];
}

std::int64_t sum(const std::map<std::int32_t, std::int64_t>& values) {
  std::int64_t total = 0;
  for (const auto& [value, times] : values) total += value * times;
  return total;
}

bool same_histogram(const v1::VoteOpen& rules, const v1::OptionResult& shown, const std::map<std::int32_t, std::int64_t>& counted) {
  std::int32_t value = rules.method() == v1::VOTE_METHOD_SCORE ? rules.scale_min() : 0;
  std::int64_t in_histogram = 0, ballots = 0;
  for (const std::int64_t times : shown.histogram()) {
    const auto found = counted.find(value++);
    if (times != (found == counted.end() ? 0 : found->second)) return false;
    in_histogram += times;
  }
  for (const auto& [other, times] : counted) ballots += times;
  return in_histogram == ballots;
}

std::optional<std::string> compare(const v1::VoteView& shown, Counts& counted) {
  for (const v1::OptionResult& option : shown.result().options()) {
    const auto& own = counted[option.option()];
    switch (shown.rules().method()) {
      case v1::VOTE_METHOD_FIST_TO_FIVE:
      case v1::VOTE_METHOD_SCORE:
        if (!same_histogram(shown.rules(), option, own)) return "the grades of " + option.option() + " are others";
        break;
      case v1::VOTE_METHOD_SINGLE_CHOICE:
      case v1::VOTE_METHOD_CONSENT:
      case v1::VOTE_METHOD_DOTS:
        if (option.count() != sum(own))
          return "counted " + std::to_string(sum(own)) + " for " + option.option() + ", shown " + std::to_string(option.count());
        break;
      default: break;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> recount(const meeting::Vote& vote, const v1::VoteView& shown) {
  Counts counted;
  std::uint64_t ballots = 0;
  if (vote.rules.secrecy() == v1::SECRECY_SEALED) {
    if (vote.opened && static_cast<std::size_t>(vote.opening.ballots_size()) != vote.ballots.size())
      return std::to_string(vote.ballots.size()) + " persons voted, " + std::to_string(vote.opening.ballots_size()) +
             " ballots were opened";
    for (const v1::OpenedBallot& opened : vote.opening.ballots()) {
      if (!opened.valid()) continue;
      ++ballots;
      count(counted, opened.ballot());
    }
  } else {
    for (const auto& [voter, cast] : vote.ballots) {
      ++ballots;
      count(counted, cast.ballot);
    }
  }
  if (ballots != shown.result().ballots())
    return "counted " + std::to_string(ballots) + " ballots, shown " + std::to_string(shown.result().ballots());
  return compare(shown, counted);
}

}  // namespace atelier::outcome
