#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "http.hpp"

namespace atelier::client {

/// One WebSocket to a server, on the owner's io_context and thread. Callbacks never run inside a
/// call of the owner, and none runs after destruction.
class LiveSocket {
 public:
  struct Handlers {
    std::function<void()> opened;
    std::function<void(BytesView message)> message;
    std::function<void(const std::string& why)>
        closed;  ///< the last one; also when it could not be opened
  };

  /// Connects to `target` ("/ws") with the seat's token.
  LiveSocket(boost::asio::io_context& context, const ServerUrl& server, const std::string& target,
             const std::string& token, Handlers handlers);
  /// Closes the socket at once, without a goodbye.
  ~LiveSocket();
  LiveSocket(const LiveSocket&) = delete;
  LiveSocket& operator=(const LiveSocket&) = delete;

  /// Sends one binary message after those before it. Before `opened` and after `closed` it is lost.
  void send(Bytes message);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace atelier::client
