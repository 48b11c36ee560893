#include "live_socket.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>

#include "limits.hpp"

namespace atelier::client {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

/// Kept alive by its pending operations; what they find after stop() they drop.
class LiveSocket::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& context, const ServerUrl& server, Handlers handlers)
      : resolver_(context), stream_(context), server_(server), handlers_(std::move(handlers)) {}

  void start(const std::string& target, const std::string& token) {
    stream_.read_message_max(message_bytes_max);
    stream_.binary(true);
    websocket::stream_base::timeout times{};
    times.handshake_timeout = handshake_seconds_max;
    times.idle_timeout = silence_seconds_max;
    times.keep_alive_pings = true;
    stream_.set_option(times);
    stream_.set_option(websocket::stream_base::decorator([token](websocket::request_type& request) {
      request.set(beast::http::field::authorization, "Bearer " + token);
    }));
    resolver_.async_resolve(server_.host, server_.port,
                            [self = shared_from_this(), target](auto error, const auto& places) {
                              if (self->failed(error)) return;
                              auto& tcp = beast::get_lowest_layer(self->stream_);
                              tcp.expires_after(handshake_seconds_max);
                              tcp.async_connect(places, [self, target](auto failure, const auto&) {
                                if (!self->failed(failure)) self->handshake(target);
                              });
                            });
  }

  void send(Bytes message) {
    if (!open_) return;
    queue_.push_back(std::move(message));
    if (queue_.size() == 1) write();
  }

  void stop() {
    stopped_ = true;
    open_ = false;
    handlers_ = {};
    boost::system::error_code ignored;
    resolver_.cancel();
    beast::get_lowest_layer(stream_).socket().close(ignored);
  }

 private:
  void handshake(const std::string& target) {
    auto& tcp = beast::get_lowest_layer(stream_);
    tcp.expires_never();  // the WebSocket's own times hold now
    boost::system::error_code ignored;
    tcp.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    stream_.async_handshake(answer_, server_.host + ":" + server_.port, target,
                            [self = shared_from_this()](auto error) {
                              if (error == websocket::error::upgrade_declined && !self->stopped_) {
                                self->finish("the server refused the connection with status " +
                                             std::to_string(self->answer_.result_int()));
                                return;
                              }
                              if (self->failed(error)) return;
                              self->open_ = true;
                              self->handlers_.opened();
                              if (!self->stopped_) self->read();
                            });
  }

  void read() {
    stream_.async_read(buffer_, [self = shared_from_this()](auto error, std::size_t) {
      if (self->failed(error)) return;
      const auto data = self->buffer_.cdata();
      const Bytes message(static_cast<const char*>(data.data()), data.size());
      self->buffer_.consume(self->buffer_.size());
      const auto handler = self->handlers_.message;
      handler(message);
      if (!self->stopped_) self->read();
    });
  }

  void write() {
    stream_.async_write(asio::buffer(queue_.front()),
                        [self = shared_from_this()](auto error, std::size_t) {
                          if (self->failed(error)) return;
                          self->queue_.pop_front();
                          if (!self->queue_.empty()) self->write();
                        });
  }

  bool failed(const boost::system::error_code& error) {
    if (stopped_) return true;
    if (error) finish(error.message());
    return static_cast<bool>(error);
  }

  void finish(const std::string& why) {
    const auto closed = handlers_.closed;
    stop();
    closed(why);
  }

  asio::ip::tcp::resolver resolver_;
  websocket::stream<beast::tcp_stream> stream_;
  ServerUrl server_;
  Handlers handlers_;
  websocket::response_type answer_;
  beast::flat_buffer buffer_{message_bytes_max};
  std::deque<Bytes> queue_;
  bool open_ = false;
  bool stopped_ = false;
};

LiveSocket::LiveSocket(asio::io_context& context, const ServerUrl& server,
                       const std::string& target, const std::string& token, Handlers handlers)
    : impl_(std::make_shared<Impl>(context, server, std::move(handlers))) {
  impl_->start(target, token);
}

LiveSocket::~LiveSocket() {
  impl_->stop();
}

void LiveSocket::send(Bytes message) {
  impl_->send(std::move(message));
}

}  // namespace atelier::client
