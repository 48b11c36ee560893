#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "atelier/v1/record.pb.h"
#include "base/ports.hpp"
#include "meeting/meeting.hpp"
#include "room/vault.hpp"

namespace atelier::room {

/// What any node that holds a sealed vote's key must do after the vote is closed: open the ballots, then delete the key.
/// Every step is idempotent: the state says what is still to be done, so it goes on after a crash.
class Duties {
 public:
  /// Records that the state calls for and that are not on their way. Deletes keys whose ballots are opened.
  std::vector<v1::Payload> due(const meeting::Meeting& meeting, KeyVault& vault);
  /// What was on its way may not arrive: all is due again.
  void lost() { under_way_.clear(); }

 private:
  std::set<std::string> under_way_;
};

/// The opened ballots of a closed sealed vote, without any link to voters: sorted by receipt, with the network where at least
/// limits::labelled_ballots_min ballots of it are opened. `seed` is the vote's (32 bytes).
v1::BallotsOpened open_ballots(const meeting::Meeting& meeting, const std::string& vote, BytesView seed);

}  // namespace atelier::room
