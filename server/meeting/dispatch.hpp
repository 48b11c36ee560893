#pragma once

#include "meeting/ask.hpp"

namespace atelier::meeting {

/// Judges a command of `ask.actor` and, in Mode::apply, carries it out if nothing speaks against it.
v1::Refusal run(State& state, const Ask& ask, const v1::Command& command, Changes& changes);

/// Only judges, changes nothing.
v1::Refusal judge_only(const State& state, const Ask& ask, const v1::Command& command);

/// What the table of permissions and the meeting's stage say about a kind of command, before its content.
v1::Refusal check_permission(const State& state, const Ask& ask, v1::Command::KindCase kind);

}  // namespace atelier::meeting
