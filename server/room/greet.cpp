#include <algorithm>

#include "room/impl.hpp"
#include "room/limits.hpp"

namespace atelier::room {
namespace {

constexpr milliseconds wait_for_log{2'000};
constexpr std::uint32_t protocol = 1;

}  // namespace

meeting::Audience audience_of(v1::Role role) {
  switch (role) {
    case v1::ROLE_ORGANISER:
    case v1::ROLE_FACILITATOR:
    case v1::ROLE_CO_FACILITATOR: return meeting::Audience::facilitator;
    case v1::ROLE_PROJECTOR: return meeting::Audience::projector;
    default: return meeting::Audience::participant;
  }
}

void Room::Impl::hello(ConnectionId id, Connection& connection, const v1::Hello& hello) {
  connection.instance = InstanceId{hello.instance()};
  // A node that follows the log may be a moment behind one that this client saw.
  if (hello.epoch() == epoch_ && Sequence{hello.seq()} > meeting_.seq()) {
    connection.hello = hello;
    connection.since = now_.steady;
    waiting_hello_.insert(id);
    return;
  }
  greet(id, connection, hello);
}

void Room::Impl::greet_waiting() {
  for (const auto id : std::set<ConnectionId>(waiting_hello_)) {
    Connection& connection = connections_.at(id);
    const bool ahead = Sequence{connection.hello->seq()} > meeting_.seq();
    if (ahead && now_.steady - connection.since < wait_for_log) continue;
    waiting_hello_.erase(id);
    const v1::Hello hello = std::move(*connection.hello);
    connection.hello.reset();
    if (ahead) {
      notice(id, v1::Notice::KIND_BEHIND, "This page knows more than the server has: what was saved may have been lost. Tell the organiser.");
    }
    greet(id, connection, hello);
  }
}

void Room::Impl::greet(ConnectionId id, Connection& connection, const v1::Hello& hello) {
  const v1::Role role = meeting_.role(connection.person);
  if (role == v1::ROLE_UNSPECIFIED) return bad_message(id, "This person is not in the meeting.", CloseReason::not_allowed);
  const Sequence seen{hello.seq()};
  const bool resumes = !epoch_.empty() && hello.epoch() == epoch_ && seen >= journal_.floor() && seen <= meeting_.seq();
  connection.greeted = true;
  connection.audience = audience_of(role);
  send({id}, server_message([&](auto& message) {
         auto& welcome = *message.add_welcome();
         welcome.set_meeting(id_.value());
         welcome.set_person(connection.person.value());
         welcome.set_role(role);
         welcome.set_epoch(epoch_);
         welcome.set_seq(meeting_.seq().value());
         welcome.set_full(!resumes);
         welcome.set_protocol(protocol);
         welcome.set_now_ms(meeting_.rehearsal() ? meeting_.time_ms() : now_.wall.count());
         welcome.set_rehearsal(meeting_.rehearsal());
         welcome.set_last_counter(meeting_.last_counter(connection.instance));
       }));
  if (resumes) {
    connection.cursor = connection.private_cursor = seen;
  } else {
    const auto& whole = renderer_.whole(connection.audience, now_.steady);
    send({id}, whole.piece);
    connection.cursor = whole.seq;
    connection.private_cursor = {};
  }
  // The texts that it has open come as states below, so no update of them is told here.
  const auto follows = std::exchange(connection.follows, {});
  catch_up(id, connection, Told::unsaid);
  connection.follows = follows;
  for (const auto& text : hello.texts()) follow(id, connection, text);
  send({id}, synced());
}

/// Their role changed, so they see other things now: they start again.
void Room::Impl::regreet(const std::set<PersonId>& persons) {
  for (auto& [id, connection] : connections_) {
    if (!connection.greeted || !persons.contains(connection.person)) continue;
    notice(id, v1::Notice::KIND_RESYNC, "Your role in this meeting changed.");
    v1::Hello hello;
    hello.set_instance(connection.instance.value());
    greet(id, connection, hello);
  }
}

/// The private part of the connection's person that changed since it was sent last.
Bytes Room::Impl::private_part(Connection& connection) {
  if (connection.private_cursor >= meeting_.seq()) return {};
  const bool all = connection.private_cursor < journal_.floor() || connection.private_cursor == Sequence{};
  const auto keys = all ? meeting_.private_keys(connection.person)
                        : journal_.private_since(connection.person, connection.private_cursor);
  connection.private_cursor = meeting_.seq();
  if (keys.empty()) return {};
  return server_message([&](auto& message) {
    for (const auto& key : keys) {
      auto& entity = *message.add_entity();
      entity = meeting_.private_view(key, connection.person);
      entity.set_key(key);
      if (!entity.has_my_ballot()) continue;
      auto& ballot = *entity.mutable_my_ballot();
      ballot.set_receipt(receipt_of(ballot.vote(), connection.person, Sequence{ballot.cast_seq()}, meeting_, ports_.vault));
    }
  });
}

/// Brings one connection to now: its private part and what changed since its cursor.
void Room::Impl::catch_up(ConnectionId id, Connection& connection, Told told) {
  Bytes bytes = private_part(connection);
  changed_texts_.clear();
  Group group{connection.audience, connection.cursor, {}, {}, told == Told::synced};
  for (const auto& text : changed_texts(connection.cursor)) {
    if (connection.follows.contains(text)) group.texts.push_back(text);
  }
  connection.cursor = meeting_.seq();
  send({id}, std::move(bytes) + compose(group, nullptr));
  changed_texts_.clear();
}

void Room::Impl::follow(ConnectionId id, Connection& connection, const v1::TextFollow& follow) {
  if (connection.follows.size() >= limits::follows_max || follow.text().size() > limits::id_bytes_max) {
    return bad_message(id, "Too many texts are open.", CloseReason::not_allowed);
  }
  Piece state;
  if (meeting_.text(follow.text()) != nullptr) {
    state = follow.state_vector().empty() ? renderer_.text(follow.text()) : renderer_.text(follow.text(), follow.state_vector());
    if (!state) return bad_message(id, "The state vector of a text is not one of Yjs.");
  }
  // Others' updates that are still to be sent are in the state already; sent again they do no harm.
  connection.follows.insert(follow.text());
  if (state) send({id}, state);
  if (auto others = presences(follow.text()); !others.empty()) send({id}, std::move(others));
}

void Room::Impl::unfollow(ConnectionId id, Connection& connection, const std::string& text) {
  connection.follows.erase(text);
  if (connection.presence_text == text) gone(id, connection);
}

Bytes Room::Impl::presences(const std::string& text) const {
  if (text.empty()) return {};
  v1::ServerMessage message;
  for (const auto& [id, connection] : connections_) {
    if (connection.presence_text != text) continue;
    auto& presence = *message.add_presence();
    presence.set_person(connection.person.value());
    presence.set_text(text);
    presence.set_state(connection.presence_state);
  }
  return message.SerializeAsString();
}

void Room::Impl::present(ConnectionId id, Connection& connection, v1::Presence presence) {
  if (presence.state().size() > limits::presence_bytes_max || presence.text().size() > limits::id_bytes_max) return;
  if (presence.text() != connection.presence_text) gone(id, connection);
  if (presence.text().empty()) return;
  connection.presence_text = presence.text();
  connection.presence_state = presence.state();
  v1::PresenceOf told;
  told.set_person(connection.person.value());
  told.set_text(presence.text());
  told.set_state(std::move(*presence.mutable_state()));
  tell_presence(id, connection.presence_text, told);
}

/// Its caret disappears for all who have that text open.
void Room::Impl::gone(ConnectionId id, Connection& connection) {
  if (connection.presence_text.empty()) return;
  v1::PresenceOf told;
  told.set_person(connection.person.value());
  told.set_text(connection.presence_text);
  told.set_state(connection.presence_state);  // names the awareness clients that left
  told.set_gone(true);
  tell_presence(id, connection.presence_text, told);
  connection.presence_text.clear();
  connection.presence_state.clear();
}

void Room::Impl::tell_presence(ConnectionId id, const std::string& text, const v1::PresenceOf& presence) {
  const Bytes bytes = server_message([&](auto& message) { *message.add_presence() = presence; });
  for (auto& tier : tiers_) {
    tier.presence[text].insert_or_assign(id, bytes);
    tier.dirty = true;
  }
}

}  // namespace atelier::room
