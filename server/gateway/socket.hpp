#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/ports.hpp"
#include "gateway/frame.hpp"
#include "gateway/limits.hpp"
#include "room/room.hpp"

namespace atelier::gateway {

using room::ConnectionId;
/// A whole frame, shared by all who get it.
using Frame = std::shared_ptr<const Bytes>;

/// Whom a socket tells of what happens to it. Never called from inside a call of the socket's own.
class SocketOwner {
 public:
  virtual ~SocketOwner() = default;
  virtual void on_message(ConnectionId id, Bytes message) = 0;
  virtual void on_closed(ConnectionId id) = 0;   ///< last call
  virtual void on_behind(ConnectionId id) = 0;   ///< too much waits to be sent
  virtual void on_drained(ConnectionId id) = 0;  ///< nothing waits any more
};

class Socket;

/// Collects the sockets that have something to send and writes to each once, at the end of the loop's round.
class Round {
 public:
  explicit Round(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  void add(std::shared_ptr<Socket> socket);

 private:
  boost::asio::any_io_executor executor_;
  std::vector<std::shared_ptr<Socket>> waiting_;
};

/// One live WebSocket after its handshake: frames in and out, pings, deadlines, backpressure. One thread.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  struct Settings {
    ConnectionId id;
    bool unlimited = false;  ///< profile bench: no rates
  };
  /// `owner`, `round` and `clock` outlive the socket's life (until on_closed).
  Socket(boost::asio::ip::tcp::socket socket, Settings settings, SocketOwner& owner, Round& round, const Clock& clock);

  /// Begins to read; `already` are bytes that came with the handshake.
  void start(Bytes already);
  void send(Frame frame);
  /// Says Close and lets what waits go out first.
  void close(ws::CloseCode code, std::string_view reason);
  void hold();
  void release();
  /// Once a second: pings, deadlines.
  void sweep(std::chrono::milliseconds now);

  ConnectionId id() const { return settings_.id; }
  std::size_t waiting_bytes() const { return queued_; }
  /// Has its first message come?
  bool said() const { return said_; }

 private:
  friend class Round;
  enum class State { open, closing, closed };
  void arm_read();
  void on_readable(const boost::system::error_code& error);
  void take(BytesView bytes);
  bool on_event(ws::Event event);
  void charge(std::size_t messages, std::size_t bytes);
  void write();
  void consume(std::size_t bytes);
  void check_backlog();
  void end();

  boost::asio::ip::tcp::socket socket_;
  Settings settings_;
  SocketOwner& owner_;
  Round& round_;
  const Clock& clock_;
  boost::asio::steady_timer pause_;
  ws::Reader reader_{limits::hello_bytes_max};
  State state_ = State::open;
  bool reading_ = false, held_ = false, paused_ = false, in_round_ = false, writing_ = false, behind_ = false, said_ = false;
  std::deque<Frame> queue_;
  std::size_t offset_ = 0;  ///< bytes of the first frame that are sent
  std::size_t queued_ = 0;
  std::chrono::milliseconds started_, heard_, pinged_, midway_since_, closing_since_{};
  double message_tokens_ = limits::venue.messages.burst;
  double byte_tokens_ = limits::venue.bytes.burst;
  std::chrono::milliseconds charged_;
};

/// NODELAY, buffers and time-outs of a live socket (shared/design/speed.md, Sockets).
void tune(boost::asio::ip::tcp::socket& socket);

}  // namespace atelier::gateway
