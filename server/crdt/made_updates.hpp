#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "crdt/update.hpp"

// Updates written by hand, for tests.
namespace atelier::crdt::made {

struct Links {
  std::optional<WireId> origin, right_origin;
};

inline Struct item(Ref ref, WireId id, std::uint64_t len, std::string_view content, Links links = {}) {
  Struct made;
  made.ref = ref;
  made.client = id.client;
  made.clock = id.clock;
  made.len = len;
  made.content = content;
  made.has_origin = links.origin.has_value();
  made.has_right_origin = links.right_origin.has_value();
  if (links.origin) made.origin = *links.origin;
  if (links.right_origin) made.right_origin = *links.right_origin;
  if (!links.origin && !links.right_origin) {
    made.parent_kind = Parent::root;
    made.root = "text";
  }
  return made;
}

inline Struct text(WireId id, std::string_view content, Links links = {}) {
  return item(Ref::string, id, utf16_length(content), content, links);
}

inline Struct gc(WireId id, std::uint64_t len) { return item(Ref::gc, id, len, {}); }

/// `what` as the only child, or the first entry of `key`, of a type.
inline Struct inside(Struct what, WireId holder, std::string_view key = {}) {
  what.parent_kind = Parent::item;
  what.parent = holder;
  what.has_key = !key.empty();
  what.key = key;
  return what;
}

inline Struct in_root(Struct what, std::string_view root, std::string_view key = {}) {
  what.root = root;
  what.has_key = !key.empty();
  what.key = key;
  return what;
}

inline Struct type(WireId id, TypeRef ref, std::string_view name = {}, Links links = {}) {
  Struct made = item(Ref::type, id, 1, name, links);
  made.type_ref = ref;
  return made;
}

inline Bytes update(const std::vector<Struct>& structs, const std::vector<DeleteRange>& deletes = {}, Format format = Format::v1) {
  std::vector<Piece> pieces;
  for (const Struct& what : structs) pieces.push_back({what, 0});
  return encode(format, pieces, deletes);
}

}  // namespace atelier::crdt::made
