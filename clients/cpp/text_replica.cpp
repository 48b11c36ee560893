#include "text_replica.hpp"

#include <utility>

#include "crdt/rich_text.hpp"
#include "typing.hpp"

namespace atelier::client {

TextReplica::TextReplica(std::string text, crdt::ClientId client)
    : text_(std::move(text)), doc_(crdt::Doc::Options{.client = client}) {}

bool TextReplica::take(const v1::TextUpdate& update) {
  if (!update.update().empty() && !doc_.apply(update.update())) return false;
  open_ = open_ || update.state();
  return true;
}

std::string TextReplica::plain() const {
  return crdt::plain_text(doc_);
}

v1::TextFollow TextReplica::request() const {
  v1::TextFollow follow;
  follow.set_text(text_);
  if (open_) follow.set_state_vector(doc_.state_vector());
  return follow;
}

std::optional<std::vector<Bytes>> TextReplica::type(std::string_view find, std::string_view put) {
  const auto keys = keys_to_replace(plain(), find, put);
  if (!keys) return std::nullopt;
  std::vector<Bytes> updates;
  for (const Key& key : *keys) {
    auto update = key.insert.empty() ? crdt::delete_text(doc_, key.at, key.deletes)
                                     : crdt::insert_text(doc_, key.at, key.insert);
    if (!update) return std::nullopt;
    updates.push_back(std::move(*update));
  }
  return updates;
}

std::optional<Bytes> TextReplica::insert(std::size_t at, std::string_view letter) {
  auto update = crdt::insert_text(doc_, at, letter);
  if (!update) return std::nullopt;
  return std::move(*update);
}

}  // namespace atelier::client
