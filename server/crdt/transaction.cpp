#include "crdt/transaction.hpp"

#include <algorithm>

namespace atelier::crdt {

void Transaction::begin() {
  number_ = store_.next_transaction();
  changed_.clear();
  touched_.clear();
  deletes_.clear();
  splits_.clear();
}

std::optional<Stamp> Transaction::stamp(const WireId& id) const {
  const auto client = store_.find_client(id.client);
  if (!client || id.clock >= store_.client(*client).state) return std::nullopt;
  return Stamp{*client, static_cast<std::uint32_t>(id.clock)};
}

void Transaction::add_gc(std::uint32_t client, std::uint32_t clock, std::uint32_t len) {
  const Handle handle = store_.new_item();
  Item& item = store_.item(handle);
  item.client = client;
  item.clock = clock;
  item.len = len;
  item.deleted = true;
  grow(client, handle);
}

void Transaction::grow(std::uint32_t client, Handle handle) {
  touch(client);
  Client& author = store_.client(client);
  const Item& item = store_.item(handle);
  author.runs.append(item.clock, handle);
  author.state = item.end();
}

void Transaction::touch(std::uint32_t client) {
  Client& author = store_.client(client);
  if (author.touched_in == number_) return;
  author.touched_in = number_;
  author.before = author.state;
  touched_.push_back(client);
}

std::uint32_t Transaction::before(std::uint32_t client) const {
  const Client& author = store_.client(client);
  return author.touched_in == number_ ? author.before : author.state;
}

Handle Transaction::clean_start(Stamp id) {
  const RunIndex& runs = store_.client(id.client).runs;
  const RunIndex::Position position = runs.find(id.clock);
  const Handle handle = runs.at(position);
  const Item& item = store_.item(handle);
  if (item.clock == id.clock || item.is_gc()) return handle;
  return split(id.client, position, id.clock - item.clock);
}

Handle Transaction::clean_end(Stamp id) {
  const RunIndex& runs = store_.client(id.client).runs;
  const RunIndex::Position position = runs.find(id.clock);
  const Handle handle = runs.at(position);
  const Item& item = store_.item(handle);
  if (id.clock + 1 != item.end() && !item.is_gc()) split(id.client, position, id.clock + 1 - item.clock);
  return handle;
}

/// Cuts the item at `position` of `client`'s runs after `diff` units; returns the right part (Item.js splitItem).
Handle Transaction::split(std::uint32_t client, RunIndex::Position position, std::uint32_t diff) {
  RunIndex& runs = store_.client(client).runs;
  const Handle left_handle = runs.at(position);
  const Handle right_handle = store_.new_item();
  Item& left = store_.item(left_handle);
  Item& right = store_.item(right_handle);
  right = left;
  right.clock = left.clock + diff;
  right.len = left.len - diff;
  right.origin = Stamp{client, right.clock - 1};
  right.left = left_handle;
  left.len = diff;
  left.right = right_handle;
  split_content(left, right, diff);
  if (right.right != none) {
    store_.item(right.right).left = right_handle;
  } else if (right.key != none) {
    store_.set_entry(right.parent, right.key, right_handle);
  }
  runs.insert_after(position, right.clock, right_handle);
  splits_.push_back(right.id());
  return right_handle;
}

void Transaction::split_content(Item& left, Item& right, std::uint32_t diff) {
  Arena& arena = store_.arena();
  if (left.ref == Ref::any || left.ref == Ref::json) {
    right.content = arena.cut(left.content, list_prefix_bytes(left.ref, arena.view(left.content), diff));
  }
  if (left.ref != Ref::string) return;
  const bool ascii = left.content.bytes == left.len + right.len;
  const Utf16Cut cut = ascii ? Utf16Cut{diff, diff, false} : cut_utf16(arena.view(left.content), diff);
  if (!cut.inside_pair) {
    right.content = arena.cut(left.content, cut.left_bytes);
    return;
  }
  const std::string whole(arena.view(left.content));
  arena.release(left.content);
  left.content = arena.store(whole.substr(0, cut.left_bytes) + std::string(replacement_character));
  right.content = arena.store(std::string(replacement_character) + whole.substr(cut.right_start));
}

void Transaction::note_changed(std::uint32_t type) {
  if (!changed_.empty() && changed_.back() == type) return;
  const Handle holder = store_.type(type).item;
  if (holder != none && (store_.item(holder).deleted || store_.item(holder).clock >= before(store_.item(holder).client))) return;
  changed_.push_back(type);
}

std::vector<DeleteRange> Transaction::deletes_as_made() const {
  std::vector<std::uint64_t> clients;
  for (const DeleteRange& range : deletes_) {
    if (std::ranges::find(clients, range.client) == clients.end()) clients.push_back(range.client);
  }
  const std::vector<DeleteRange> sorted = canonical_deletes(deletes_);
  std::vector<DeleteRange> ordered;
  for (const std::uint64_t client : clients) {
    std::ranges::copy_if(sorted, std::back_inserter(ordered), [&](const DeleteRange& range) { return range.client == client; });
  }
  return ordered;
}

void Transaction::add_delete(const Item& item) {
  deletes_.push_back({store_.client(item.client).id, item.clock, item.len});
}

std::optional<DeleteRange> Transaction::remove(const DeleteRange& range) {
  const auto client = store_.find_client(range.client);
  const std::uint64_t state = client ? store_.client(*client).state : 0;
  if (range.clock >= state) return range;
  const auto end = static_cast<std::uint32_t>(std::min(range.end(), state));
  RunIndex& runs = store_.client(*client).runs;
  auto clock = static_cast<std::uint32_t>(range.clock);
  RunIndex::Position at = runs.find(clock);
  const Item& first = store_.item(runs.at(at));
  if (!first.deleted && first.clock < clock) {
    split(*client, at, clock - first.clock);
    at = runs.find(clock);
  }
  while (true) {
    const Handle handle = runs.at(at);
    const Item& item = store_.item(handle);
    if (item.clock >= end) break;
    if (!item.deleted) {
      if (end < item.end()) split(*client, at, end - item.clock);
      remove(handle);
    }
    clock = store_.item(handle).end();
    if (clock >= end) break;
    at = runs.find(clock);
  }
  if (range.end() <= state) return std::nullopt;
  return DeleteRange{range.client, state, range.end() - state};
}

// Depth first, without recursion: hostile documents nest as deep as they are long.
void Transaction::remove(Handle handle) {
  Item& whole = store_.item(handle);
  if (whole.deleted) return;
  if (whole.ref != Ref::type) {
    whole.deleted = true;
    add_delete(whole);
    return add_changed(whole.parent);
  }
  std::vector<Handle> pending{handle};
  std::vector<Handle> children;
  while (!pending.empty()) {
    const Handle next = pending.back();
    pending.pop_back();
    Item& item = store_.item(next);
    if (item.deleted) continue;
    item.deleted = true;
    add_delete(item);
    add_changed(item.parent);
    if (item.ref != Ref::type) continue;
    remove_children(item.content.offset, children);
    pending.insert(pending.end(), children.rbegin(), children.rend());
  }
}

/// Finds the live children of a type; those that were deleted before this transaction may merge now.
void Transaction::remove_children(std::uint32_t type, std::vector<Handle>& found) {
  found.clear();
  const auto visit = [&](Handle handle) {
    const Item& item = store_.item(handle);
    if (!item.deleted) {
      found.push_back(handle);
    } else if (item.clock < before(item.client)) {
      splits_.push_back(item.id());
    }
  };
  for (Handle at = store_.type(type).start; at != none; at = store_.item(at).right) visit(at);
  for (const std::uint32_t key : store_.type(type).keys) visit(store_.entry(type, key));
}

}  // namespace atelier::crdt
