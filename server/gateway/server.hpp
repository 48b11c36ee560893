#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>

#include "gateway/api.hpp"
#include "gateway/host.hpp"
#include "gateway/past.hpp"

namespace atelier::gateway {

/// Accepts connections, speaks HTTP with them, and turns those that upgrade into sockets of a meeting. One thread.
class Server {
 public:
  Server(Host& host, Api& api);

  /// Listens; the address it got ("127.0.0.1:41235"), or what went wrong.
  Result<std::string, std::string> listen(const std::string& address, const std::string& port);
  /// Takes no new connection, tells everybody, waits until all that was asked for is stored (at most `patience`), says Close.
  void drain(std::chrono::milliseconds patience, std::function<void()> done);

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);
  boost::asio::awaitable<void> upgrade(boost::asio::ip::tcp::socket socket, Request request, Bytes already);
  /// Why this person may not have a connection at this address now; nothing if they may.
  std::optional<Response> fault(const Request& request, const std::optional<Identity>& who) const;
  std::optional<Response> crowd(const Live& live, const PersonId& person, const std::string& seat) const;
  boost::asio::awaitable<void> replay(boost::asio::ip::tcp::socket socket, Live& live, Identity who, Bytes already);
  boost::asio::awaitable<void> sweep();
  void finish(std::chrono::milliseconds until, std::function<void()> done);

  Host& host_;
  Api& api_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer drain_timer_;
  std::map<ConnectionId, std::shared_ptr<ReplaySession>> replays_;
  std::uint64_t last_connection_ = 0;
  std::size_t serving_ = 0;
  bool draining_ = false;
};

}  // namespace atelier::gateway
