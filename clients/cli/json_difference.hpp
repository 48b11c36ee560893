#pragma once

#include <string>

namespace atelier::cli {

/// Where and how two JSON texts differ first, as "text/A1/words: 15 became 16"; empty if they say
/// the same.
std::string json_difference(const std::string& before, const std::string& after);

/// Is there a closed vote in this dump of all entities whose ballots the server has still to open? One whose result waits for
/// the facilitator counts as opened.
bool has_uncounted_vote(const std::string& dump);

}  // namespace atelier::cli
