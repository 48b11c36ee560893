#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "live_socket.hpp"
#include "session.hpp"

namespace atelier::client {

/// One person at a server: a Session on a LiveSocket that connects again by itself, with jitter,
/// until it is told to stop. One thread; the callbacks may call the client.
class Client {
 public:
  struct Handlers {
    std::function<void(const SessionEvent& event)> event;
    std::function<std::vector<v1::TextFollow>()>
        texts;  ///< what to follow on a new connection, and from where
    std::function<void(const std::string& why)>
        lost;  ///< a connection was lost or could not be made; it tries again
  };

  /// `seed` gives the jitter; it should differ between clients.
  Client(boost::asio::io_context& context, ServerUrl server, std::string token, InstanceId instance,
         std::uint64_t seed, Handlers handlers);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void connect();
  /// Closes the socket without a goodbye and sends nothing until connect().
  void drop();
  /// Keeps the command until it is settled; gives its counter.
  std::uint64_t submit(v1::Command command, std::int64_t script_ms);
  void follow(const v1::TextFollow& text);
  void unfollow(const std::string& text);

  const Session& session() const { return session_; }
  bool wanted() const { return wanted_; }  ///< connected, or trying
  std::size_t reconnects() const { return reconnects_; }
  std::uint64_t bytes_received() const {
    return bytes_received_;
  }  ///< of messages, over all connections

 private:
  void open_socket();
  void take(const SessionOutput& output);
  void handle(const SessionEvent& event);
  void lost(const std::string& why);

  boost::asio::io_context& context_;
  ServerUrl server_;
  std::string token_;
  Session session_;
  Handlers handlers_;
  std::unique_ptr<LiveSocket> socket_;
  boost::asio::steady_timer again_;  ///< the next attempt
  boost::asio::steady_timer retry_;  ///< the end of a Held
  std::mt19937_64 jitter_;
  int failures_ = 0;
  bool wanted_ = false;
  bool was_live_ = false;
  std::size_t reconnects_ = 0;
  std::uint64_t bytes_received_ = 0;
};

}  // namespace atelier::client
