#include "crdt/position.hpp"

#include <cstdlib>

#include "crdt/engine.hpp"

namespace atelier::crdt {
namespace {

std::optional<Handle> find_item(const Store& store, const WireId& id) {
  const auto client = store.find_client(id.client);
  if (!client || id.clock >= store.client(*client).state) return std::nullopt;
  return store.find({*client, static_cast<std::uint32_t>(id.clock)});
}

std::optional<std::uint32_t> find_type(const Store& store, const TypeName& name) {
  if (!name.item) return store.find_root(name.root);
  const auto handle = find_item(store, *name.item);
  if (!handle || store.item(*handle).ref != Ref::type) return std::nullopt;
  return store.item(*handle).content.offset;
}

TypeName name_of(const Store& store, std::uint32_t type) {
  const Type& found = store.type(type);
  if (found.item == none) return {std::string(store.name(found.name)), std::nullopt};
  const Item& holder = store.item(found.item);
  return {{}, WireId{store.client(holder.client).id, holder.clock}};
}

bool counts(const Item& item) { return !item.deleted && item.countable(); }

}  // namespace

std::optional<RelativePosition> relative_position(const Doc& doc, const TypeName& name, std::uint64_t index, std::int64_t lean) {
  const Store& store = doc.impl().store;
  const auto type = find_type(store, name);
  RelativePosition position{std::nullopt, name, lean};
  if (!type) return name.item ? std::nullopt : std::optional(position);
  if (lean < 0 && index-- == 0) return position;
  for (Handle at = store.type(*type).start; at != none; at = store.item(at).right) {
    const Item& item = store.item(at);
    const std::uint64_t client = store.client(item.client).id;
    if (counts(item)) {
      if (item.len > index) {
        position.item = WireId{client, item.clock + index};
        return position;
      }
      index -= item.len;
    }
    if (item.right == none && lean < 0) position.item = WireId{client, item.last_id().clock};
  }
  return position;
}

std::optional<AbsolutePosition> absolute_position(const Doc& doc, const RelativePosition& position) {
  const Store& store = doc.impl().store;
  if (position.item) {
    const auto handle = find_item(store, *position.item);
    if (!handle || store.item(*handle).is_gc()) return std::nullopt;
    const Item& right = store.item(*handle);
    AbsolutePosition place{name_of(store, right.parent), 0};
    const Handle holder = store.type(right.parent).item;
    if (holder != none && store.item(holder).deleted) return place;
    if (counts(right)) place.index = position.item->clock - right.clock + (position.lean >= 0 ? 0 : 1);
    for (Handle at = right.left; at != none; at = store.item(at).left) {
      if (counts(store.item(at))) place.index += store.item(at).len;
    }
    return place;
  }
  AbsolutePosition place{position.type, 0};
  const auto type = find_type(store, position.type);
  if (!type) return position.type.item ? std::nullopt : std::optional(place);
  if (position.lean < 0) return place;
  for (Handle at = store.type(*type).start; at != none; at = store.item(at).right) {
    if (counts(store.item(at))) place.index += store.item(at).len;
  }
  return place;
}

Bytes encode_position(const RelativePosition& position) {
  Writer out;
  const auto write_id = [&](std::uint8_t tag, const WireId& id) {
    out.byte(tag);
    out.varint(id.client);
    out.varint(id.clock);
  };
  if (position.item) {
    write_id(0, *position.item);
  } else if (position.type.item) {
    write_id(2, *position.type.item);
  } else {
    out.byte(1);
    out.var_bytes(position.type.root);
  }
  out.signed_varint(position.lean < 0, static_cast<std::uint64_t>(std::abs(position.lean)));
  return out.take();
}

Result<RelativePosition, Errc> decode_position(BytesView bytes) {
  Reader in(bytes);
  RelativePosition position;
  const std::uint64_t tag = in.varint();
  const auto read_id = [&] {
    const std::uint64_t client = in.varint();
    return WireId{client, in.varint()};
  };
  if (tag == 0) {
    position.item = read_id();
  } else if (tag == 1) {
    position.type.root = in.var_string();
  } else if (tag == 2) {
    position.type.item = read_id();
  } else {
    in.fail(Errc::malformed);
  }
  if (in.ok() && in.left() > 0) position.lean = in.signed_varint().value();
  if (in.ok() && in.left() > 0) in.fail(Errc::malformed);
  if (!in.ok()) return std::unexpected(in.error());
  return position;
}

}  // namespace atelier::crdt
