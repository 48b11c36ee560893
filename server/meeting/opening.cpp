#include "meeting/opening.hpp"

#include <algorithm>

#include "meeting/commands.hpp"
#include "meeting/tally.hpp"

namespace atelier::meeting {

namespace {

/// Ballots of an open or named vote in record order.
Counting count_cast(const State& state, const Vote& vote) {
  Counting counting{.rules = &vote.rules, .ballots = {}, .entitled = vote.entitled, .attested = {}};
  std::vector<std::pair<std::uint64_t, CountedBallot>> by_record;
  const bool by_network = vote.rules.electorate() == v1::ELECTORATE_NETWORKS;
  for (const auto& [voter, ballot] : vote.ballots) {
    const Person* person = find(state.persons, ballot.person);
    const std::string_view network = by_network ? std::string_view(voter)
                                     : person == nullptr ? std::string_view()
                                                         : std::string_view(person->network);
    by_record.push_back({ballot.seq, {&ballot.ballot, network, ballot.person}});
  }
  std::sort(by_record.begin(), by_record.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [seq, ballot] : by_record) counting.ballots.push_back(ballot);
  if (!by_network && !vote.closed) counting.entitled = voters(state);
  return counting;
}

/// Ballots of a sealed vote in order of receipts; void ones are left out, whatever the record claims.
Counting count_opened(const Vote& vote) {
  Counting counting{.rules = &vote.rules, .ballots = {}, .entitled = vote.entitled, .attested = {}};
  for (const v1::OpenedBallot& opened : vote.opening.ballots()) {
    if (!opened.valid() || check_ballot(vote.rules, opened.ballot()) != v1::REFUSAL_OK) continue;
    counting.ballots.push_back({&opened.ballot(), opened.network(), {}});
  }
  counting.attested.insert(vote.opening.attested_equal_weight().begin(), vote.opening.attested_equal_weight().end());
  return counting;
}

}  // namespace

v1::BallotsOpened open_ballots(const State& state, const Vote& vote, const std::vector<UnsealedBallot>& ballots) {
  v1::BallotsOpened opened;
  opened.set_vote(vote.rules.vote());
  Counting counting{.rules = &vote.rules, .ballots = {}, .entitled = vote.entitled, .attested = {}};
  for (const UnsealedBallot& unsealed : ballots) {
    const bool valid = unsealed.content && check_ballot(vote.rules, unsealed.content->ballot()) == v1::REFUSAL_OK;
    v1::OpenedBallot& ballot = *opened.add_ballots();
    ballot.set_valid(valid);
    if (unsealed.content) ballot.set_receipt(unsealed.content->receipt());
    const Person* person = find(state.persons, unsealed.person);
    if (!valid) continue;
    *ballot.mutable_ballot() = unsealed.content->ballot();
    if (person == nullptr) continue;
    ballot.set_network(person->network);
    counting.ballots.push_back({&unsealed.content->ballot(), person->network, {}});
  }
  const Folded folded = fold_small_networks(counting);
  for (v1::OpenedBallot& ballot : *opened.mutable_ballots()) {
    if (std::binary_search(folded.networks.begin(), folded.networks.end(), ballot.network())) ballot.clear_network();
  }
  opened.mutable_attested_equal_weight()->insert(folded.shares.begin(), folded.shares.end());
  opened.set_attested_networks(static_cast<std::uint32_t>(folded.networks.size()));
  std::sort(opened.mutable_ballots()->begin(), opened.mutable_ballots()->end(),
            [](const auto& a, const auto& b) { return a.receipt() < b.receipt(); });
  return opened;
}

v1::VoteResult result_of(const State& state, const Vote& vote) {
  if (vote.rules.secrecy() != v1::SECRECY_SEALED) return tally(count_cast(state, vote));
  if (!vote.opened) {
    v1::VoteResult result;
    result.set_ballots(static_cast<std::uint32_t>(vote.ballots.size()));
    return result;
  }
  v1::VoteResult result = tally(count_opened(vote));
  for (const v1::OpenedBallot& ballot : vote.opening.ballots()) result.add_receipts(ballot.receipt());
  return result;
}

v1::Refusal decide(const State& state, const Ask&, const v1::BallotsOpened& event) {
  const Vote* vote = find(state.votes, event.vote());
  if (vote == nullptr) return v1::REFUSAL_VOTE_UNKNOWN;
  if (vote->rules.secrecy() != v1::SECRECY_SEALED || !vote->closed) return v1::REFUSAL_BAD_VALUE;
  if (vote->opened) return v1::REFUSAL_ALREADY_DONE;
  if (static_cast<std::size_t>(event.ballots_size()) > vote->ballots.size()) return v1::REFUSAL_TOO_MANY;
  const bool sorted = std::is_sorted(event.ballots().begin(), event.ballots().end(),
                                     [](const auto& a, const auto& b) { return a.receipt() < b.receipt(); });
  return sorted ? v1::REFUSAL_OK : v1::REFUSAL_BAD_VALUE;
}

void evolve(State& state, const Ask&, const v1::BallotsOpened& event, Changes& changes) {
  Vote& vote = *find(state.votes, event.vote());
  vote.opened = true;
  vote.opening = event;
  changes.entity("vote", event.vote());
}

v1::Refusal decide(const State& state, const Ask&, const v1::SealingKeyDeleted& event) {
  const Vote* vote = find(state.votes, event.vote());
  if (vote == nullptr) return v1::REFUSAL_VOTE_UNKNOWN;
  return vote->key_deleted ? v1::REFUSAL_ALREADY_DONE : v1::REFUSAL_OK;
}

void evolve(State& state, const Ask&, const v1::SealingKeyDeleted& event, Changes&) {
  find(state.votes, event.vote())->key_deleted = true;
}

}  // namespace atelier::meeting
