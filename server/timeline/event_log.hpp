#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

namespace atelier::timeline {

/// What can go wrong with a log.
enum class Errc {
  unknown_meeting = 1,  ///< No log of that name.
  meeting_exists,
  full,          ///< The disk or the memory limit is reached: nothing was stored; may work again later.
  unavailable,   ///< The store did not answer: whether the entry was stored is not known. Follow the log to learn it.
  corrupt,       ///< What was read is not what was written.
  too_large,     ///< Over limits.hpp.
  closed,        ///< The log is shutting down; nothing was stored.
};

/// One stored entry. `body` is a serialized atelier.v1.Body, kept byte for byte.
struct Entry {
  Sequence seq;
  std::int64_t time_ms = 0;  ///< The sequencer's clock since 1970, never less than the entry before.
  Bytes epoch;               ///< 16 bytes; changes only when history is replaced (restore from a backup).
  Bytes body;
  bool operator==(const Entry&) const = default;
};

struct Draft {
  Bytes body;
  /// Rehearsals carry the script's time; the log stores max(this, the last entry's time). Empty: the sequencer's clock.
  std::optional<std::int64_t> time_ms;
};

/// A state of the meeting that folding may start from; an opaque cache, never the truth.
struct Snapshot {
  Sequence seq;
  Bytes chain;  ///< chain.hpp's running hash up to and with `seq`
  Bytes state;
  bool operator==(const Snapshot&) const = default;
};

/// Ends when destroyed; no callback runs after that.
class Subscription {
 public:
  virtual ~Subscription() = default;
};

/// One ordered, durable list of entries per meeting, from 1 without holes.
/// No call blocks for a disk or a network; no callback runs inside the call that took it. All calls and all callbacks are
/// on one thread (the one that `Post`, given to the implementation, runs things on).
class EventLog {
 public:
  using Done = std::function<void(Result<Sequence, Errc>)>;
  using Next = std::function<void(Result<std::vector<Entry>, Errc>)>;

  virtual ~EventLog() = default;

  /// Makes an empty log. Fails with meeting_exists, and with unknown_meeting if the name is not [a-z0-9]{1,32}.
  virtual void create(const MeetingId& meeting, std::function<void(Result<void, Errc>)> done) = 0;
  /// The meetings that have a log, sorted.
  virtual void meetings(std::function<void(Result<std::vector<MeetingId>, Errc>)> done) = 0;
  /// Stores `draft` after the meeting's last entry. `done` gets its place once it is durable. Appends of one meeting are
  /// stored in the order of the calls; all that wait share the next commit. Fails with too_large, with corrupt if the body
  /// is no Body, and with full also when more waits than limits.hpp allows.
  /// What still waits when the log is destroyed may be stored, but no later entry without the earlier ones.
  virtual void append(const MeetingId& meeting, Draft draft, Done done) = 0;
  /// Gives every entry after `after`, in order, once and without a gap: first those stored, then those to come. An entry
  /// is given only when it is durable. Fails with corrupt if the log ends before `after` (somebody has seen more than is
  /// there: entries were lost). After an error nothing more comes; follow again.
  virtual std::unique_ptr<Subscription> follow(const MeetingId& meeting, Sequence after, Next next) = 0;
  /// Keeps `snapshot`, best effort; the newest two are kept, and one in 4,096 entries for replays.
  virtual void keep(const MeetingId& meeting, Snapshot snapshot) = 0;
  /// The newest snapshot at or before `at_most`, if there is one.
  virtual void newest(const MeetingId& meeting, Sequence at_most,
                      std::function<void(Result<std::optional<Snapshot>, Errc>)> done) = 0;
};

/// How an implementation hands work back to its owner's thread (asio::post, a test's queue).
using Post = std::function<void(std::function<void()>)>;

}  // namespace atelier::timeline
