#pragma once

#include <vector>

#include "crdt/update.hpp"

namespace atelier::crdt {

/// Yjs mergeUpdatesV2 over decoded updates.
Bytes merge_decoded(Format format, const std::vector<Update>& updates);
/// Yjs diffUpdateV2 over a decoded update.
Bytes diff_decoded(Format format, const Update& update, const std::vector<ClientClock>& known);

}  // namespace atelier::crdt
