#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace boost::asio {
class io_context;
}

namespace atelier::timeline {

/// What Redis answered.
struct Reply {
  enum class Kind { nothing, text, number, list, error, lost };
  Kind kind = Kind::nothing;  ///< lost: the connection ended before the answer came
  Bytes text;                 ///< of text and error
  std::int64_t number = 0;
  std::vector<Reply> list;

  bool failed() const { return kind == Kind::error || kind == Kind::lost; }
};

struct RedisAddress {
  std::string socket;  ///< path of a Unix socket; if empty, the next two
  std::string host = "127.0.0.1";  ///< an IP address
  std::uint16_t port = 6379;
};

/// One connection to Redis: hiredis run by Asio. Not reconnected when it ends. One thread, the io_context's.
/// No callback runs inside a call; none runs after the destructor. Makes the process ignore SIGPIPE, because hiredis does not.
class Connection {
 public:
  using Done = std::function<void(const Reply&)>;
  struct Ports {
    std::function<void()> connected;
    std::function<void(const std::string& why)> closed;  ///< once, after all commands were answered `lost`
    std::function<void(const Bytes& channel, const Bytes& message)> message;
  };

  Connection(boost::asio::io_context& io, const RedisAddress& address, Ports ports);
  ~Connection();

  /// `done` gets the answer; answers come in the order of the commands.
  void command(const std::vector<Bytes>& arguments, Done done);
  /// From then on messages of `channel` come by the port; `done` runs once, when Redis has confirmed.
  void subscribe(const Bytes& channel, Done done);
  void unsubscribe(const Bytes& channel);
  /// The callbacks of all commands that wait, which then get no answer any more.
  std::vector<Done> take_pending();
  /// How long the oldest command has waited for its answer.
  std::chrono::milliseconds oldest_wait() const;

 private:
  class Wire;
  std::shared_ptr<Wire> wire_;
};

}  // namespace atelier::timeline
