#include "gateway/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <exception>

#include "gateway/frame.hpp"
#include "gateway/limits.hpp"
#include "gateway/note.hpp"
#include "gateway/upgrade.hpp"

namespace atelier::gateway {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

using Parser = http::request_parser<http::string_body>;

constexpr std::size_t buffer_bytes = 128 * 1024;
constexpr std::size_t fields_max = 100;
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; "
    "require-trusted-types-for 'script'; trusted-types atelier svelte-trusted-html ProseMirrorClipboard";

std::string text_of(const Parser::value_type& message, http::field name) { return std::string(message[name]); }

Request to_request(const Parser::value_type& message, const tcp::endpoint& from) {
  Request request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);
  request.host = text_of(message, http::field::host);
  request.origin = text_of(message, http::field::origin);
  request.cookie = text_of(message, http::field::cookie);
  request.authorization = text_of(message, http::field::authorization);
  request.accept_encoding = text_of(message, http::field::accept_encoding);
  request.if_none_match = text_of(message, http::field::if_none_match);
  request.address = from.address().to_string();
  request.loopback = from.address().is_loopback();
  return request;
}

http::response<http::span_body<const char>> to_message(const Response& response, unsigned version, bool keep_alive, bool head) {
  http::response<http::span_body<const char>> message{static_cast<http::status>(response.status), version};
  message.set(http::field::content_type, response.type);
  message.set("X-Content-Type-Options", "nosniff");
  message.set("Referrer-Policy", "no-referrer");
  message.set("Cross-Origin-Opener-Policy", "same-origin");
  message.set("Content-Security-Policy", policy);
  bool cached = false;
  for (const auto& [name, value] : response.headers) {
    message.set(name, value);
    cached = cached || name == "Cache-Control";
  }
  if (!cached) message.set(http::field::cache_control, "no-store");
  message.keep_alive(keep_alive);
  if (!head && response.status != 304) message.body() = beast::span<const char>(response.body->data(), response.body->size());
  message.content_length(response.body->size());
  return message;
}

/// Why a head or a body cannot be taken.
Response complaint(const error_code& failed) {
  if (failed == http::error::header_limit || failed == http::error::buffer_overflow) {
    return error(431, "too_large", "The head of the request is over 8 KiB.");
  }
  if (failed == http::error::body_limit) return error(413, "too_large", "The body of the request is too large.");
  return error(400, "bad_request", "This is not an HTTP request that the server understands.");
}

bool says_nothing(const error_code& failed) {
  return failed == http::error::end_of_stream || failed == http::error::partial_message || failed == beast::error::timeout ||
         failed == asio::error::connection_reset || failed == asio::error::operation_aborted || failed == asio::error::eof ||
         failed == asio::error::broken_pipe;
}

asio::awaitable<bool> answer(beast::tcp_stream& stream, Response response, unsigned version, bool keep_alive, bool head) {
  auto message = to_message(response, version, keep_alive, head);
  http::response_serializer<http::span_body<const char>> serializer{message};
  error_code failed;
  stream.expires_after(limits::phase_time);
  co_await http::async_write(stream, serializer, asio::redirect_error(asio::use_awaitable, failed));
  co_return !failed && keep_alive;
}

std::size_t body_limit(const Request& request) {
  return request.path == "/api/meetings" ? limits::content_bytes_max : limits::body_bytes_max;
}

/// One request of a connection: its head, then its body. Answers whether there can be another; `upgrade` is set when the
/// connection is no longer HTTP.
struct Exchange {
  bool again = false;
  std::optional<Request> upgrade;
};

asio::awaitable<Exchange> complain(beast::tcp_stream& stream, error_code failed) {
  if (!says_nothing(failed)) {
    Response fault = complaint(failed);
    co_await answer(stream, std::move(fault), 11, false, false);
  }
  co_return Exchange{};
}

asio::awaitable<Exchange> exchange(beast::tcp_stream& stream, beast::flat_buffer& buffer, Api& api, tcp::endpoint from) {
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(limits::header_bytes_max));
  parser.body_limit(limits::content_bytes_max);
  error_code failed;
  co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, failed));
  if (failed) {
    co_return co_await complain(stream, failed);
  }
  Request request = to_request(parser.get(), from);
  const unsigned version = parser.get().version();
  const bool head = parser.get().method() == http::verb::head;
  if (static_cast<std::size_t>(std::distance(parser.get().begin(), parser.get().end())) > fields_max) {
    Response fault = error(431, "too_large", "The request has more than 100 header fields.");
    co_await answer(stream, std::move(fault), version, false, head);
    co_return Exchange{};
  }
  if (beast::iequals(parser.get()[http::field::upgrade], "websocket")) {
    const auto why = upgrade_fault(parser.get());
    if (why.empty()) {
      request.body = std::string(parser.get()[http::field::sec_websocket_key]);
      co_return Exchange{false, std::move(request)};
    }
    Response fault = error(400, "bad_request", why);
    co_await answer(stream, std::move(fault), version, false, head);
    co_return Exchange{};
  }
  const auto length = parser.content_length();
  parser.body_limit(body_limit(request));
  if (length && *length > body_limit(request)) failed = http::error::body_limit;
  stream.expires_after(limits::phase_time);
  if (!failed) co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, failed));
  if (failed) {
    co_return co_await complain(stream, failed);
  }
  const bool keep_alive = parser.get().keep_alive();
  request.body = std::move(parser.get().body());
  stream.expires_never();
  Response response = co_await api.handle(std::move(request));
  Exchange done;
  done.again = co_await answer(stream, std::move(response), version, keep_alive, head);
  co_return done;
}

void log_exception(std::exception_ptr problem) {
  if (!problem) return;
  try {
    std::rethrow_exception(problem);
  } catch (const std::exception& error) {
    note("a connection ended: ", error.what());
  } catch (...) {
    note("a connection ended");
  }
}

}  // namespace

std::string upgrade_fault(const http::request_header<>& head) {
  if (head.method() != http::verb::get || head.version() < 11) return "A WebSocket begins with GET and HTTP/1.1.";
  if (!http::token_list(head[http::field::connection]).exists("upgrade")) return "The field Connection does not say Upgrade.";
  if (head[http::field::sec_websocket_version] != "13") return "The field Sec-WebSocket-Version is not 13.";
  if (head[http::field::sec_websocket_key].size() != 24) return "The field Sec-WebSocket-Key is not 16 bytes in base64.";
  return {};
}

Server::Server(Host& host, Api& api) : host_(host), api_(api), acceptor_(host.world().io), drain_timer_(host.world().io) {}

Result<std::string, std::string> Server::listen(const std::string& address, const std::string& port) {
  error_code failed;
  tcp::resolver resolver(host_.world().io);
  const auto found = resolver.resolve(address, port, tcp::resolver::passive, failed);
  if (failed || found.empty()) return std::unexpected("cannot understand the address " + address + ":" + port);
  const tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), failed);
  if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
  if (!failed) acceptor_.bind(endpoint, failed);
  if (!failed) acceptor_.listen(tcp::acceptor::max_listen_connections, failed);
  if (failed) return std::unexpected("cannot listen on " + address + ":" + port + ": " + failed.message());
  const auto local = acceptor_.local_endpoint();
  asio::co_spawn(host_.world().io, accept(), log_exception);
  asio::co_spawn(host_.world().io, sweep(), log_exception);
  const std::string host = local.address().is_v6() ? "[" + local.address().to_string() + "]" : local.address().to_string();
  return host + ":" + std::to_string(local.port());
}

asio::awaitable<void> Server::accept() {
  while (!draining_) {
    error_code failed;
    tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
    if (failed == asio::error::operation_aborted) co_return;
    if (failed) {
      // Out of file descriptors, most likely: what is open goes on, new ones wait.
      asio::steady_timer pause(host_.world().io, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, failed));
      continue;
    }
    if (serving_ >= limits::http_max) continue;
    asio::co_spawn(host_.world().io, serve(std::move(socket)), log_exception);
  }
}

asio::awaitable<void> Server::serve(tcp::socket socket) {
  struct Count {
    explicit Count(std::size_t& count) : count_(count) { ++count_; }
    ~Count() { --count_; }
    std::size_t& count_;
  } count(serving_);
  error_code failed;
  const auto from = socket.remote_endpoint(failed);
  if (failed) co_return;
  socket.set_option(tcp::no_delay(true), failed);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(buffer_bytes);
  stream.expires_after(limits::phase_time);
  while (true) {
    Exchange done = co_await exchange(stream, buffer, api_, from);
    if (done.upgrade) {
      Bytes already(static_cast<const char*>(buffer.data().data()), buffer.size());
      stream.expires_never();
      tcp::socket bare = stream.release_socket();
      co_return co_await upgrade(std::move(bare), std::move(*done.upgrade), std::move(already));
    }
    if (!done.again || draining_) break;
    stream.expires_after(limits::keep_alive);
  }
  stream.socket().shutdown(tcp::socket::shutdown_send, failed);
}

namespace {

/// The seat in the address; empty for who comes with a token.
std::string seat_of(const Request& request) {
  constexpr std::string_view folder = "/s/";
  if (!request.path.starts_with(folder)) return {};
  return request.path.substr(folder.size(), request.path.find('/', folder.size()) - folder.size());
}

/// Answers over a plain socket with something else than a WebSocket.
asio::awaitable<void> turn_away(tcp::socket socket, Response response) {
  beast::tcp_stream stream(std::move(socket));
  co_await answer(stream, std::move(response), 11, false, false);
  error_code ignored;
  stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace

std::optional<Response> Server::fault(const Request& request, const std::optional<Identity>& who) const {
  const bool seat = request.path.starts_with("/s/");
  const bool known = request.path == "/ws" || request.path == "/replay" ||
                     (seat && (request.path.ends_with("/ws") || request.path.ends_with("/replay")));
  // A cookie goes with whatever page opens the connection; a bearer token only with who holds it.
  if (seat && !same_origin(request)) return error(403, "origin", "This connection came from a page of another site.");
  if (!known) return error(404, "no_address", "There is no live connection at this address.");
  if (!who) return error(401, "not_known", "This link or token is not valid (any more). Ask the organiser for a new one.");
  if (draining_) return error(503, "draining", "The server is restarting. Try again in a second.");
  return std::nullopt;
}

std::optional<Response> Server::crowd(const Live& live, const PersonId& person, const std::string& seat) const {
  const auto& profile = live.profile();
  std::size_t sockets = replays_.size(), unsaid = 0;
  for (const auto& [id, one] : host_.lives()) {
    sockets += one->sockets();
    if (!one->room().meeting().rehearsal()) unsaid += one->unsaid();
  }
  if (unsaid >= profile.sockets_unsaid) return error(503, "too_many", "Too many people come at once. Try again in a second.");
  if (sockets >= limits::sockets_max) return error(503, "too_many", "The server is full. Try again in a minute.");
  if (live.sockets_of(person) >= profile.sockets_person || live.sockets_of_seat(seat) >= profile.sockets_seat) {
    return error(429, "too_many", "You have this meeting open too often. Close a tab, then reload this one.");
  }
  return std::nullopt;
}

asio::awaitable<void> Server::upgrade(tcp::socket socket, Request request, Bytes already) {
  const auto who = api_.identify(request);
  std::optional<Response> refusal = fault(request, who);
  Live* live = nullptr;
  if (!refusal) {
    live = co_await api_.meeting(who->meeting);
    refusal = live == nullptr ? error(404, "no_meeting", "There is no such meeting on this server.") : crowd(*live, who->person, seat_of(request));
  }
  const bool past = request.path.ends_with("/replay");
  if (!refusal && past && !leads(live->room().meeting().role(who->person))) {
    refusal = error(403, "not_allowed", "Your role in this meeting may not do this.");
  }
  if (refusal) co_return co_await turn_away(std::move(socket), std::move(*refusal));
  const std::string head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
                           ws::accept_key(request.body) + "\r\n\r\n";
  error_code failed;
  co_await asio::async_write(socket, asio::buffer(head), asio::redirect_error(asio::use_awaitable, failed));
  if (failed) co_return;
  if (past) co_return co_await replay(std::move(socket), *live, *who, std::move(already));
  live->attach(std::move(socket), ConnectionId{++last_connection_}, who->person, seat_of(request), std::move(already));
}

asio::awaitable<void> Server::replay(tcp::socket socket, Live& live, Identity who, Bytes already) {
  const SharedHistory history = co_await api_.history(live);
  if (history == nullptr) co_return;
  const ConnectionId id{++last_connection_};
  auto session = std::make_shared<ReplaySession>(host_.world(), api_.workers(), who, live.room().meeting().role(who.person), history,
                                                 api_.names(who.meeting), [this](ConnectionId ended) { replays_.erase(ended); });
  replays_.emplace(id, session);
  session->start(std::move(socket), id, std::move(already));
}

asio::awaitable<void> Server::sweep() {
  asio::steady_timer timer(host_.world().io);
  while (true) {
    error_code failed;
    timer.expires_after(std::chrono::seconds(1));
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return;
    for (const auto& [id, live] : host_.lives()) live->sweep();
    const auto now = host_.world().clock.steady();
    for (const auto& [id, session] : std::map(replays_)) session->sweep(now);
  }
}

void Server::drain(milliseconds patience, std::function<void()> done) {
  draining_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  for (const auto& [id, live] : host_.lives()) live->drain();
  finish(host_.world().clock.steady() + patience, std::move(done));
}

void Server::finish(milliseconds until, std::function<void()> done) {
  std::size_t unstored = 0, sockets = replays_.size();
  for (const auto& [id, live] : host_.lives()) {
    unstored += live->unstored();
    sockets += live->sockets();
  }
  const bool late = host_.world().clock.steady() >= until;
  if (unstored == 0 || late) {
    for (const auto& [id, live] : host_.lives()) live->close_all(ws::CloseCode::going_away, "the server is restarting");
    for (const auto& [id, session] : replays_) session->close(ws::CloseCode::going_away, "the server is restarting");
  }
  if (late || (unstored == 0 && sockets == 0)) return done();
  drain_timer_.expires_after(milliseconds(20));
  drain_timer_.async_wait([this, until, done = std::move(done)](const error_code& failed) {
    if (!failed) finish(until, done);
  });
}

}  // namespace atelier::gateway
