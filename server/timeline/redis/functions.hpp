#pragma once

#include <string>

#include "base/bytes.hpp"
#include "base/id.hpp"

namespace atelier::timeline {

/// The Redis library that appends atomically. Its name carries a version: two releases that differ in it use two names, so
/// nodes of both can work side by side. Persisted and replicated by Redis with the data.
extern const char* const functions_code;

/// Keys of a meeting share the hash tag {w:ID}, so that Redis Cluster keeps them together.
///   {w:ID}:log        stream, id = seq-0, fields t (time_ms) and b (body)
///   {w:ID}:meta       hash: epoch (16 bytes), seq and time of the last entry
///   {w:ID}:snapshots  hash: seq in 20 digits -> a packed snapshot
///   {w:ID}:new        channel: what was appended, as decode_message() reads it
///   w:meetings        set of the names
struct Keys {
  explicit Keys(const MeetingId& meeting)
      : log("{w:" + meeting.value() + "}:log"),
        meta("{w:" + meeting.value() + "}:meta"),
        snapshots("{w:" + meeting.value() + "}:snapshots"),
        channel("{w:" + meeting.value() + "}:new") {}
  Bytes log, meta, snapshots, channel;
};
inline const Bytes meetings_key = "w:meetings";

}  // namespace atelier::timeline
