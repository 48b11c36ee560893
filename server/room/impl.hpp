#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "atelier/v1/wire.pb.h"
#include "room/duties.hpp"
#include "room/journal.hpp"
#include "room/prepare.hpp"
#include "room/rates.hpp"
#include "room/render.hpp"
#include "room/room.hpp"
#include "timeline/chain.hpp"

namespace atelier::room {

/// room.cpp: inputs and the log · commands.cpp: what people ask for · greet.cpp: who comes and opens a text ·
/// fanout.cpp: what everybody is told, and when.
class Room::Impl {
 public:
  Impl(MeetingId id, Ports ports);

  Result<void, meeting::Errc> restore(const timeline::Snapshot& snapshot);
  Effects on(Input input, Now now);
  std::optional<milliseconds> wake() const;

  Ticket next_ticket() { return Ticket{++last_ticket_}; }
  const meeting::Meeting& meeting() const { return meeting_; }
  const Bytes& epoch() const { return epoch_; }
  const Bytes& chain() const { return chain_.value(); }
  std::string_view name(const PersonId& person) const { return renderer_.name(person); }
  std::size_t connections() const { return connections_.size(); }
  bool quarantined() const { return quarantined_; }
  const Counts& counts() const { return counts_; }

 private:
  enum class Tier { writers, viewers };
  enum class Told { synced, unsaid };  ///< whether Synced is said even if nothing else is

  struct Held {
    v1::Submit submit;
    Ticket after;         ///< waits for all appends up to this one
    milliseconds until{};  ///< and until then for what it names, if that is not known here
  };
  struct Connection {
    PersonId person;
    meeting::Audience audience = meeting::Audience::participant;
    InstanceId instance;
    bool greeted = false;
    bool behind = false;
    bool reading_held = false;
    Sequence cursor;          ///< every entity and text update up to here has been sent
    Sequence private_cursor;  ///< the same for the private part
    std::set<std::string, std::less<>> follows;
    std::deque<Held> held;
    std::size_t in_flight = 0;
    milliseconds wrote = milliseconds::min() / 2;
    milliseconds since{};  ///< behind, or waiting to be greeted, since
    Bytes answers;         ///< acknowledgements that wait for a socket that is behind
    std::optional<v1::Hello> hello;  ///< of a client that knows more than this node has read yet
    std::string presence_text;
    Bytes presence_state;
  };
  using Connections = std::map<ConnectionId, Connection>;
  using CommandKey = std::pair<InstanceId, std::uint64_t>;

  struct InFlight {
    std::optional<CommandKey> command;  ///< none: the node's own
    std::vector<ConnectionId> waiting;
    Bytes receipt;
    std::string closes;  ///< the sealed vote that it closes
  };
  /// The acknowledgement of a sealed vote's closing: it is complete when the ballots are opened, by whichever node has the key.
  struct Closing {
    std::string vote;
    std::vector<ConnectionId> waiting;
    v1::Ack ack;
    milliseconds until{};
  };
  struct Proposal {
    std::optional<Sequence> seq;
    bool tell = false;  ///< somebody waits for Settled
  };
  struct TierState {
    bool dirty = false;
    milliseconds last = milliseconds::min() / 2;
    /// The newest presence of each connection, by text.
    std::map<std::string, std::map<ConnectionId, Bytes>> presence;
  };
  /// Connections that get the very same bytes.
  struct Group {
    meeting::Audience audience;
    Sequence cursor;
    std::vector<std::string> texts;      ///< that changed and that they follow
    std::vector<std::string> presences;  ///< texts with presence to tell
    bool announce = false;               ///< say Synced although nothing else is to be said
    auto operator<=>(const Group&) const = default;
  };

  // room.cpp
  void handle(const Opened&);
  void handle(Message&);
  void handle(const Closed&);
  void handle(const Behind&);
  void handle(const Drained&);
  void handle(const Logged&);
  void handle(const Stored&);
  void handle(const AppendFailed&);
  void handle(Propose&);
  void handle(Named&);
  void handle(const Tick&);
  void handle(const Live&);
  void handle(const Drain&);
  bool apply(const timeline::Entry& entry);
  void quarantine(meeting::Errc why, Sequence seq);
  void settle();
  void keep_snapshot();
  void bad_message(ConnectionId id, std::string text, CloseReason reason = CloseReason::bad_message);

  // commands.cpp
  void submit(ConnectionId id, Connection& connection, v1::Submit submit);
  void execute(ConnectionId id, Connection& connection, v1::Submit submit);
  /// Appends it; or why it is refused before the log.
  v1::Refusal try_append(ConnectionId id, Connection& connection, v1::Submit& submit);
  bool answer_again(ConnectionId id, Connection& connection, const v1::Submit& submit, InstanceId instance);
  void refuse(ConnectionId id, Connection& connection, const v1::Submit& submit, v1::Refusal why);
  void append(Ticket ticket, InFlight in_flight, v1::Body body, const v1::Payload& payload, std::int64_t script_ms);
  void acknowledge(const timeline::Entry& entry, const meeting::Applied& applied);
  void answer(ConnectionId id, const v1::Ack& ack);
  void answer_all(const std::vector<ConnectionId>& ids, const v1::Ack& ack);
  void answer_closings();
  void release_held();
  void pace(ConnectionId id, Connection& connection);
  void do_duties();
  std::uint64_t last_counter(InstanceId instance) const;
  bool free_after(Ticket ticket) const;
  bool must_wait(const Held& held) const;

  // greet.cpp
  void hello(ConnectionId id, Connection& connection, const v1::Hello& hello);
  void greet(ConnectionId id, Connection& connection, const v1::Hello& hello);
  void greet_waiting();
  void regreet(const std::set<PersonId>& persons);
  void follow(ConnectionId id, Connection& connection, const v1::TextFollow& follow);
  void unfollow(ConnectionId id, Connection& connection, const std::string& text);
  void present(ConnectionId id, Connection& connection, v1::Presence presence);
  void gone(ConnectionId id, Connection& connection);
  void tell_presence(ConnectionId id, const std::string& text, const v1::PresenceOf& presence);
  Bytes presences(const std::string& text) const;
  Bytes private_part(Connection& connection);
  void catch_up(ConnectionId id, Connection& connection, Told told);

  // fanout.cpp
  void flush();
  void flush(Tier tier);
  void flush_answers();
  bool is_writer(const Connection& connection) const;
  const std::vector<std::string>& changed_texts(Sequence after);
  Bytes compose(const Group& group, const TierState* tier);
  Bytes synced() const;
  void send(std::vector<ConnectionId> to, Bytes bytes);
  void send(std::vector<ConnectionId> to, Piece piece);
  void notice(ConnectionId id, v1::Notice::Kind kind, std::string text);
  void notice_all(v1::Notice::Kind kind, const std::string& text);
  void wake_tiers();

  MeetingId id_;
  Ports ports_;
  meeting::Meeting meeting_;
  timeline::Chain chain_;
  Journal journal_;
  Renderer renderer_{meeting_, journal_};
  Duties duties_;
  Edits edits_;
  Bytes epoch_;
  bool live_ = false, draining_ = false, quarantined_ = false;

  Connections connections_;
  std::set<ConnectionId> to_answer_;
  std::set<ConnectionId> waiting_hello_;
  std::map<Ticket, InFlight> in_flight_;
  std::map<CommandKey, Ticket> commands_;
  std::map<InstanceId, std::set<std::uint64_t>> ahead_;  ///< counters in flight
  std::map<Ticket, Proposal> proposals_;
  std::vector<Closing> closings_;
  std::map<PersonId, PersonRates> rates_;  ///< of a live meeting
  std::uint64_t last_ticket_ = 0;

  std::array<TierState, 2> tiers_;
  Sequence announced_;
  milliseconds announced_at_ = milliseconds::min() / 2;
  std::map<Sequence, std::vector<std::string>> changed_texts_;  ///< cache of one flush

  Now now_;
  Effects effects_;
  Counts counts_;
};

meeting::Audience audience_of(v1::Role role);

/// A ServerMessage that `fill` fills, serialized.
template <class Fill>
Bytes server_message(const Fill& fill) {
  v1::ServerMessage message;
  fill(message);
  return message.SerializeAsString();
}

}  // namespace atelier::room
