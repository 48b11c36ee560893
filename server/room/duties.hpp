#pragma once

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

}  // namespace atelier::room
