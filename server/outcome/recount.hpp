#pragma once

#include <optional>
#include <string>

#include "atelier/v1/view.pb.h"
#include "meeting/state.hpp"

namespace atelier::outcome {

/// Counts the ballots of a closed vote again, by a way of its own, and compares with what the meeting shows. Gives what is
/// wrong, in words; nothing if all is right.
std::optional<std::string> recount(const meeting::Vote& vote, const v1::VoteView& shown);

}  // namespace atelier::outcome
