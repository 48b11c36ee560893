#pragma once

#include "atelier/v1/command.pb.h"
#include "atelier/v1/content.pb.h"

/// Who may do what, and when: one table (permissions.cpp). Pure data; permissions_test.cpp walks all of it.
namespace atelier::meeting {

/// In which stages of a meeting a command is possible.
enum class Stage {
  open,        ///< only while it is open
  until_end,   ///< before it opens too
  from_start,  ///< after it has closed too
  any,
  before,      ///< only before it opens
};

struct CommandRule {
  v1::Command::KindCase command;
  const char* name;           ///< as in command.proto
  unsigned roles;             ///< set of role_bit()
  Stage stage = Stage::open;
  bool must_have_joined = true;  ///< for those who take part; facilitators and organisers need not join
  bool is_input = false;         ///< stopped by InputFreeze (for those who take part)
};

constexpr unsigned role_bit(v1::Role role) { return 1u << static_cast<unsigned>(role); }

/// The rule of a command; every command of command.proto has one. nullptr: no such command.
const CommandRule* command_rule(v1::Command::KindCase command);

/// Organiser, facilitator or co-facilitator?
bool facilitates(v1::Role role);

}  // namespace atelier::meeting
