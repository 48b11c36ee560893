#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "atelier/v1/record.pb.h"
#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/ports.hpp"
#include "base/result.hpp"
#include "meeting/meeting.hpp"
#include "room/vault.hpp"
#include "timeline/event_log.hpp"

namespace atelier::room {

using ConnectionId = Id<struct ConnectionTag>;
using Ticket = Id<struct TicketTag>;          ///< One append that this room asked for.
using Piece = std::shared_ptr<const Bytes>;   ///< One whole ServerMessage, shared by all who get it.
using std::chrono::milliseconds;

/// The time at which an input arrives.
struct Now {
  milliseconds steady{};  ///< never goes back; ticks and silence are measured with it
  milliseconds wall{};    ///< since 1970
};

// What the world tells a room.

/// A connection of that person; the person was authenticated and belongs to the meeting.
struct Opened {
  ConnectionId connection;
  PersonId person;
};
/// One whole message of that connection: a serialized v1.ClientMessage, hostile until proved right.
struct Message {
  ConnectionId connection;
  Bytes bytes;
};
struct Closed {
  ConnectionId connection;
};
/// The socket takes no more for now: the room sends it nothing until Drained, and then only the newest state.
struct Behind {
  ConnectionId connection;
};
struct Drained {
  ConnectionId connection;
};
/// The log's next entries, in order and without a hole.
struct Logged {
  std::vector<timeline::Entry> entries;
};
/// An append is durable at `seq`. May come before or after the entry itself.
struct Stored {
  Ticket ticket;
  Sequence seq;
};
struct AppendFailed {
  Ticket ticket;
  timeline::Errc why;
};
/// The node itself writes (PersonAdmitted). Settled says when it was applied.
struct Propose {
  Ticket ticket;  ///< from Room::next_ticket()
  v1::Payload payload;
};
/// A person's name, from beside the log; empty when it is erased.
struct Named {
  PersonId person;
  std::string name;
};
struct Tick {};
/// All that was stored before this node opened the meeting has been given: the node's duties begin.
struct Live {};
/// The node is going down: everybody is told to come back.
struct Drain {};

using Input = std::variant<Opened, Message, Closed, Behind, Drained, Logged, Stored, AppendFailed, Propose, Named, Tick,
                           Live, Drain>;

// What a room asks of the world.

struct Append {
  Ticket ticket;
  timeline::Draft draft;
};
/// The same message to all of these, in the order of the effects.
struct Send {
  std::vector<ConnectionId> to;
  Piece piece;
};
enum class CloseReason { bad_message = 1, not_allowed, behind, going_away, try_again };
struct Close {
  ConnectionId connection;
  CloseReason reason;
};
/// Read no further message of this connection until Release: too much of it waits for the log.
struct Hold {
  ConnectionId connection;
};
struct Release {
  ConnectionId connection;
};
struct KeepSnapshot {
  timeline::Snapshot snapshot;
};
/// What was proposed is applied.
struct Settled {
  Ticket ticket;
  Sequence seq;
};
/// A record could not be applied: this meeting stops on this node.
struct Quarantine {
  meeting::Errc why;
  Sequence seq;
};

using Effect = std::variant<Append, Send, Close, Hold, Release, KeepSnapshot, Settled, Quarantine>;
using Effects = std::vector<Effect>;

/// Counts since the room was opened.
struct Counts {
  std::uint64_t records = 0;
  std::uint64_t refused = 0;         ///< by rule, in the log
  std::uint64_t refused_before = 0;  ///< before the log
  std::uint64_t duplicates = 0;
  std::uint64_t messages_sent = 0;   ///< one message to one connection
  std::uint64_t bytes_sent = 0;
};

/// One live meeting, sans-I/O: connections, commands on their way to the log, what everybody must be told, and when.
/// Only Logged changes the meeting, so every node that follows the log holds the same one.
class Room {
 public:
  struct Ports {
    Random& random;
    KeyVault& vault;
  };

  Room(MeetingId id, Ports ports);
  ~Room();
  Room(Room&&) = delete;

  /// Starts from a snapshot instead of the first record. Only before the first input. `chain` is Snapshot::chain.
  Result<void, meeting::Errc> restore(const timeline::Snapshot& snapshot);

  /// What must be done because of `input`, in order. Never blocks, reads no clock.
  Effects on(Input input, Now now);

  /// When (steady) it wants a Tick; nothing if it waits for nobody.
  std::optional<milliseconds> wake() const;

  Ticket next_ticket();
  Sequence seq() const;    ///< the last record applied
  const Bytes& epoch() const;
  const Bytes& chain() const;  ///< the log's running hash up to seq()
  const meeting::Meeting& meeting() const;
  std::string_view name(const PersonId& person) const;
  std::size_t connections() const;
  bool quarantined() const;
  const Counts& counts() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The body of a meeting's first record.
Bytes creation(const MeetingId& meeting, v1::MeetingContent content, bool rehearsal, Random& random);

}  // namespace atelier::room
