#pragma once

#include <optional>
#include <string>
#include <vector>

#include "atelier/v1/command.pb.h"
#include "atelier/v1/record.pb.h"
#include "meeting/state.hpp"

/// The end of a sealed vote, for the node that holds the private key.
namespace atelier::meeting {

/// A cast ballot after decryption; without content if its seal or its bytes were no good.
struct UnsealedBallot {
  std::string person;
  std::optional<v1::SealedContent> content;
};

/// The record that opens a closed sealed vote: ballots in order of their receipts and without voters, checked against the
/// rules (an invalid one is void: neither content nor network), networks with fewer than limits::folding_ballots valid
/// ballots unlabelled and their equal weight attested. A pure function: every node makes the same of the same ballots.
v1::BallotsOpened open_ballots(const State& state, const Vote& vote, const std::vector<UnsealedBallot>& ballots);

/// The result as the ballots give it now. A sealed vote has none before it is opened: then only `ballots` is set.
v1::VoteResult result_of(const State& state, const Vote& vote);

}  // namespace atelier::meeting
