#include <algorithm>

#include "meeting/refusal.hpp"
#include "meeting/state.hpp"
#include "room/impl.hpp"
#include "room/limits.hpp"

namespace atelier::room {

void Room::Impl::submit(ConnectionId id, Connection& connection, v1::Submit submit) {
  connection.wrote = now_.steady;
  Held held{std::move(submit), {}, {}};
  if (wants_state(held.submit.command(), meeting_)) {
    held.after = Ticket{last_ticket_};
    held.until = now_.steady + limits::subject_wait;
  }
  if (!connection.held.empty() || must_wait(held)) {
    connection.held.push_back(std::move(held));
  } else {
    execute(id, connection, std::move(held.submit));
  }
  pace(id, connection);
}

bool Room::Impl::must_wait(const Held& held) const {
  if (!free_after(held.after)) return true;
  return held.until > now_.steady && !knows_subject(held.submit.command(), meeting_, edits_);
}

/// Has everything up to `ticket` come back?
bool Room::Impl::free_after(Ticket ticket) const { return in_flight_.empty() || in_flight_.begin()->first > ticket; }

void Room::Impl::release_held() {
  for (auto& [id, connection] : connections_) {
    while (!connection.held.empty() && !must_wait(connection.held.front())) {
      Held held = std::move(connection.held.front());
      connection.held.pop_front();
      // What was sent behind a waiting command may itself have to wait for that one.
      if (wants_state(held.submit.command(), meeting_) && !free_after(Ticket{last_ticket_})) {
        held.after = Ticket{last_ticket_};
        connection.held.push_front(std::move(held));
        break;
      }
      execute(id, connection, std::move(held.submit));
    }
    pace(id, connection);
  }
}

void Room::Impl::pace(ConnectionId id, Connection& connection) {
  const std::size_t waiting = connection.held.size() + connection.in_flight;
  if (!connection.reading_held && waiting >= limits::in_flight_max) {
    connection.reading_held = true;
    effects_.push_back(Hold{id});
  } else if (connection.reading_held && waiting <= limits::in_flight_max / 2) {
    connection.reading_held = false;
    effects_.push_back(Release{id});
  }
}

std::uint64_t Room::Impl::last_counter(InstanceId instance) const {
  const auto found = ahead_.find(instance);
  const std::uint64_t in_flight = found == ahead_.end() ? 0 : *found->second.rbegin();
  return std::max(meeting_.last_counter(instance), in_flight);
}

void Room::Impl::execute(ConnectionId id, Connection& connection, v1::Submit submit) {
  const v1::Refusal why = try_append(id, connection, submit);
  if (why != v1::REFUSAL_OK) refuse(id, connection, submit, why);
}

v1::Refusal Room::Impl::try_append(ConnectionId id, Connection& connection, v1::Submit& submit) {
  const InstanceId instance = submit.instance() == 0 ? connection.instance : InstanceId{submit.instance()};
  if (const auto why = screen(submit, meeting_.rehearsal()); why != v1::REFUSAL_OK) return why;
  if (instance == InstanceId{}) return v1::REFUSAL_BAD_COMMAND;
  if (answer_again(id, connection, submit, instance)) return v1::REFUSAL_OK;
  if (submit.previous() != last_counter(instance)) return v1::REFUSAL_OUT_OF_ORDER;
  if (!meeting_.rehearsal() && !rates_[connection.person].take(submit.command(), now_.steady)) return v1::REFUSAL_RATE;
  auto prepared = prepare(*submit.mutable_command(), connection.person, {meeting_, edits_, ports_.random, ports_.vault});
  if (!prepared) return prepared.error();

  v1::Body body;
  body.set_actor(connection.person.value());
  body.set_instance(instance.value());
  body.set_counter(submit.counter());
  body.set_previous(submit.previous());
  v1::Payload payload;
  *payload.mutable_command() = std::move(*submit.mutable_command());
  ++connection.in_flight;
  InFlight in_flight{.command = CommandKey{instance, submit.counter()}, .waiting = {id}, .receipt = prepared->receipt, .closes = {}};
  if (payload.command().has_vote_close()) {
    const auto* vote = meeting::find(meeting_.state().votes, payload.command().vote_close().vote());
    if (vote != nullptr && vote->rules.secrecy() == v1::SECRECY_SEALED) in_flight.closes = vote->rules.vote();
  }
  append(next_ticket(), std::move(in_flight), std::move(body), payload, submit.script_ms());
  return v1::REFUSAL_OK;
}

/// A resend: of a command that is on its way, or whose fate the meeting remembers.
bool Room::Impl::answer_again(ConnectionId id, Connection& connection, const v1::Submit& submit, InstanceId instance) {
  const auto on_its_way = commands_.find({instance, submit.counter()});
  if (on_its_way != commands_.end()) {
    auto& waiting = in_flight_.at(on_its_way->second).waiting;
    if (std::ranges::find(waiting, id) == waiting.end()) {
      waiting.push_back(id);
      ++connection.in_flight;
    }
    return true;
  }
  const auto known = meeting_.state().instances.find(instance.value());
  if (known == meeting_.state().instances.end() || submit.counter() > known->second.last) return false;
  if (known->second.person != connection.person.value()) {
    refuse(id, connection, submit, v1::REFUSAL_NOT_ALLOWED);
    return true;
  }
  v1::Ack ack;
  ack.set_counter(submit.counter());
  ack.set_instance(instance.value());
  ack.set_duplicate(true);
  for (const auto& answer : known->second.answers) {
    if (answer.counter != submit.counter()) continue;
    ack.set_seq(answer.seq);
    ack.set_refusal(answer.refusal);
    ack.set_reason(std::string(meeting::reason(answer.refusal)));
    if (answer.refusal != v1::REFUSAL_OK || !submit.command().has_ballot_cast()) continue;
    ack.set_receipt(receipt_of(submit.command().ballot_cast().vote(), connection.person, Sequence{answer.seq}, meeting_, ports_.vault));
  }
  ++counts_.duplicates;
  answer(id, ack);
  return true;
}

void Room::Impl::refuse(ConnectionId id, Connection& connection, const v1::Submit& submit, v1::Refusal why) {
  ++counts_.refused_before;
  v1::Ack ack;
  ack.set_counter(submit.counter());
  ack.set_instance(submit.instance() == 0 ? connection.instance.value() : submit.instance());
  ack.set_refusal(why);
  ack.set_reason(std::string(meeting::reason(why)));
  answer(id, ack);
}

void Room::Impl::append(Ticket ticket, InFlight in_flight, v1::Body body, const v1::Payload& payload, std::int64_t script_ms) {
  body.set_salt(ports_.random.bytes(16));
  body.set_payload(payload.SerializeAsString());
  if (in_flight.command) {
    commands_.emplace(*in_flight.command, ticket);
    ahead_[in_flight.command->first].insert(in_flight.command->second);
  }
  in_flight_.emplace(ticket, std::move(in_flight));
  timeline::Draft draft{body.SerializeAsString(), std::nullopt};
  // In a rehearsal time stands still between the script's events.
  if (meeting_.rehearsal()) draft.time_ms = std::max(meeting_.origin_ms() + script_ms, meeting_.time_ms());
  effects_.push_back(Append{ticket, std::move(draft)});
}

void Room::Impl::acknowledge(const timeline::Entry& entry, const meeting::Applied& applied) {
  const auto command = commands_.find({applied.instance, applied.counter});
  if (applied.instance == InstanceId{} || command == commands_.end()) return;
  const auto place = in_flight_.find(command->second);
  const InFlight done = std::move(place->second);
  in_flight_.erase(place);
  commands_.erase(command);
  auto& ahead = ahead_[applied.instance];
  ahead.erase(applied.counter);
  if (ahead.empty()) ahead_.erase(applied.instance);

  v1::Ack ack;
  ack.set_counter(applied.counter);
  ack.set_instance(applied.instance.value());
  ack.set_seq(applied.verdict.duplicate ? applied.verdict.seq.value() : entry.seq.value());
  ack.set_refusal(applied.verdict.refusal);
  ack.set_reason(std::string(meeting::reason(applied.verdict.refusal)));
  ack.set_duplicate(applied.verdict.duplicate);
  if (applied.verdict.refusal == v1::REFUSAL_OK) ack.set_receipt(done.receipt);
  if (ack.refusal() == v1::REFUSAL_OK && !done.closes.empty()) {
    closings_.push_back({done.closes, done.waiting, ack, now_.steady + limits::opening_wait});
  } else {
    answer_all(done.waiting, ack);
  }
}

void Room::Impl::answer_closings() {
  std::erase_if(closings_, [this](const Closing& closing) {
    const auto* vote = meeting::find(meeting_.state().votes, closing.vote);
    const bool opened = vote == nullptr || vote->opened;
    if (opened || now_.steady >= closing.until) answer_all(closing.waiting, closing.ack);
    return opened || now_.steady >= closing.until;
  });
}

void Room::Impl::answer_all(const std::vector<ConnectionId>& ids, const v1::Ack& ack) {
  for (const auto id : ids) {
    const auto connection = connections_.find(id);
    if (connection == connections_.end()) continue;
    if (connection->second.in_flight > 0) --connection->second.in_flight;
    answer(id, ack);
    pace(id, connection->second);
  }
}

void Room::Impl::answer(ConnectionId id, const v1::Ack& ack) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  connection.answers += server_message([&](auto& message) { *message.add_ack() = ack; });
  to_answer_.insert(id);
}

void Room::Impl::handle(const AppendFailed& failed) {
  const auto found = in_flight_.find(failed.ticket);
  if (found == in_flight_.end()) return;
  const InFlight lost = std::move(found->second);
  in_flight_.erase(found);
  if (!lost.command) {
    proposals_.erase(failed.ticket);
    duties_.lost();
    return;
  }
  commands_.erase(*lost.command);
  auto& ahead = ahead_[lost.command->first];
  ahead.erase(lost.command->second);
  if (ahead.empty()) ahead_.erase(lost.command->first);
  for (const auto id : lost.waiting) {
    const auto connection = connections_.find(id);
    if (connection == connections_.end()) continue;
    if (connection->second.in_flight > 0) --connection->second.in_flight;
    if (failed.why == timeline::Errc::full || failed.why == timeline::Errc::too_large) {
      v1::Submit submit;
      submit.set_counter(lost.command->second);
      submit.set_instance(lost.command->first.value());
      refuse(id, connection->second, submit, failed.why == timeline::Errc::full ? v1::REFUSAL_STORAGE : v1::REFUSAL_TOO_LONG);
      if (failed.why == timeline::Errc::full) {
        notice(id, v1::Notice::KIND_READ_ONLY, "The server's storage is full: nothing is accepted now. Tell the organiser.");
      }
    } else {
      // Stored or not is not known: the client comes back and sends it again, which is safe.
      effects_.push_back(Close{id, CloseReason::try_again});
    }
  }
  release_held();
}

void Room::Impl::do_duties() {
  for (auto& payload : duties_.due(meeting_, ports_.vault)) {
    const Ticket ticket = next_ticket();
    proposals_[ticket];
    append(ticket, {}, {}, payload, 0);
  }
}

}  // namespace atelier::room
