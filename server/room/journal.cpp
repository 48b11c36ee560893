#include "room/journal.hpp"

#include <algorithm>

#include "atelier/v1/wire.pb.h"
#include "room/limits.hpp"

namespace atelier::room {

void Journal::start(Sequence seq, const std::vector<std::string>& keys) {
  floor_ = seq;
  ring_floor_ = seq;
  for (const auto& key : keys) {
    touch(key, seq);
    if (key.starts_with("text/")) open_texts_.insert(key.substr(5));
  }
}

void Journal::touch(const std::string& key, Sequence seq) {
  const auto [place, fresh] = changed_.try_emplace(key, seq);
  if (!fresh) {
    order_.erase({place->second, key});
    place->second = seq;
  }
  order_.emplace(seq, key);
}

void Journal::record(Sequence seq, const meeting::Applied& applied) {
  for (const auto& dirty : applied.dirty) {
    if (dirty.person.value().empty()) {
      touch(dirty.key, seq);
    } else {
      auto& part = private_[dirty.person];
      part.keys.insert_or_assign(dirty.key, seq);
      part.last = seq;
    }
  }
  for (const auto& change : applied.texts) {
    v1::ServerMessage message;
    auto& update = *message.add_text_update();
    update.set_text(change.text);
    update.set_update(change.update);
    update.set_seq(seq.value());
    update.set_author(applied.actor.value());
    update.set_state(open_texts_.insert(change.text).second);
    text_changed_.insert_or_assign(change.text, seq);
    keep({seq, change.text, std::make_shared<const Bytes>(message.SerializeAsString())});
  }
}

void Journal::keep(TextEvent event) {
  ring_bytes_ += event.piece->size();
  ring_.push_back(std::move(event));
  while (ring_.size() > limits::ring_records_max || ring_bytes_ > limits::ring_bytes_max) {
    ring_bytes_ -= ring_.front().piece->size();
    ring_floor_ = ring_.front().seq;
    ring_.pop_front();
  }
}

Sequence Journal::changed(std::string_view key) const {
  const auto found = changed_.find(key);
  return found == changed_.end() ? Sequence{} : found->second;
}

std::vector<std::string> Journal::since(Sequence after) const {
  std::vector<std::string> keys;
  for (auto at = order_.lower_bound({Sequence{after.value() + 1}, std::string{}}); at != order_.end(); ++at) {
    keys.push_back(at->second);
  }
  return keys;
}

std::vector<std::string> Journal::private_since(const PersonId& person, Sequence after) const {
  std::vector<std::string> keys;
  const auto found = private_.find(person);
  if (found == private_.end() || found->second.last <= after) return keys;
  for (const auto& [key, seq] : found->second.keys) {
    if (seq > after) keys.push_back(key);
  }
  return keys;
}

std::optional<std::vector<const TextEvent*>> Journal::texts_since(Sequence after) const {
  if (after < ring_floor_) return std::nullopt;
  const auto first = std::upper_bound(ring_.begin(), ring_.end(), after,
                                      [](Sequence seq, const TextEvent& event) { return seq < event.seq; });
  std::vector<const TextEvent*> events;
  for (auto at = first; at != ring_.end(); ++at) events.push_back(&*at);
  return events;
}

Sequence Journal::text_changed(std::string_view text) const {
  const auto found = text_changed_.find(text);
  return found == text_changed_.end() ? Sequence{} : found->second;
}

}  // namespace atelier::room
