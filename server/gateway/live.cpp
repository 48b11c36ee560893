#include "gateway/live.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>

#include "gateway/note.hpp"
#include "meeting/state.hpp"
#include "timeline/limits.hpp"

namespace atelier::gateway {
namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

/// After a full page another one is likely, and may be long in coming on a busy machine.
constexpr milliseconds page_time{1'000};
constexpr milliseconds follow_again{500};

bool is_full_page(const std::vector<timeline::Entry>& entries) {
  std::size_t bytes = 0;
  for (const auto& entry : entries) bytes += entry.body.size();
  return entries.size() >= timeline::page_entries_max || bytes >= timeline::page_bytes_max / 2;
}


ws::CloseCode code_of(room::CloseReason reason) {
  switch (reason) {
    case room::CloseReason::bad_message: return ws::CloseCode::invalid_payload;
    case room::CloseReason::not_allowed: return ws::CloseCode::policy_violation;
    case room::CloseReason::behind: return ws::CloseCode::too_slow;
    case room::CloseReason::going_away: return ws::CloseCode::going_away;
    case room::CloseReason::try_again: return ws::CloseCode::try_again;
  }
  return ws::CloseCode::internal_error;
}

}  // namespace

Live::Live(World world, MeetingId id)
    : world_(std::move(world)), id_(std::move(id)), room_(id_, {world_.random, world_.vault}), tick_(world_.io), quiet_(world_.io) {}

Live::~Live() = default;

void Live::start() {
  follow();
  ready();
}

void Live::follow() {
  subscription_ = world_.log.follow(id_, room_.seq(), [this](auto entries) { logged(std::move(entries)); });
}

void Live::logged(Result<std::vector<timeline::Entry>, timeline::Errc> entries) {
  if (!entries) {
    note("meeting ", id_.value(), " cannot be followed: error ", static_cast<int>(entries.error()));
    quiet_.expires_after(follow_again);
    quiet_.async_wait([this](const error_code& error) {
      if (error) return;
      follow();
      ready();
    });
    return;
  }
  patience_ = is_full_page(*entries) ? page_time : quiet_time;
  input(room::Logged{std::move(*entries)});
  if (!ready_) ready();
  if (!room_.quarantined() && room_.meeting().state().persons.size() != persons_) read_names();
}

/// Somebody was admitted, perhaps by another node.
void Live::read_names() {
  persons_ = room_.meeting().state().persons.size();
  for (auto& [person, known] : world_.names(id_)) {
    if (room_.name(person) != known) name(person, std::move(known));
  }
}

/// (Again) waits for quiet.
void Live::ready() {
  if (ready_) return;
  quiet_.expires_after(patience_);
  quiet_.async_wait([this](const error_code& error) {
    if (error) return;
    if (room_.seq() == Sequence{}) return ready();
    ready_ = true;
    input(room::Live{});
    for (const auto& then : std::exchange(waiting_, {})) then();
  });
}

void Live::when_ready(std::function<void()> then) {
  if (ready_ || stopped()) return then();
  waiting_.push_back(std::move(then));
}

room::Now Live::now() const { return {world_.clock.steady(), world_.clock.wall()}; }

void Live::input(room::Input input) {
  if (stopped_) return;
  room::Effects effects;
  try {
    effects = room_.on(std::move(input), now());
  } catch (const std::exception& error) {
    // A library threw inside the room: what it holds may be half done. The log brings the meeting back in a new process.
    note("meeting ", id_.value(), " is stopped: ", error.what());
    close_all(ws::CloseCode::try_again, "this meeting is stopped on this server");
    stopped_ = true;
    for (const auto& then : std::exchange(waiting_, {})) then();
    return;
  }
  for (auto& effect : effects) perform(effect);
  arm_timer();
}

void Live::perform(room::Effect& effect) {
  if (auto* one = std::get_if<room::Append>(&effect)) return append(*one);
  if (auto* one = std::get_if<room::Send>(&effect)) return send(*one);
  if (auto* one = std::get_if<room::Close>(&effect)) return close(*one);
  if (auto* one = std::get_if<room::KeepSnapshot>(&effect)) return world_.log.keep(id_, std::move(one->snapshot));
  if (auto* one = std::get_if<room::Hold>(&effect)) {
    if (const auto found = sockets_.find(one->connection); found != sockets_.end()) found->second.socket->hold();
  } else if (auto* release = std::get_if<room::Release>(&effect)) {
    if (const auto found = sockets_.find(release->connection); found != sockets_.end()) found->second.socket->release();
  } else if (auto* settled = std::get_if<room::Settled>(&effect)) {
    if (auto found = proposals_.extract(settled->ticket)) found.mapped()(true);
  } else if (auto* quarantine = std::get_if<room::Quarantine>(&effect)) {
    note("meeting ", id_.value(), " is stopped: record ", quarantine->seq.value(), " cannot be applied (", static_cast<int>(quarantine->why), ")");
    for (auto& [ticket, then] : std::exchange(proposals_, {})) then(false);
    for (const auto& then : std::exchange(waiting_, {})) then();
  }
}

void Live::append(room::Append& append) {
  ++unstored_;
  world_.log.append(id_, std::move(append.draft),
                    [this, ticket = append.ticket, alive = std::weak_ptr(alive_)](Result<Sequence, timeline::Errc> seq) {
                      if (alive.expired()) return;
                      --unstored_;
                      if (seq) return input(room::Stored{ticket, *seq});
                      if (auto found = proposals_.extract(ticket)) found.mapped()(false);
                      input(room::AppendFailed{ticket, seq.error()});
                    });
}

void Live::send(const room::Send& send) {
  const auto frame = std::make_shared<const Bytes>(ws::frame(ws::Opcode::binary, *send.piece));
  for (const auto id : send.to) {
    if (const auto found = sockets_.find(id); found != sockets_.end()) found->second.socket->send(frame);
  }
}

void Live::close(const room::Close& close) {
  const auto found = sockets_.find(close.connection);
  if (found != sockets_.end()) found->second.socket->close(code_of(close.reason), {});
}

void Live::arm_timer() {
  const auto at = room_.wake();
  if (!at || (tick_at_ && *tick_at_ <= *at)) return;
  tick_at_ = at;
  tick_.expires_after(std::max(milliseconds(0), *at - world_.clock.steady()));
  tick_.async_wait([this](const error_code& error) {
    if (error) return;
    tick_at_.reset();
    input(room::Tick{});
  });
}

void Live::propose(v1::Payload payload, std::function<void(bool)> then) {
  if (stopped()) return then(false);
  const auto ticket = room_.next_ticket();
  proposals_.emplace(ticket, std::move(then));
  input(room::Propose{ticket, std::move(payload)});
}

void Live::name(const PersonId& person, std::string name) { input(room::Named{person, std::move(name)}); }

void Live::attach(boost::asio::ip::tcp::socket socket, ConnectionId id, const PersonId& person, std::string seat,
                  Bytes already) {
  const auto live = std::make_shared<Socket>(std::move(socket), Socket::Settings{id, room_.meeting().rehearsal()}, *this,
                                             world_.round, world_.clock);
  sockets_.emplace(id, Attached{live, person, std::move(seat)});
  input(room::Opened{id, person});
  live->start(std::move(already));
}

std::size_t Live::sockets_of(const PersonId& person) const {
  std::size_t count = 0;
  for (const auto& [id, attached] : sockets_) count += attached.person == person ? 1 : 0;
  return count;
}

std::size_t Live::sockets_of_seat(const std::string& seat) const {
  if (seat.empty()) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(sockets_, [&](const auto& one) { return one.second.seat == seat; }));
}

std::size_t Live::unsaid() const {
  return static_cast<std::size_t>(std::ranges::count_if(sockets_, [](const auto& one) { return !one.second.socket->said(); }));
}

void Live::sweep() {
  const auto time = world_.clock.steady();
  std::vector<std::shared_ptr<Socket>> all;
  for (const auto& [id, attached] : sockets_) all.push_back(attached.socket);
  for (const auto& socket : all) socket->sweep(time);
}

void Live::drain() { input(room::Drain{}); }

void Live::close_all(ws::CloseCode code, std::string_view reason) {
  for (const auto& [id, attached] : sockets_) attached.socket->close(code, reason);
}

void Live::on_message(ConnectionId id, Bytes message) { input(room::Message{id, std::move(message)}); }
void Live::on_behind(ConnectionId id) { input(room::Behind{id}); }
void Live::on_drained(ConnectionId id) { input(room::Drained{id}); }

void Live::on_closed(ConnectionId id) {
  // The socket is on the stack: let it go when the stack is unwound.
  if (auto found = sockets_.extract(id)) boost::asio::post(world_.io, [socket = std::move(found.mapped().socket)] {});
  input(room::Closed{id});
}

}  // namespace atelier::gateway
