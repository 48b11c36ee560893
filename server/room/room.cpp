#include "room/room.hpp"

#include <algorithm>

#include "room/impl.hpp"
#include "room/limits.hpp"

namespace atelier::room {

Room::Room(MeetingId id, Ports ports) : impl_(std::make_unique<Impl>(std::move(id), ports)) {}
Room::~Room() = default;
Result<void, meeting::Errc> Room::restore(const timeline::Snapshot& snapshot) { return impl_->restore(snapshot); }
Effects Room::on(Input input, Now now) { return impl_->on(std::move(input), now); }
std::optional<milliseconds> Room::wake() const { return impl_->wake(); }
Ticket Room::next_ticket() { return impl_->next_ticket(); }
Sequence Room::seq() const { return impl_->meeting().seq(); }
const Bytes& Room::epoch() const { return impl_->epoch(); }
const Bytes& Room::chain() const { return impl_->chain(); }
const meeting::Meeting& Room::meeting() const { return impl_->meeting(); }
std::string_view Room::name(const PersonId& person) const { return impl_->name(person); }
std::size_t Room::connections() const { return impl_->connections(); }
bool Room::quarantined() const { return impl_->quarantined(); }
const Counts& Room::counts() const { return impl_->counts(); }

Bytes creation(const MeetingId& meeting, v1::MeetingContent content, bool rehearsal, Random& random) {
  v1::Payload payload;
  auto& created = *payload.mutable_created();
  created.set_meeting(meeting.value());
  *created.mutable_content() = std::move(content);
  created.set_rehearsal(rehearsal);
  created.set_rules_level(1);
  v1::Body body;
  body.set_salt(random.bytes(16));
  body.set_payload(payload.SerializeAsString());
  return body.SerializeAsString();
}

Room::Impl::Impl(MeetingId id, Ports ports) : id_(std::move(id)), ports_(ports) {}

Result<void, meeting::Errc> Room::Impl::restore(const timeline::Snapshot& snapshot) {
  auto restored = meeting::Meeting::restore(snapshot.state);
  if (!restored) return std::unexpected(restored.error());
  if (restored->seq() != snapshot.seq) return std::unexpected(meeting::Errc::bad_snapshot);
  meeting_ = std::move(*restored);
  chain_ = timeline::Chain(snapshot.seq, snapshot.chain, meeting_.time_ms());
  journal_.start(snapshot.seq, meeting_.keys());
  return {};
}

Effects Room::Impl::on(Input input, Now now) {
  now_ = now;
  if (!quarantined_) {
    std::visit([this](auto& one) { handle(one); }, input);
    if (!quarantined_) {
      flush_answers();
      flush();
    }
  } else if (const auto* opened = std::get_if<Opened>(&input)) {
    notice(opened->connection, v1::Notice::KIND_QUARANTINED, "This meeting is stopped on this server. Tell the organiser.");
    effects_.push_back(Close{opened->connection, CloseReason::try_again});
  }
  return std::exchange(effects_, {});
}

void Room::Impl::handle(const Opened& opened) {
  auto& connection = connections_[opened.connection];
  connection.person = opened.person;
  connection.since = now_.steady;
}

void Room::Impl::bad_message(ConnectionId id, std::string text, CloseReason reason) {
  notice(id, v1::Notice::KIND_BAD_MESSAGE, std::move(text));
  effects_.push_back(Close{id, reason});
}

void Room::Impl::handle(Message& message) {
  const auto found = connections_.find(message.connection);
  if (found == connections_.end()) return;
  const ConnectionId id = message.connection;
  Connection& connection = found->second;
  v1::ClientMessage parsed;
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(message.bytes.data()),
                                               static_cast<int>(std::min(message.bytes.size(), limits::message_bytes_max + 1)));
  input.SetRecursionLimit(limits::protobuf_depth_max);
  if (message.bytes.size() > limits::message_bytes_max || !parsed.ParseFromCodedStream(&input) || !input.ConsumedEntireMessage()) {
    return bad_message(id, "This is not a message that the server understands (atelier.v1.ClientMessage).");
  }
  const bool first = parsed.has_hello();
  if (first == (connection.greeted || connection.hello.has_value())) {
    return bad_message(id, first ? "Hello was said before." : "Say Hello first.", CloseReason::not_allowed);
  }
  switch (parsed.kind_case()) {
    case v1::ClientMessage::kHello: return hello(id, connection, parsed.hello());
    case v1::ClientMessage::kSubmit: return submit(id, connection, std::move(*parsed.mutable_submit()));
    case v1::ClientMessage::kTextFollow: return follow(id, connection, parsed.text_follow());
    case v1::ClientMessage::kTextUnfollow: return unfollow(id, connection, parsed.text_unfollow().text());
    case v1::ClientMessage::kPresence: return present(id, connection, std::move(*parsed.mutable_presence()));
    case v1::ClientMessage::kPing:
      return send({id}, server_message([&](auto& out) { out.add_pong()->set_nonce(parsed.ping().nonce()); }));
    case v1::ClientMessage::kSeek:
      return bad_message(id, "Seek belongs to replay connections.", CloseReason::not_allowed);
    case v1::ClientMessage::KIND_NOT_SET: break;
  }
  bad_message(id, "This message has no kind that the server knows.");
}

void Room::Impl::handle(const Closed& closed) {
  const auto found = connections_.find(closed.connection);
  if (found == connections_.end()) return;
  gone(found->first, found->second);
  waiting_hello_.erase(closed.connection);
  to_answer_.erase(closed.connection);
  connections_.erase(found);
}

void Room::Impl::handle(const Behind& behind) {
  const auto found = connections_.find(behind.connection);
  if (found == connections_.end() || found->second.behind) return;
  found->second.behind = true;
  found->second.since = now_.steady;
}

void Room::Impl::handle(const Drained& drained) {
  const auto found = connections_.find(drained.connection);
  if (found == connections_.end() || !found->second.behind) return;
  found->second.behind = false;
  if (!found->second.greeted) return;
  to_answer_.insert(found->first);
  flush_answers();
  catch_up(found->first, found->second, Told::synced);
}

void Room::Impl::handle(const Logged& logged) {
  std::set<PersonId> changed_roles;
  for (const auto& entry : logged.entries) {
    if (entry.seq <= meeting_.seq()) continue;
    if (!apply(entry)) return;
  }
  for (auto& [id, connection] : connections_) {
    if (!connection.greeted) continue;
    const auto role = meeting_.role(connection.person);
    if (role != v1::ROLE_UNSPECIFIED && audience_of(role) != connection.audience) changed_roles.insert(connection.person);
  }
  if (!changed_roles.empty()) regreet(changed_roles);
  settle();
  answer_closings();
  release_held();
  greet_waiting();
  if (live_) do_duties();
  wake_tiers();
}

bool Room::Impl::apply(const timeline::Entry& entry) {
  if (!chain_.add(entry)) {
    quarantine(meeting::Errc::out_of_order, entry.seq);
    return false;
  }
  auto applied = meeting_.apply({entry.seq, entry.time_ms}, entry.body);
  if (!applied) {
    quarantine(applied.error(), entry.seq);
    return false;
  }
  ++counts_.records;
  if (applied->verdict.duplicate) {
    ++counts_.duplicates;
  } else if (applied->verdict.refusal != v1::REFUSAL_OK) {
    ++counts_.refused;
  }
  epoch_ = entry.epoch;
  journal_.record(entry.seq, *applied);
  for (const auto& change : applied->texts) edits_.emplace(entry.seq, change);
  acknowledge(entry, *applied);
  if (live_ && entry.seq.value() % limits::snapshot_every == 0) keep_snapshot();
  return true;
}

void Room::Impl::keep_snapshot() {
  effects_.push_back(KeepSnapshot{{meeting_.seq(), chain_.value(), meeting_.snapshot()}});
}

void Room::Impl::quarantine(meeting::Errc why, Sequence seq) {
  quarantined_ = true;
  notice_all(v1::Notice::KIND_QUARANTINED, "This meeting is stopped on this server. What was saved is kept. Tell the organiser.");
  for (const auto& [id, connection] : connections_) effects_.push_back(Close{id, CloseReason::try_again});
  effects_.push_back(Quarantine{why, seq});
}

void Room::Impl::handle(const Stored& stored) {
  const auto found = proposals_.find(stored.ticket);
  if (found == proposals_.end()) return;
  found->second.seq = stored.seq;
  settle();
  release_held();
}

void Room::Impl::settle() {
  for (auto at = proposals_.begin(); at != proposals_.end();) {
    if (!at->second.seq || *at->second.seq > meeting_.seq()) {
      ++at;
      continue;
    }
    if (at->second.tell) effects_.push_back(Settled{at->first, *at->second.seq});
    in_flight_.erase(at->first);
    at = proposals_.erase(at);
  }
}

void Room::Impl::handle(Propose& propose) {
  proposals_[propose.ticket].tell = true;
  append(propose.ticket, {}, {}, propose.payload, 0);
}

void Room::Impl::handle(Named& named) {
  renderer_.rename(named.person, std::move(named.name));
  const std::string key = "person/" + named.person.value();
  if (journal_.changed(key) == Sequence{}) return;
  std::array<std::vector<ConnectionId>, 3> audiences;
  for (const auto& [id, connection] : connections_) {
    if (connection.greeted && !connection.behind) audiences[static_cast<std::size_t>(connection.audience)].push_back(id);
  }
  for (std::size_t at = 0; at < audiences.size(); ++at) {
    if (!audiences[at].empty()) send(std::move(audiences[at]), Bytes(renderer_.entity(static_cast<meeting::Audience>(at), key)));
  }
}

void Room::Impl::handle(const Tick&) {
  answer_closings();
  release_held();
  greet_waiting();
  for (const auto& [id, connection] : connections_) {
    if (connection.behind && now_.steady - connection.since >= limits::behind_max) {
      effects_.push_back(Close{id, CloseReason::behind});
    }
  }
}

void Room::Impl::handle(const Live&) {
  live_ = true;
  do_duties();
}

void Room::Impl::handle(const Drain&) {
  draining_ = true;
  if (meeting_.seq() > Sequence{}) keep_snapshot();
  notice_all(v1::Notice::KIND_DRAINING, "The server is restarting. Your work is kept; this page reconnects by itself.");
}

}  // namespace atelier::room
