#include <algorithm>

#include "room/impl.hpp"
#include "room/limits.hpp"

namespace atelier::room {
namespace {

constexpr milliseconds announce_every{1'000};

}  // namespace

bool Room::Impl::is_writer(const Connection& connection) const {
  return connections_.size() <= limits::all_writers_max || now_.steady - connection.wrote < limits::writer_for;
}

void Room::Impl::wake_tiers() {
  for (auto& tier : tiers_) tier.dirty = true;
}

std::optional<milliseconds> Room::Impl::wake() const {
  if (quarantined_ || connections_.empty()) return std::nullopt;
  std::optional<milliseconds> at;
  const auto sooner = [&](milliseconds when) { at = at ? std::min(*at, when) : when; };
  if (tiers_[0].dirty) sooner(tiers_[0].last + limits::writer_tick);
  if (tiers_[1].dirty) sooner(tiers_[1].last + limits::viewer_tick);
  if (announced_ < meeting_.seq()) sooner(announced_at_ + announce_every);
  for (const auto& closing : closings_) sooner(closing.until);
  if (!waiting_hello_.empty()) sooner(now_.steady + limits::viewer_tick);
  for (const auto& [id, connection] : connections_) {
    if (!connection.held.empty() && connection.held.front().until > now_.steady) sooner(connection.held.front().until);
  }
  if (std::ranges::any_of(connections_, [](const auto& one) { return one.second.behind; })) sooner(now_.steady + announce_every);
  return at;
}

void Room::Impl::flush() {
  if (tiers_[0].dirty && now_.steady - tiers_[0].last >= limits::writer_tick) flush(Tier::writers);
  const bool announce = announced_ < meeting_.seq() && now_.steady - announced_at_ >= announce_every;
  if ((tiers_[1].dirty || announce) && now_.steady - tiers_[1].last >= limits::viewer_tick) flush(Tier::viewers);
}

/// What the texts are that changed after `after`; asked once per flush and cursor.
const std::vector<std::string>& Room::Impl::changed_texts(Sequence after) {
  const auto [place, fresh] = changed_texts_.try_emplace(after);
  if (fresh) {
    std::set<std::string> texts;
    if (const auto events = journal_.texts_since(after)) {
      for (const auto* event : *events) texts.insert(event->text);
    } else {
      for (const auto& text : meeting_.texts()) texts.insert(text);
    }
    place->second.assign(texts.begin(), texts.end());
  }
  return place->second;
}

void Room::Impl::flush(Tier which) {
  TierState& tier = tiers_[static_cast<std::size_t>(which)];
  const bool announce = which == Tier::viewers && announced_ < meeting_.seq() && now_.steady - announced_at_ >= announce_every;
  std::map<Group, std::vector<ConnectionId>> groups;
  for (auto& [id, connection] : connections_) {
    if (!connection.greeted || connection.behind) continue;
    const bool writer = is_writer(connection);
    if (which == Tier::writers && !writer) continue;
    if (auto own = private_part(connection); !own.empty()) send({id}, std::move(own));
    Group group{connection.audience, connection.cursor, {}, {}, announce};
    if (connection.cursor < meeting_.seq()) {
      for (const auto& text : changed_texts(connection.cursor)) {
        if (connection.follows.contains(text)) group.texts.push_back(text);
      }
    }
    if (writer == (which == Tier::writers)) {
      for (const auto& [text, told] : tier.presence) {
        if (connection.follows.contains(text)) group.presences.push_back(text);
      }
    }
    connection.cursor = meeting_.seq();
    groups[std::move(group)].push_back(id);
  }
  for (auto& [group, ids] : groups) send(std::move(ids), compose(group, &tier));
  changed_texts_.clear();
  tier.presence.clear();
  tier.dirty = false;
  tier.last = now_.steady;
  if (announce) {
    announced_ = meeting_.seq();
    announced_at_ = now_.steady;
  }
}

/// The bytes of one group: entities, texts' updates as they came (or states, where they are not kept any more), carets, Synced.
Bytes Room::Impl::compose(const Group& group, const TierState* tier) {
  Bytes bytes;
  if (group.cursor < meeting_.seq()) {
    for (const auto& key : journal_.since(group.cursor)) bytes += renderer_.entity(group.audience, key);
    if (!group.texts.empty()) {
      if (const auto events = journal_.texts_since(group.cursor)) {
        for (const auto* event : *events) {
          if (std::ranges::binary_search(group.texts, event->text)) bytes += *event->piece;
        }
      } else {
        for (const auto& text : group.texts) {
          if (const auto state = renderer_.text(text)) bytes += *state;
        }
      }
    }
  }
  const bool says = !bytes.empty() || group.announce;
  if (tier != nullptr) {
    for (const auto& text : group.presences) {
      for (const auto& [id, told] : tier->presence.at(text)) bytes += told;
    }
  }
  if (says) bytes += synced();
  return bytes;
}

Bytes Room::Impl::synced() const {
  return server_message([&](auto& message) {
    auto& synced = *message.add_synced();
    synced.set_seq(meeting_.seq().value());
    synced.set_time_ms(meeting_.time_ms());
  });
}

void Room::Impl::flush_answers() {
  for (const auto id : std::exchange(to_answer_, {})) {
    Connection& connection = connections_.at(id);
    if (connection.behind) continue;
    Bytes bytes = connection.greeted ? private_part(connection) : Bytes{};
    bytes += std::exchange(connection.answers, {});
    send({id}, std::move(bytes));
  }
}

void Room::Impl::send(std::vector<ConnectionId> to, Bytes bytes) {
  if (!bytes.empty()) send(std::move(to), std::make_shared<const Bytes>(std::move(bytes)));
}

void Room::Impl::send(std::vector<ConnectionId> to, Piece piece) {
  if (piece->empty()) return;
  counts_.messages_sent += to.size();
  counts_.bytes_sent += to.size() * piece->size();
  effects_.push_back(Send{std::move(to), std::move(piece)});
}

void Room::Impl::notice(ConnectionId id, v1::Notice::Kind kind, std::string text) {
  send({id}, server_message([&](auto& message) {
         auto& notice = *message.add_notice();
         notice.set_kind(kind);
         notice.set_text(std::move(text));
       }));
}

void Room::Impl::notice_all(v1::Notice::Kind kind, const std::string& text) {
  std::vector<ConnectionId> to;
  for (const auto& [id, connection] : connections_) to.push_back(id);
  if (to.empty()) return;
  send(std::move(to), server_message([&](auto& message) {
         auto& notice = *message.add_notice();
         notice.set_kind(kind);
         notice.set_text(text);
         if (kind == v1::Notice::KIND_DRAINING) notice.set_retry_ms(limits::retry_ms);
       }));
}

}  // namespace atelier::room
