#include "room/render.hpp"

#include "atelier/v1/wire.pb.h"
#include "room/limits.hpp"

namespace atelier::room {
namespace {

std::size_t index(meeting::Audience audience) { return static_cast<std::size_t>(audience); }

Bytes state_message(const std::string& text, Bytes update) {
  v1::ServerMessage message;
  auto& state = *message.add_text_update();
  state.set_text(text);
  state.set_update(std::move(update));
  state.set_state(true);
  return message.SerializeAsString();
}

}  // namespace

const Renderer::Cached& Renderer::rendered(meeting::Audience audience, const std::string& key) {
  const Sequence version = journal_.changed(key);
  const auto [place, fresh] = entities_[index(audience)].try_emplace(key);
  Cached& cached = place->second;
  if (fresh || cached.version != version || cached.bytes.empty()) {
    v1::ServerMessage message;
    auto& entity = *message.add_entity();
    entity = meeting_.view(key, audience);
    entity.set_key(key);
    if (entity.seq() == 0) entity.set_seq(version.value());
    // The projector shows no names: a screen that everybody sees, and that is photographed.
    if (entity.has_person() && audience != meeting::Audience::projector) {
      entity.mutable_person()->set_name(std::string(name(PersonId{entity.person().id()})));
    }
    cached = {version, message.SerializeAsString(), entity.removed()};
  }
  return cached;
}

const Renderer::Whole& Renderer::whole(meeting::Audience audience, std::chrono::milliseconds steady) {
  CachedWhole& cached = wholes_[index(audience)];
  const bool stale = cached.whole.seq != meeting_.seq() && steady - cached.made >= limits::welcome_stale;
  if (!cached.whole.piece || stale) {
    Bytes all;
    for (const auto& key : meeting_.keys()) {
      const Cached& one = rendered(audience, key);
      if (!one.removed) all += one.bytes;
    }
    cached = {{meeting_.seq(), std::make_shared<const Bytes>(std::move(all))}, steady};
  }
  return cached.whole;
}

Piece Renderer::text(const std::string& text) {
  const crdt::Doc* document = meeting_.text(text);
  if (document == nullptr) return nullptr;
  const Sequence version = journal_.text_changed(text);
  CachedText& cached = texts_[text];
  if (!cached.piece || cached.version != version) {
    cached = {version, std::make_shared<const Bytes>(state_message(text, document->encode_state()))};
  }
  return cached.piece;
}

Piece Renderer::text(const std::string& text, BytesView state_vector) const {
  const crdt::Doc* document = meeting_.text(text);
  if (document == nullptr) return nullptr;
  auto update = document->encode_state(state_vector);
  if (!update) return nullptr;
  return std::make_shared<const Bytes>(state_message(text, std::move(*update)));
}

void Renderer::rename(const PersonId& person, std::string name) {
  if (name.empty()) {
    names_.erase(person);
  } else {
    names_.insert_or_assign(person, std::move(name));
  }
  for (auto& audience : entities_) audience.erase("person/" + person.value());
  for (auto& cached : wholes_) cached = {};
}

std::string_view Renderer::name(const PersonId& person) const {
  const auto found = names_.find(person);
  return found == names_.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace atelier::room
