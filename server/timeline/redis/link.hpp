#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "timeline/redis/connection.hpp"
#include "timeline/redis/redis_options.hpp"

namespace atelier::timeline {

/// Two connections to one Redis, for commands and for messages, that come back by themselves; when one ends, both are made
/// again. Each time the functions are loaded and the settings checked before anything else is sent.
class Link {
 public:
  using Done = Connection::Done;
  struct Ports {
    std::function<void()> ready;  ///< after every (re)connection; nothing is subscribed then
    std::function<void()> poll;   ///< each poll_every, while connected
    std::function<void(const Bytes& channel, const Bytes& message)> message;
  };

  Link(boost::asio::io_context& io, RedisOptions options, Ports ports);
  ~Link();

  /// Sent now, or when the connection is back within answer_within; else `lost`.
  void command(std::vector<Bytes> arguments, Done done);
  /// The same for what must be durable: answered `lost` while the settings do not promise that.
  void write(std::vector<Bytes> arguments, Done done);
  /// While ready only; a new connection starts without subscriptions.
  void subscribe(const Bytes& channel, Done done);
  void unsubscribe(const Bytes& channel);
  /// Makes both connections anew.
  void restart(const std::string& why);

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

/// What is wrong with these answers of CONFIG GET (names and values in turn), as a sentence; empty if acknowledged is durable.
std::string wrong_settings(const Reply& settings, bool allow_everysec);

}  // namespace atelier::timeline
