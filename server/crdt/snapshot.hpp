#pragma once

#include <vector>

#include "crdt/update.hpp"

namespace atelier::crdt {

class Store;
struct Item;

/// A moment of a document: what was known and what of that was deleted (yjs/src/utils/Snapshot.js). It can be read from a
/// document that keeps deleted content (gc = false).
struct Snapshot {
  std::vector<DeleteRange> deletes;  ///< canonical
  std::vector<ClientClock> clocks;   ///< by client descending
};

Snapshot take_snapshot(const Doc& doc);
Bytes encode_snapshot(const Snapshot& snapshot, Format format);
Result<Snapshot, Errc> decode_snapshot(BytesView bytes, Format format);

/// What can be seen of a document: now, or at a snapshot.
class View {
 public:
  explicit View(const Store& store) : store_(store) {}
  View(const Store& store, const Snapshot& snapshot) : store_(store), snapshot_(&snapshot) {}

  const Store& store() const { return store_; }
  /// The visible parts of an item, as offsets [from, to).
  struct Part {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
  };
  std::vector<Part> parts(const Item& item) const;
  bool visible(const Item& item) const { return !parts(item).empty(); }
  /// Was the first unit of the item there at all, deleted or not?
  bool known(const Item& item) const;

 private:
  std::uint64_t clock_of(std::uint64_t client) const;

  const Store& store_;
  const Snapshot* snapshot_ = nullptr;
};

}  // namespace atelier::crdt
