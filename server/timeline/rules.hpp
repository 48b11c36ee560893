#pragma once

#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "timeline/event_log.hpp"

namespace atelier::timeline {

/// What every implementation of EventLog does alike.

/// Whether `meeting` is [a-z0-9]{1,32}: safe as a file name and as a Redis hash tag.
bool well_named(const MeetingId& meeting);

/// Whether `draft` may be stored at all: too_large, or corrupt if its body is no Body.
Result<void, Errc> storable(const Draft& draft);

/// Which of the snapshots at `kept` (ascending) can go: all but the newest two and the first of each stride of 4,096.
std::vector<Sequence> surplus_snapshots(const std::vector<Sequence>& kept);

/// A snapshot as bytes with a checksum, and back: `corrupt` if they are not what was written.
Bytes pack(const Snapshot& snapshot);
Result<Snapshot, Errc> unpack_snapshot(BytesView bytes);

}  // namespace atelier::timeline
