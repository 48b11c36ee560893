#include "gateway/socket.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <span>

namespace atelier::gateway {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::size_t gathered_max = 64;
constexpr unsigned char ping_text[] = "atelier";

/// Read into by whichever socket of this thread has bytes: an idle connection costs no buffer.
thread_local std::array<char, limits::read_bytes> read_buffer;

}  // namespace

void tune(asio::ip::tcp::socket& socket) {
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::send_buffer_size(limits::send_buffer), ignored);
  const int fd = socket.native_handle();
  const int low = limits::not_sent_low_water;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &low, sizeof low);
  const unsigned patience = limits::user_timeout_ms;
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
}

void Round::add(std::shared_ptr<Socket> socket) {
  if (socket->in_round_) return;
  socket->in_round_ = true;
  waiting_.push_back(std::move(socket));
  if (waiting_.size() > 1) return;
  asio::post(executor_, [this] {
    for (const auto& one : std::exchange(waiting_, {})) {
      one->in_round_ = false;
      one->write();
    }
  });
}

Socket::Socket(asio::ip::tcp::socket socket, Settings settings, SocketOwner& owner, Round& round, const Clock& clock)
    : socket_(std::move(socket)), settings_(settings), owner_(owner), round_(round), clock_(clock), pause_(socket_.get_executor()),
      started_(clock.steady()), heard_(started_), pinged_(started_), midway_since_(started_), charged_(started_) {
  tune(socket_);
}

void Socket::start(Bytes already) {
  if (!already.empty()) take(already);
  arm_read();
}

void Socket::arm_read() {
  if (reading_ || held_ || paused_ || behind_ || state_ == State::closed) return;
  reading_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](const error_code& error) {
    self->reading_ = false;
    self->on_readable(error);
  });
}

void Socket::on_readable(const error_code& error) {
  if (state_ == State::closed) return;
  if (error) return end();
  error_code read_error;
  const std::size_t count = socket_.read_some(asio::buffer(read_buffer), read_error);
  if (read_error == asio::error::would_block || read_error == asio::error::try_again) return arm_read();
  if (read_error) return end();
  take({read_buffer.data(), count});
  arm_read();
}

void Socket::take(BytesView bytes) {
  const milliseconds now = clock_.steady();
  heard_ = now;
  const bool was_midway = reader_.midway();
  std::size_t messages = 0;
  const auto fed = reader_.feed(bytes, [&](ws::Event event) {
    midway_since_ = now;
    ++messages;
    return on_event(std::move(event));
  });
  if (!was_midway) midway_since_ = now;
  if (!fed && state_ == State::open) {
    const bool text = fed.error() == ws::CloseCode::unsupported_data;
    close(fed.error(), text ? "send binary messages" : "the bytes are not a WebSocket message that the server takes");
  }
  charge(messages, bytes.size());
}

bool Socket::on_event(ws::Event event) {
  if (state_ == State::closed) return false;
  switch (event.kind) {
    case ws::Opcode::ping: send(std::make_shared<const Bytes>(ws::frame(ws::Opcode::pong, event.payload))); break;
    case ws::Opcode::close:
      if (state_ == State::open) close(ws::CloseCode::normal, {});
      if (queue_.empty()) end();
      return false;
    case ws::Opcode::binary:
      if (state_ != State::open) break;
      if (!said_) reader_.allow(limits::message_bytes_max);
      said_ = true;
      owner_.on_message(settings_.id, std::move(event.payload));
      break;
    default: break;
  }
  return state_ == State::open;
}

/// Too much too fast is read later, never refused: a refused edit would cost its author work.
void Socket::charge(std::size_t messages, std::size_t bytes) {
  if (settings_.unlimited) return;
  const milliseconds now = clock_.steady();
  const double seconds = static_cast<double>((now - charged_).count()) / 1000.0;
  charged_ = now;
  const auto& message_rate = limits::venue.messages;
  const auto& byte_rate = limits::venue.bytes;
  message_tokens_ = std::min(message_rate.burst, message_tokens_ + seconds * message_rate.per_second) - static_cast<double>(messages);
  byte_tokens_ = std::min(byte_rate.burst, byte_tokens_ + seconds * byte_rate.per_second) - static_cast<double>(bytes);
  const double wait = std::max(-message_tokens_ / message_rate.per_second, -byte_tokens_ / byte_rate.per_second);
  if (wait <= 0 || paused_ || state_ != State::open) return;
  paused_ = true;
  pause_.expires_after(milliseconds(static_cast<std::int64_t>(wait * 1000) + 1));
  pause_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error) return;
    self->paused_ = false;
    self->heard_ = self->clock_.steady();
    self->arm_read();
  });
}

void Socket::send(Frame frame) {
  if (state_ != State::open) return;
  queued_ += frame->size();
  queue_.push_back(std::move(frame));
  round_.add(shared_from_this());
}

void Socket::close(ws::CloseCode code, std::string_view reason) {
  if (state_ != State::open) return;
  send(std::make_shared<const Bytes>(ws::frame(ws::Opcode::close, ws::close_payload(code, reason))));
  state_ = State::closing;
  closing_since_ = clock_.steady();
}

void Socket::hold() { held_ = true; }

void Socket::release() {
  held_ = false;
  heard_ = clock_.steady();
  arm_read();
}

void Socket::write() {
  while (!queue_.empty() && state_ != State::closed && !writing_) {
    std::array<asio::const_buffer, gathered_max> buffers;
    const std::size_t count = std::min(queue_.size(), buffers.size());
    for (std::size_t at = 0; at < count; ++at) {
      buffers[at] = asio::buffer(*queue_[at]);
    }
    buffers[0] += offset_;
    error_code error;
    const auto sent = socket_.write_some(std::span(buffers.data(), count), error);
    if (error == asio::error::would_block || error == asio::error::try_again) {
      writing_ = true;
      socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](const error_code& wait_error) {
        self->writing_ = false;
        if (wait_error) return self->end();
        self->write();
      });
      break;
    }
    if (error) return end();
    consume(sent);
  }
  check_backlog();
}

void Socket::consume(std::size_t bytes) {
  queued_ -= bytes;
  offset_ += bytes;
  while (!queue_.empty() && offset_ >= queue_.front()->size()) {
    offset_ -= queue_.front()->size();
    queue_.pop_front();
  }
}

void Socket::check_backlog() {
  if (state_ == State::closed) return;
  if (queued_ > limits::outbound_max) {
    close(ws::CloseCode::too_slow, "too slow");
    return end();
  }
  if (!behind_ && queued_ > limits::outbound_behind) {
    behind_ = true;
    owner_.on_behind(settings_.id);
  } else if (behind_ && queue_.empty()) {
    behind_ = false;
    owner_.on_drained(settings_.id);
    arm_read();
  }
}

void Socket::sweep(milliseconds now) {
  if (state_ == State::closing && now - closing_since_ > limits::closing_time) return end();
  if (state_ != State::open) return;
  if (held_ || paused_ || behind_) heard_ = std::max(heard_, now - limits::ping_every);
  if (now - heard_ > limits::dead_after) return end();
  const auto hello_time = (settings_.unlimited ? limits::bench : limits::venue).hello_time;
  if (!said_ && now - started_ > hello_time) return close(ws::CloseCode::policy_violation, "say Hello first");
  if (reader_.midway() && now - midway_since_ > limits::message_time) {
    return close(ws::CloseCode::policy_violation, "a message took too long");
  }
  if (now - heard_ >= limits::ping_every && now - pinged_ >= limits::ping_every) {
    pinged_ = now;
    send(std::make_shared<const Bytes>(ws::frame(ws::Opcode::ping, {reinterpret_cast<const char*>(ping_text), 7})));
  }
}

void Socket::end() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  error_code ignored;
  pause_.cancel();
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  queue_.clear();
  queued_ = 0;
  owner_.on_closed(settings_.id);
}

}  // namespace atelier::gateway
