#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "crdt/store.hpp"

namespace atelier::crdt {

/// Changes a store as Yjs does within one transaction, and tidies up at its end (yjs/src/utils/Transaction.js).
/// begin() … finish(); after finish() the transaction can be read as an update.
class Transaction {
 public:
  enum class Changes { ignore, collect };
  Transaction(Store& store, Changes changes) : store_(store), collects_changes_(changes == Changes::collect) {}

  void begin();
  /// The common keystroke: text that continues its client's last item with nothing between. If `what` is that, integrates
  /// it; then nothing is left to merge, and finish() need not be called.
  bool append_to_tail(const Struct& what);
  /// Collects garbage (if asked), merges what can be merged. In this order: deleted content, deleted neighbours, tails of
  /// the clients that grew, splits.
  enum class Garbage { keep, collect };
  void finish(Garbage garbage);

  /// A client whose structs `what` needs and the store lacks (Item.getMissing).
  std::optional<std::uint64_t> missing(const Struct& what) const;
  /// Integrates `what` without its first `offset` units; nothing is missing. If all of it is known (offset >= len) only
  /// the splits happen that Yjs makes.
  void integrate(const Struct& what, std::uint64_t offset);
  /// Deletes what is known of `range`; gives back the rest.
  std::optional<DeleteRange> remove(const DeleteRange& range);
  void remove(Handle handle);

  /// The item that begins (ends) exactly at `id`, split if need be; a GC is not split.
  Handle clean_start(Stamp id);
  Handle clean_end(Stamp id);

  /// What it did, as an update; valid after finish() until begin().
  Bytes update(Format format) const;
  /// What was deleted, by client descending; before finish(), in the order in which clients came first.
  const std::vector<DeleteRange>& deletes() const { return deletes_; }
  std::vector<DeleteRange> deletes_as_made() const;
  /// Clients that grew.
  const std::vector<std::uint32_t>& touched() const { return touched_; }
  /// If they are collected: types that changed, once or more often each, those that it made left out (Transaction.changed).
  const std::vector<std::uint32_t>& changed() const { return changed_; }

 private:
  struct Place {
    Handle left = none;
    Handle right = none;
    std::uint32_t parent = none;
    std::uint32_t key = none;
  };

  std::optional<Stamp> stamp(const WireId& id) const;
  Place place_of(const Struct& what);
  void resolve_parent(const Struct& what, Place& place);
  Handle after_conflicts(const Item& item, Place place) const;
  Handle first_of(const Place& place) const;
  void link(Handle handle, const Place& place);
  void fill(Handle handle, const Struct& what);
  void add_gc(std::uint32_t client, std::uint32_t clock, std::uint32_t len);
  void grow(std::uint32_t client, Handle handle);

  Handle split(std::uint32_t client, RunIndex::Position position, std::uint32_t diff);
  void split_content(Item& left, Item& right, std::uint32_t diff);
  void add_delete(const Item& item);
  void add_changed(std::uint32_t type) {
    if (collects_changes_) note_changed(type);
  }
  void note_changed(std::uint32_t type);
  std::uint32_t before(std::uint32_t client) const;
  void touch(std::uint32_t client);
  void remove_children(std::uint32_t type, std::vector<Handle>& found);

  void collect(Handle handle);
  void collect_children(std::uint32_t type, std::vector<std::uint32_t>& types);
  void collect_deletes();
  void merge_deletes();
  void merge_tails();
  void merge_splits();
  bool merge(Handle left, Handle right);
  RunIndex::Position merge_with_lefts(std::uint32_t client, RunIndex::Position position);

  Store& store_;
  bool collects_changes_;
  std::uint32_t number_ = 0;  ///< of this transaction, in the store's count
  std::vector<std::uint32_t> touched_;
  std::vector<DeleteRange> deletes_;  ///< clients by id; canonical after finish()
  std::vector<Stamp> splits_;
  std::vector<std::uint32_t> changed_;
};

}  // namespace atelier::crdt
