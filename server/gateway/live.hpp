#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ports.hpp"
#include "gateway/socket.hpp"
#include "room/room.hpp"
#include "timeline/event_log.hpp"

namespace atelier::gateway {

/// What live meetings need of the process; all of it outlives them.
struct World {
  boost::asio::io_context& io;
  timeline::EventLog& log;
  Random& random;
  const Clock& clock;
  room::KeyVault& vault;
  Round& round;
  /// Names of a meeting's people, from beside the log. Other nodes may have put new ones there.
  std::function<std::vector<std::pair<PersonId, std::string>>(const MeetingId&)> names;
};

/// The log does not say where its stored part ends: nothing for this long means that it has been read.
inline constexpr std::chrono::milliseconds quiet_time{25};

/// One meeting that is open on this node: its room, its log, its sockets. One thread.
class Live final : public SocketOwner {
 public:
  Live(World world, MeetingId id);
  ~Live() override;

  /// Follows the log from its beginning.
  void start();
  /// Calls `then` when all that was stored has been read (or the meeting cannot be: then room().quarantined()).
  void when_ready(std::function<void()> then);
  /// Writes a record of the node. `then(true)` after it was applied.
  void propose(v1::Payload payload, std::function<void(bool)> then);
  void name(const PersonId& person, std::string name);
  void read_names();

  /// `seat` is the browser's, empty for who came with a token.
  void attach(boost::asio::ip::tcp::socket socket, ConnectionId id, const PersonId& person, std::string seat, Bytes already);
  std::size_t sockets_of(const PersonId& person) const;
  std::size_t sockets_of_seat(const std::string& seat) const;
  /// Sockets that have not said Hello.
  std::size_t unsaid() const;
  const limits::Profile& profile() const { return room_.meeting().rehearsal() ? limits::bench : limits::venue; }
  std::size_t sockets() const { return sockets_.size(); }
  void sweep();
  /// Tells everybody that the node goes down.
  void drain();
  void close_all(ws::CloseCode code, std::string_view reason);
  /// Appends that were asked for and are not stored yet.
  std::size_t unstored() const { return unstored_; }

  /// Something went wrong in the room: it takes part in nothing any more, until the process starts again.
  bool stopped() const { return stopped_ || room_.quarantined(); }
  const room::Room& room() const { return room_; }
  const MeetingId& id() const { return id_; }

  void on_message(ConnectionId id, Bytes message) override;
  void on_closed(ConnectionId id) override;
  void on_behind(ConnectionId id) override;
  void on_drained(ConnectionId id) override;

 private:
  struct Attached {
    std::shared_ptr<Socket> socket;
    PersonId person;
    std::string seat;
  };
  void input(room::Input input);
  void perform(room::Effect& effect);
  void append(room::Append& append);
  void send(const room::Send& send);
  void close(const room::Close& close);
  void logged(Result<std::vector<timeline::Entry>, timeline::Errc> entries);
  void follow();
  void arm_timer();
  void ready();
  room::Now now() const;

  World world_;
  MeetingId id_;
  room::Room room_;
  std::unique_ptr<timeline::Subscription> subscription_;
  std::map<ConnectionId, Attached> sockets_;
  std::map<room::Ticket, std::function<void(bool)>> proposals_;
  std::vector<std::function<void()>> waiting_;
  boost::asio::steady_timer tick_, quiet_;
  std::optional<std::chrono::milliseconds> tick_at_;
  std::size_t unstored_ = 0;
  std::size_t persons_ = 0;  ///< in the meeting when the names were read last
  bool ready_ = false, stopped_ = false;
  std::chrono::milliseconds patience_ = quiet_time;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace atelier::gateway
