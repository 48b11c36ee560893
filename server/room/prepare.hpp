#pragma once

#include <map>

#include "atelier/v1/wire.pb.h"
#include "base/bytes.hpp"
#include "base/ports.hpp"
#include "base/result.hpp"
#include "meeting/meeting.hpp"
#include "room/vault.hpp"

namespace atelier::room {

/// The bytes of accepted text updates, by record.
using Edits = std::map<Sequence, meeting::TextChange>;

/// What is wrong with a command in itself, before any state is asked: REFUSAL_OK, BAD_COMMAND, NODE_FIELD or NOT_A_REHEARSAL.
v1::Refusal screen(const v1::Submit& submit, bool rehearsal);

/// Must the records that are on their way to the log be applied before this command can be prepared?
bool wants_state(const v1::Command& command, const meeting::Meeting& meeting);

/// Is what the command names (a vote, records of edits) known here? A node may be a moment behind another one that told of it.
bool knows_subject(const v1::Command& command, const meeting::Meeting& meeting, const Edits& edits);

struct Preparation {
  const meeting::Meeting& meeting;
  const Edits& edits;
  Random& random;
  KeyVault& vault;
};
struct Prepared {
  Bytes receipt;  ///< of a sealed ballot
};
/// Fills the fields that a node fills. A refusal stands for "before the log".
Result<Prepared, v1::Refusal> prepare(v1::Command& command, const PersonId& person, const Preparation& with);

/// The receipt inside the sealed ballot of this person that counts now and was cast by record `seq`; empty if there is none, or
/// the vote's key is not here (any more). For who comes back after the acknowledgement was lost.
Bytes receipt_of(std::string_view vote, const PersonId& person, Sequence seq, const meeting::Meeting& meeting, KeyVault& vault);

}  // namespace atelier::room
