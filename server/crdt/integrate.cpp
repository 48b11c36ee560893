#include <algorithm>

#include "crdt/transaction.hpp"

// Where a struct comes to lie: yjs/src/structs/Item.js getMissing and integrate.
namespace atelier::crdt {

std::optional<std::uint64_t> Transaction::missing(const Struct& what) const {
  if (!what.is_item()) return std::nullopt;
  const auto lacks = [&](const WireId& id) { return id.client != what.client && !stamp(id); };
  if (what.has_origin && lacks(what.origin)) return what.origin.client;
  if (what.has_right_origin && lacks(what.right_origin)) return what.right_origin.client;
  if (what.parent_kind == Parent::item && lacks(what.parent)) return what.parent.client;
  return std::nullopt;
}

// Integrating and then merging would give the same.
bool Transaction::append_to_tail(const Struct& what) {
  if (what.ref != Ref::string) return false;
  const auto client = store_.find_client(what.client);
  if (!client || !what.has_origin || what.origin.client != what.client || what.origin.clock + 1 != what.clock) return false;
  Client& author = store_.client(*client);
  if (author.state != what.clock) return false;
  Item& tail = store_.item(author.runs.at(author.runs.last()));
  if (tail.ref != Ref::string || tail.deleted || tail.key != none) return false;
  if (what.has_right_origin) {
    if (tail.right == none) return false;
    const Item& right = store_.item(tail.right);
    if (right.clock != what.right_origin.clock || store_.client(right.client).id != what.right_origin.client) return false;
    if (!(tail.right_origin == right.id())) return false;
  } else if (tail.right != none || tail.right_origin.set()) {
    return false;
  }
  // Merging might go on to the left; that is rare and left to the slow path.
  if (tail.origin.client == *client && tail.origin.clock + 1 == tail.clock) return false;
  touch(*client);
  add_changed(tail.parent);
  store_.arena().append(tail.content, what.content);
  tail.len += static_cast<std::uint32_t>(what.len);
  author.state += static_cast<std::uint32_t>(what.len);
  return true;
}

void Transaction::integrate(const Struct& what, std::uint64_t offset) {
  if (offset == 0 && append_to_tail(what)) return;
  const std::uint32_t client = store_.intern_client(what.client);
  const auto clock = static_cast<std::uint32_t>(what.clock + offset);
  const auto len = static_cast<std::uint32_t>(offset < what.len ? what.len - offset : 0);
  if (what.ref == Ref::gc) {
    if (len > 0) add_gc(client, clock, len);
    return;
  }
  Place place = place_of(what);
  if (len == 0) return;
  Stamp origin, right_origin;
  if (place.left != none) origin = store_.item(place.left).last_id();
  if (place.right != none) right_origin = store_.item(place.right).id();
  if (offset > 0) {
    origin = Stamp{client, clock - 1};
    place.left = clean_end(origin);
    if (store_.item(place.left).is_gc()) place.parent = none;
  }
  if (place.parent == none) return add_gc(client, clock, len);
  const Handle handle = store_.new_item();
  Item& item = store_.item(handle);
  item.client = client;
  item.clock = clock;
  item.len = len;
  item.origin = origin;
  item.right_origin = right_origin;
  item.parent = place.parent;
  item.key = place.key;
  item.ref = what.ref;
  place.left = after_conflicts(item, place);
  link(handle, place);
  grow(client, handle);
  if (offset == 0) return fill(handle, what);
  std::deque<std::string> owned;
  fill(handle, without_front(what, offset, owned));
}

Transaction::Place Transaction::place_of(const Struct& what) {
  Place place;
  if (what.has_origin) place.left = clean_end(*stamp(what.origin));
  if (what.has_right_origin) place.right = clean_start(*stamp(what.right_origin));
  resolve_parent(what, place);
  return place;
}

void Transaction::resolve_parent(const Struct& what, Place& place) {
  const bool left_gone = place.left != none && store_.item(place.left).is_gc();
  const bool right_gone = place.right != none && store_.item(place.right).is_gc();
  if (left_gone || right_gone) return;
  if (what.parent_kind == Parent::copied) {
    const Item& neighbour = store_.item(place.left != none ? place.left : place.right);
    place.parent = neighbour.parent;
    place.key = neighbour.key;
    return;
  }
  if (what.parent_kind == Parent::root) {
    place.parent = store_.root(what.root);
  } else {
    const Item& holder = store_.item(store_.find(*stamp(what.parent)));
    if (holder.ref != Ref::type) return;
    place.parent = holder.content.offset;
  }
  if (what.has_key) place.key = store_.intern_name(what.key);
}

/// Where the list of the parent, or the chain of the key, begins.
Handle Transaction::first_of(const Place& place) const {
  return place.key == none ? store_.type(place.parent).start : store_.oldest_entry(place.parent, place.key);
}

namespace {

/// The items that a conflict scan has met, and whether since the last time that it moved on.
class Scanned {
 public:
  void add(Handle handle) { met_.push_back(handle); }
  void clear_conflicts() { conflicts_from_ = met_.size(); }
  std::optional<std::size_t> find(Handle handle) {
    if (met_.size() <= few) {
      const auto found = std::ranges::find(met_, handle);
      if (found == met_.end()) return std::nullopt;
      return static_cast<std::size_t>(found - met_.begin());
    }
    for (; indexed_ < met_.size(); ++indexed_) index_.emplace(met_[indexed_], indexed_);
    const auto found = index_.find(handle);
    if (found == index_.end()) return std::nullopt;
    return found->second;
  }
  bool conflicts(std::size_t place) const { return place >= conflicts_from_; }

 private:
  static constexpr std::size_t few = 32;
  std::vector<Handle> met_;
  std::unordered_map<Handle, std::size_t> index_;
  std::size_t indexed_ = 0;
  std::size_t conflicts_from_ = 0;
};

}  // namespace

// YATA as in Item.integrate: which item ends up left of this one, among those inserted at the same place.
Handle Transaction::after_conflicts(const Item& item, Place place) const {
  const bool alone = place.left == none ? place.right != none && store_.item(place.right).left == none
                                        : store_.item(place.left).right == place.right;
  if (alone) return place.left;
  const std::uint64_t author = store_.client(item.client).id;
  Handle left = place.left;
  Scanned scanned;
  for (Handle at = left != none ? store_.item(left).right : first_of(place); at != none && at != place.right; at = store_.item(at).right) {
    scanned.add(at);
    const Item& other = store_.item(at);
    if (item.origin == other.origin) {
      if (store_.client(other.client).id < author) {
        left = at;
        scanned.clear_conflicts();
      } else if (item.right_origin == other.right_origin) {
        break;
      }
      continue;
    }
    const auto met = other.origin.set() ? scanned.find(store_.find(other.origin)) : std::nullopt;
    if (!met) break;
    if (!scanned.conflicts(*met)) {
      left = at;
      scanned.clear_conflicts();
    }
  }
  return left;
}

void Transaction::link(Handle handle, const Place& place) {
  Item& item = store_.item(handle);
  item.left = place.left;
  if (place.left != none) {
    item.right = store_.item(place.left).right;
    store_.item(place.left).right = handle;
  } else {
    item.right = first_of(place);
    if (place.key == none) {
      store_.type(place.parent).start = handle;
    } else {
      store_.set_oldest_entry(place.parent, place.key, handle);
    }
  }
  if (item.right != none) {
    store_.item(item.right).left = handle;
  } else if (item.key != none) {
    store_.set_entry(item.parent, item.key, handle);
    if (item.left != none) remove(item.left);
  }
}

/// Stores the content, and deletes the item at once if it came too late.
void Transaction::fill(Handle handle, const Struct& what) {
  Item& item = store_.item(handle);
  if (what.ref == Ref::type) {
    const std::uint32_t index = store_.new_type(what.type_ref);
    Type& type = store_.type(index);
    type.item = handle;
    type.depth = static_cast<std::uint16_t>(std::min(store_.type(item.parent).depth + 1, 0xFFFF));
    if (what.type_ref == TypeRef::xml_element || what.type_ref == TypeRef::xml_hook) type.name = store_.intern_name(what.content);
    item.content.offset = index;
  } else if (what.ref == Ref::deleted) {
    item.deleted = true;
    add_delete(item);
  } else {
    item.content = store_.arena().store(what.content);
    if (what.ref == Ref::format) store_.type(item.parent).has_formatting = true;
  }
  add_changed(item.parent);
  const Handle holder = store_.type(item.parent).item;
  const bool parent_deleted = holder != none && store_.item(holder).deleted;
  if (parent_deleted || (item.key != none && item.right != none)) remove(handle);
}

}  // namespace atelier::crdt
