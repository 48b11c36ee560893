#include "room/duties.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/seal.hpp"
#include "meeting/state.hpp"
#include "room/limits.hpp"

namespace atelier::room {
namespace {

constexpr std::int64_t weight_unit = 1'000'000'000;

/// `part / whole` in 1e-9 units, half to even.
std::int64_t fraction(std::int64_t part, std::int64_t whole) {
  const std::int64_t scaled = part * weight_unit;
  const std::int64_t quotient = scaled / whole;
  const std::int64_t twice = 2 * (scaled % whole);
  const bool up = twice > whole || (twice == whole && quotient % 2 != 0);
  return quotient + (up ? 1 : 0);
}

/// What one ballot gives to each option: dots, or one for the option chosen or approved.
std::map<std::string, std::int64_t> gives(const v1::VoteOpen& rules, const v1::Ballot& ballot) {
  std::map<std::string, std::int64_t> given;
  if (!ballot.choice().empty()) given[ballot.choice()] += 1;
  for (const auto& value : ballot.values()) {
    given[value.option()] += rules.method() == v1::VOTE_METHOD_APPROVAL ? (value.value() != 0 ? 1 : 0) : value.value();
  }
  return given;
}

struct Opened {
  v1::OpenedBallot ballot;
  std::string network;
};

std::string network_of(const meeting::State& state, const std::string& person) {
  const auto* known = meeting::find(state.persons, person);
  return known == nullptr ? std::string{} : known->network;
}

/// Equal weight per network of the networks that carry no label.
void attest(const meeting::Vote& vote, const std::map<std::string, std::vector<const Opened*>>& networks,
            v1::BallotsOpened& opening) {
  const bool by_dots = vote.rules.method() == v1::VOTE_METHOD_DOTS;
  for (const auto& [network, ballots] : networks) {
    if (network.empty() || ballots.size() >= limits::labelled_ballots_min) continue;
    std::map<std::string, std::int64_t> sums;
    std::int64_t whole = 0;
    for (const auto* opened : ballots) {
      if (!by_dots) ++whole;
      for (const auto& [option, value] : gives(vote.rules, opened->ballot.ballot())) {
        sums[option] += value;
        if (by_dots) whole += value;
      }
    }
    opening.set_attested_networks(opening.attested_networks() + 1);
    if (whole == 0) continue;
    for (const auto& [option, sum] : sums) (*opening.mutable_attested_equal_weight())[option] += fraction(sum, whole);
  }
}

}  // namespace

v1::BallotsOpened open_ballots(const meeting::Meeting& meeting, const std::string& vote_id, BytesView seed) {
  v1::BallotsOpened opening;
  opening.set_vote(vote_id);
  const auto& state = meeting.state();
  const auto* vote = meeting::find(state.votes, vote_id);
  if (vote == nullptr) return opening;
  const SealKeys keys = seal_keys(seed);
  std::vector<Opened> opened;
  for (const auto& [voter, cast] : vote->ballots) {
    Opened one{.ballot = {}, .network = network_of(state, cast.person)};
    v1::SealedContent content;
    const auto plain = seal_open(cast.sealed, keys);
    if (plain && content.ParseFromString(*plain)) {
      *one.ballot.mutable_ballot() = content.ballot();
      one.ballot.set_receipt(content.receipt());
      one.ballot.set_valid(true);
    }
    opened.push_back(std::move(one));
  }
  std::ranges::sort(opened, {}, [](const Opened& one) { return one.ballot.receipt(); });
  std::map<std::string, std::vector<const Opened*>> networks;
  for (const auto& one : opened) {
    if (one.ballot.valid()) networks[one.network].push_back(&one);
  }
  for (const auto& one : opened) {
    auto& ballot = *opening.add_ballots();
    ballot = one.ballot;
    if (one.ballot.valid() && networks[one.network].size() >= limits::labelled_ballots_min) ballot.set_network(one.network);
  }
  attest(*vote, networks, opening);
  return opening;
}

std::vector<v1::Payload> Duties::due(const meeting::Meeting& meeting, KeyVault& vault) {
  std::vector<v1::Payload> payloads;
  const MeetingId id{std::string(meeting.id())};
  for (const auto& [vote_id, vote] : meeting.state().votes) {
    if (vote.rules.secrecy() != v1::SECRECY_SEALED || !vote.closed || vote.key_deleted) continue;
    v1::Payload payload;
    if (!vote.opened) {
      const auto seed = vault.get(id, vote_id, vote.rules.sealing_key());
      if (!seed || !under_way_.insert("open " + vote_id).second) continue;
      *payload.mutable_ballots_opened() = open_ballots(meeting, vote_id, *seed);
    } else {
      if (under_way_.contains("delete " + vote_id) || !vault.erase(id, vote_id)) continue;
      under_way_.insert("delete " + vote_id);
      payload.mutable_sealing_key_deleted()->set_vote(vote_id);
    }
    payloads.push_back(std::move(payload));
  }
  return payloads;
}

}  // namespace atelier::room
