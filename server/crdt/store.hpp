#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crdt/arena.hpp"
#include "crdt/run_index.hpp"
#include "crdt/update.hpp"

namespace atelier::crdt {

/// An id inside a store: the client by its index there.
struct Stamp {
  std::uint32_t client = none;
  std::uint32_t clock = 0;
  bool set() const { return client != none; }
  friend bool operator==(const Stamp& a, const Stamp& b) {
    return a.client == b.client && (a.client == none || a.clock == b.clock);
  }
};

/// One struct of the document. A GC keeps only client, clock and len; it is in no list.
struct Item {
  std::uint32_t client = none;
  std::uint32_t clock = 0;
  std::uint32_t len = 0;
  Stamp origin, right_origin;
  Handle left = none;   ///< neighbour in the parent's list, or older entry of the same key
  Handle right = none;
  std::uint32_t parent = none;  ///< type that it belongs to
  std::uint32_t key = none;     ///< name, for entries of a map
  Block content;                ///< Ref::type: content.offset is the type
  Ref ref = Ref::gc;
  bool deleted = false;

  std::uint32_t end() const { return clock + len; }
  Stamp id() const { return {client, clock}; }
  Stamp last_id() const { return {client, end() - 1}; }
  bool is_gc() const { return ref == Ref::gc; }
  bool countable() const { return ref != Ref::deleted && ref != Ref::format; }
};

/// A shared type: a list of items and the current entry of each key.
struct Type {
  TypeRef ref = TypeRef::array;
  bool has_formatting = false;  ///< a marker was ever put into it
  std::uint16_t depth = 0;      ///< 0 for a root
  std::uint32_t name = none;  ///< of a root, an element or a hook
  Handle item = none;         ///< that holds it; none for a root
  Handle start = none;
  std::vector<std::uint32_t> keys;  ///< in order of first use
};

struct Client {
  std::uint64_t id = 0;
  std::uint32_t state = 0;  ///< first clock that is not known
  std::uint32_t before = 0;       ///< state at the beginning of transaction `touched_in`
  std::uint32_t touched_in = 0;
  RunIndex runs;
};

/// All data of a document, and the questions that need nothing but it. Who changes it keeps it consistent (Transaction).
class Store {
 public:
  Item& item(Handle handle) { return items_[handle]; }
  const Item& item(Handle handle) const { return items_[handle]; }
  Type& type(std::uint32_t index) { return types_[index]; }
  const Type& type(std::uint32_t index) const { return types_[index]; }
  Client& client(std::uint32_t index) { return clients_[index]; }
  const Client& client(std::uint32_t index) const { return clients_[index]; }
  std::size_t client_count() const { return clients_.size(); }
  std::string_view name(std::uint32_t index) const { return names_[index]; }
  std::string_view content(const Item& item) const { return arena_.view(item.content); }
  const Type& type_of(const Item& item) const { return types_[item.content.offset]; }

  std::uint32_t intern_client(std::uint64_t id);
  std::optional<std::uint32_t> find_client(std::uint64_t id) const {
    if (last_client_ != none && clients_[last_client_].id == id) return last_client_;
    return search_client(id);
  }
  std::uint64_t state(std::uint64_t client_id) const {
    const auto index = find_client(client_id);
    return index ? clients_[*index].state : 0;
  }
  std::uint32_t intern_name(std::string_view name);
  std::optional<std::uint32_t> find_name(std::string_view name) const;
  /// The root type of that name, made if there is none (Doc.get).
  std::uint32_t root(std::string_view name);
  std::optional<std::uint32_t> find_root(std::string_view name) const;
  /// The struct that holds `id`, which must be known.
  Handle find(Stamp id) const {
    const RunIndex& runs = clients_[id.client].runs;
    return runs.at(runs.find(id.clock));
  }

  /// Newest (oldest) entry of a key; none if there never was one.
  Handle entry(std::uint32_t type, std::uint32_t key) const;
  Handle oldest_entry(std::uint32_t type, std::uint32_t key) const;
  void set_entry(std::uint32_t type, std::uint32_t key, Handle handle);
  void set_oldest_entry(std::uint32_t type, std::uint32_t key, Handle handle);
  void drop_entries(std::uint32_t type);

  Handle new_item();
  /// There will be so many items more.
  void expect_items(std::size_t count) { items_.reserve(std::max(items_.size() + count, items_.capacity())); }
  void free_item(Handle handle);
  std::uint32_t new_type(TypeRef ref);
  Arena& arena() { return arena_; }
  const Arena& arena() const { return arena_; }
  void compact();
  std::uint32_t next_transaction() { return ++transactions_; }

  /// An item as an update has it; valid until the store changes.
  Struct as_struct(Handle handle) const;
  /// Yjs writeStateAsUpdate: what a peer with `known` lacks, and the whole delete set.
  Bytes encode_after(Format format, const std::vector<ClientClock>& known) const;
  /// All in format v1, every struct merged that can be: depends on what is stored, not on how it came to be.
  Bytes encode_merged() const;
  /// Could the two structs, which follow each other in one client's runs, be one (Item.mergeWith)?
  bool mergeable(Handle left, Handle right) const;
  std::vector<DeleteRange> deletes() const;
  std::vector<ClientClock> state_vector() const;
  std::size_t structs() const { return items_.size() - free_count_; }
  std::size_t memory_bytes() const;

 private:
  std::optional<std::uint32_t> search_client(std::uint64_t id) const;
  /// Where the client is in the table, or the free place where it would be.
  std::size_t table_slot(std::uint64_t id) const;
  /// Indexes of clients that have structs, by id descending.
  const std::vector<std::uint32_t>& clients_descending() const;
  template <class Sink>
  Bytes write_after(const std::vector<ClientClock>& known) const;

  struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::vector<Item> items_;
  std::vector<Type> types_;
  std::vector<Client> clients_;
  std::vector<std::string> names_;
  Arena arena_;
  std::vector<std::uint32_t> client_table_;  ///< open addressing: indexes of clients by id; none where free
  std::unordered_map<std::string, std::uint32_t, NameHash, std::equal_to<>> name_indexes_;
  std::unordered_map<std::uint32_t, std::uint32_t> roots_;    ///< name → type
  struct Chain {
    Handle newest = none;
    Handle oldest = none;
  };
  Chain& chain(std::uint32_t type, std::uint32_t key);
  std::unordered_map<std::uint64_t, Chain> entries_;          ///< by type and key
  Handle free_ = none;
  std::size_t free_count_ = 0;
  std::uint32_t transactions_ = 0;
  mutable std::uint32_t last_client_ = none;
  mutable std::vector<std::uint32_t> descending_;
};

}  // namespace atelier::crdt
