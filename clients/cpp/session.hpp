#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "atelier/v1/wire.pb.h"
#include "base/bytes.hpp"
#include "base/id.hpp"

namespace atelier::client {

/// The connection is live: what follows brings the client to `welcome.seq()`. If `welcome.full()`,
/// forget all entities.
struct Welcomed {
  v1::Welcome welcome;
};
/// The final fate of a command: it is in the log (accepted or refused by a rule), or was refused
/// for good before the log.
struct Settled {
  v1::Ack ack;
};
struct EntityChanged {
  v1::Entity entity;
};
struct TextChanged {
  v1::TextUpdate update;
};
/// Everything up to `seq` has been seen.
struct CaughtUp {
  std::uint64_t seq = 0;
};
struct Noticed {
  v1::Notice notice;
};
/// The server takes nothing at the moment: call retry() after `pause`.
struct Held {
  std::chrono::milliseconds pause{0};
  v1::Refusal refusal = v1::REFUSAL_OK;
};
/// The other side does not speak this protocol, or a command can never get in: close, and tell
/// somebody.
struct Broken {
  std::string why;
};
using SessionEvent =
    std::variant<Welcomed, Settled, EntityChanged, TextChanged, CaughtUp, Noticed, Held, Broken>;

/// What the owner must do: send these messages, in order, and take these events.
struct SessionOutput {
  std::vector<Bytes> send;
  std::vector<SessionEvent> events;
};

/// One person's side of the protocol (wire.proto), without socket, clock or randomness: inputs in,
/// messages and events out. Commands are kept until they are settled and sent again, with the same
/// counters, after every reconnect.
class Session {
 public:
  /// `instance` is random and belongs to this object alone.
  explicit Session(InstanceId instance) : instance_(instance) {}

  /// A connection is open. `texts` are those that the owner follows, with what it has of them.
  SessionOutput opened(const std::vector<v1::TextFollow>& texts);
  /// The connection is gone; what was not acknowledged waits for the next one.
  void closed();
  /// A message has come: the bytes of a ServerMessage.
  SessionOutput received(BytesView message);
  /// Keeps `command` and sends it as soon as the connection is live. Its counter is last_counter()
  /// afterwards. `script_ms` is the record's time in a rehearsal; 0 elsewhere.
  SessionOutput submit(v1::Command command, std::int64_t script_ms);
  /// The pause of a Held is over.
  SessionOutput retry();
  SessionOutput follow(const v1::TextFollow& text) const;
  SessionOutput unfollow(const std::string& text) const;

  InstanceId instance() const { return instance_; }
  std::uint64_t last_counter() const { return last_counter_; }
  bool live() const { return live_; }
  std::size_t waiting() const { return outbox_.size(); }  ///< commands that are not settled

 private:
  struct Pending {
    std::uint64_t counter = 0;
    v1::Command command;
    std::int64_t script_ms = 0;
    int out_of_order = 0;  ///< times on this connection
  };

  Bytes message_of(const Pending& pending) const;
  std::uint64_t previous(std::uint64_t counter) const;
  void acknowledged(const v1::Ack& ack, SessionOutput& output);
  void out_of_order(Pending& pending, SessionOutput& output);
  void send_all(SessionOutput& output) const;

  InstanceId instance_;
  std::uint64_t last_counter_ = 0;
  std::deque<Pending> outbox_;
  std::set<std::uint64_t> not_logged_;  ///< counters refused for good before the log
  Bytes epoch_;
  std::uint64_t seq_ = 0;
  bool live_ = false;
  bool held_ = false;
};

}  // namespace atelier::client
