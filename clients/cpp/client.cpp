#include "client.hpp"

#include <algorithm>
#include <utility>

#include "limits.hpp"

namespace atelier::client {

Client::Client(boost::asio::io_context& context, ServerUrl server, std::string token,
               InstanceId instance, std::uint64_t seed, Handlers handlers)
    : context_(context),
      server_(std::move(server)),
      token_(std::move(token)),
      session_(instance),
      handlers_(std::move(handlers)),
      again_(context),
      retry_(context),
      jitter_(seed) {}

void Client::connect() {
  if (wanted_) return;
  wanted_ = true;
  failures_ = 0;
  open_socket();
}

void Client::drop() {
  wanted_ = false;
  again_.cancel();
  retry_.cancel();
  socket_.reset();
  session_.closed();
}

std::uint64_t Client::submit(v1::Command command, std::int64_t script_ms) {
  take(session_.submit(std::move(command), script_ms));
  return session_.last_counter();
}

void Client::follow(const v1::TextFollow& text) {
  take(session_.follow(text));
}

void Client::unfollow(const std::string& text) {
  take(session_.unfollow(text));
}

void Client::open_socket() {
  socket_ = std::make_unique<LiveSocket>(
      context_, server_, "/ws", token_,
      LiveSocket::Handlers{.opened = [this] { take(session_.opened(handlers_.texts())); },
                           .message =
                               [this](BytesView message) {
                                 bytes_received_ += message.size();
                                 take(session_.received(message));
                               },
                           .closed = [this](const std::string& why) { lost(why); }});
}

void Client::take(const SessionOutput& output) {
  for (const Bytes& message : output.send)
    if (socket_) socket_->send(message);
  for (const SessionEvent& event : output.events) handle(event);
}

void Client::handle(const SessionEvent& event) {
  if (std::holds_alternative<Welcomed>(event)) {
    failures_ = 0;
    if (std::exchange(was_live_, true)) ++reconnects_;
  } else if (const auto* held = std::get_if<Held>(&event)) {
    retry_.expires_after(held->pause);
    retry_.async_wait([this](const boost::system::error_code& error) {
      if (!error) take(session_.retry());
    });
  }
  handlers_.event(event);
}

void Client::lost(const std::string& why) {
  session_.closed();
  retry_.cancel();
  if (!wanted_) return;
  // Full jitter: a room full of clients must not come back in one moment.
  const auto most = std::min(reconnect_most, reconnect_first * (1 << std::min(failures_, 10)));
  ++failures_;
  std::uniform_int_distribution<std::int64_t> pause(most.count() / 4, most.count());
  again_.expires_after(std::chrono::milliseconds(pause(jitter_)));
  again_.async_wait([this](const boost::system::error_code& error) {
    if (!error && wanted_) open_socket();
  });
  handlers_.lost(why);
}

}  // namespace atelier::client
