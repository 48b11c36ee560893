#pragma once

#include <string>
#include <string_view>

#include "atelier/v1/command.pb.h"

namespace atelier::outcome {

/// A command in words. `act` follows the person's id: "put a note on A4". No content of ballots.
struct Told {
  std::string kind;  ///< the field's name in command.proto
  std::string id;    ///< of the entity it is about
  std::string text;  ///< what it says
  std::string act;
};

Told describe(const v1::Command& command);

/// At most `characters` code points of `text`, with "…" if some are left out; line ends become blanks.
std::string shortened(std::string_view text, std::size_t characters);

}  // namespace atelier::outcome
