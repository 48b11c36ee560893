#include <algorithm>

#include "crdt/transaction.hpp"

// The end of a transaction: yjs/src/utils/Transaction.js cleanupTransactions.
namespace atelier::crdt {

void Transaction::finish(Garbage garbage) {
  if (!deletes_.empty()) {
    deletes_ = canonical_deletes(std::move(deletes_));
    if (garbage == Garbage::collect) collect_deletes();
    merge_deletes();
  }
  merge_tails();
  merge_splits();
  constexpr std::size_t waste_min = 64 * 1024;
  if (store_.arena().waste() > waste_min && store_.arena().waste() > store_.arena().size() / 2) store_.compact();
}

void Transaction::collect_deletes() {
  for (auto range = deletes_.rbegin(); range != deletes_.rend(); ++range) {
    const RunIndex& runs = store_.client(*store_.find_client(range->client)).runs;
    for (RunIndex::Position at = runs.find(static_cast<std::uint32_t>(range->clock));; at = runs.next(at)) {
      const Handle handle = runs.at(at);
      if (store_.item(handle).clock >= range->end()) break;
      if (!store_.item(handle).is_gc() && store_.item(handle).deleted) collect(handle);
      if (runs.is_last(at)) break;
    }
  }
}

/// Drops the content of a deleted item; all that lies in a deleted type becomes GC.
void Transaction::collect(Handle handle) {
  Item& item = store_.item(handle);
  std::vector<std::uint32_t> types;
  if (item.ref == Ref::type) {
    types.push_back(item.content.offset);
    item.content = {};
  }
  store_.arena().release(item.content);
  item.ref = Ref::deleted;
  while (!types.empty()) {
    const std::uint32_t type = types.back();
    types.pop_back();
    collect_children(type, types);
  }
}

void Transaction::collect_children(std::uint32_t type, std::vector<std::uint32_t>& types) {
  const auto collect_one = [&](Handle handle) {
    Item& item = store_.item(handle);
    if (item.ref == Ref::type) {
      types.push_back(item.content.offset);
      item.content = {};
    }
    store_.arena().release(item.content);
    Item gone;
    gone.client = item.client;
    gone.clock = item.clock;
    gone.len = item.len;
    gone.deleted = true;
    item = gone;
  };
  for (Handle at = store_.type(type).start; at != none;) {
    const Handle next = store_.item(at).right;
    collect_one(at);
    at = next;
  }
  for (const std::uint32_t key : store_.type(type).keys) {
    for (Handle at = store_.entry(type, key); at != none;) {
      const Handle older = store_.item(at).left;
      collect_one(at);
      at = older;
    }
  }
  store_.type(type).start = none;
  store_.drop_entries(type);
}

void Transaction::merge_deletes() {
  for (auto range = deletes_.rbegin(); range != deletes_.rend(); ++range) {
    const std::uint32_t client = *store_.find_client(range->client);
    const RunIndex& runs = store_.client(client).runs;
    RunIndex::Position at = runs.find(static_cast<std::uint32_t>(range->end() - 1));
    if (!runs.is_last(at)) at = runs.next(at);
    while (!runs.is_first(at) && runs.clock_at(at) >= range->clock) {
      at = merge_with_lefts(client, at);
      if (runs.is_first(at)) break;
      at = runs.previous(at);
    }
  }
}

void Transaction::merge_tails() {
  for (const std::uint32_t client : touched_) {
    const RunIndex& runs = store_.client(client).runs;
    const std::uint32_t from = runs.clock_at(runs.find(store_.client(client).before));
    RunIndex::Position at = runs.last();
    while (!runs.is_first(at) && runs.clock_at(at) >= from) {
      at = merge_with_lefts(client, at);
      if (runs.is_first(at)) break;
      at = runs.previous(at);
    }
  }
}

void Transaction::merge_splits() {
  for (auto split = splits_.rbegin(); split != splits_.rend(); ++split) {
    const RunIndex& runs = store_.client(split->client).runs;
    RunIndex::Position at = runs.find(split->clock);
    if (!runs.is_last(at)) {
      const std::size_t size = runs.size();
      at = merge_with_lefts(split->client, runs.next(at));
      if (size - runs.size() > 1) continue;
      at = runs.find(split->clock);
    }
    if (!runs.is_first(at)) merge_with_lefts(split->client, at);
  }
}

RunIndex::Position Transaction::merge_with_lefts(std::uint32_t client, RunIndex::Position position) {
  RunIndex& runs = store_.client(client).runs;
  while (!runs.is_first(position)) {
    const Handle right = runs.at(position);
    if (!merge(runs.at(runs.previous(position)), right)) break;
    position = runs.erase(position);
    store_.free_item(right);
  }
  return position;
}

/// Both are of one client and follow each other. True if `left` took `right` in.
bool Transaction::merge(Handle left_handle, Handle right_handle) {
  if (!store_.mergeable(left_handle, right_handle)) return false;
  Item& left = store_.item(left_handle);
  Item& right = store_.item(right_handle);
  if (left.is_gc()) {
    left.len += right.len;
    return true;
  }
  if (right.content.bytes > 0) store_.arena().join(left.content, right.content);
  left.right = right.right;
  left.len += right.len;
  if (right.right != none) store_.item(right.right).left = left_handle;
  if (right.key != none && store_.entry(right.parent, right.key) == right_handle) store_.set_entry(right.parent, right.key, left_handle);
  return true;
}

Bytes Transaction::update(Format format) const {
  std::vector<std::uint32_t> clients;
  for (const std::uint32_t client : touched_) clients.push_back(client);
  std::ranges::sort(clients, [&](std::uint32_t a, std::uint32_t b) { return store_.client(a).id > store_.client(b).id; });
  std::vector<Piece> pieces;
  for (const std::uint32_t index : clients) {
    const Client& client = store_.client(index);
    RunIndex::Position at = client.runs.find(client.before);
    pieces.push_back({store_.as_struct(client.runs.at(at)), client.before - client.runs.clock_at(at)});
    while (!client.runs.is_last(at)) {
      at = client.runs.next(at);
      pieces.push_back({store_.as_struct(client.runs.at(at)), 0});
    }
  }
  if (pieces.empty() && deletes_.empty()) return {};
  return encode(format, pieces, deletes_);
}

}  // namespace atelier::crdt
