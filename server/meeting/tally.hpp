#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "atelier/v1/command.pb.h"
#include "atelier/v1/refusal.pb.h"
#include "atelier/v1/view.pb.h"

/// Counting as pure functions of rules and ballots (voting.md): exact rationals inside, rounded half to even once, at the end.
namespace atelier::meeting {

/// A ballot that counts. Order matters only for the order of reasons: record order, or order of receipts.
struct CountedBallot {
  const v1::Ballot* content = nullptr;
  std::string_view network;  ///< empty: in no network, or folded (then `Counting::attested` holds its share)
  std::string_view person;   ///< only for the choices of networks
};

struct Counting {
  const v1::VoteOpen* rules = nullptr;  ///< with defaults filled in
  std::vector<CountedBallot> ballots;
  std::uint32_t entitled = 0;
  std::map<std::string, std::int64_t> attested;  ///< option -> share of the folded networks, in 1e-9
};

/// The methods that this rules level counts.
bool is_counted(v1::VoteMethod method);

/// Does the ballot keep to the vote's rules? The first rule it breaks, or OK.
v1::Refusal check_ballot(const v1::VoteOpen& rules, const v1::Ballot& ballot);

/// A consent vote's objection: the choice that begins with "object". It needs a reason.
bool is_objection(std::string_view choice);

v1::VoteResult tally(const Counting& counting);

/// What networks with fewer than limits::folding_ballots ballots add to the equal weight of each option, in 1e-9.
struct Folded {
  std::map<std::string, std::int64_t> shares;
  std::vector<std::string> networks;  ///< those folded, sorted
};
Folded fold_small_networks(const Counting& counting);

}  // namespace atelier::meeting
