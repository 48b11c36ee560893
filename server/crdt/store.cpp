#include "crdt/store.hpp"

#include <algorithm>

#include "crdt/sinks.hpp"

namespace atelier::crdt {
namespace {

std::uint64_t entry_key(std::uint32_t type, std::uint32_t key) { return std::uint64_t{type} << 32 | key; }

}  // namespace

std::size_t Store::table_slot(std::uint64_t id) const {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15u;
  std::size_t slot = static_cast<std::size_t>((id * golden) >> 32) & (client_table_.size() - 1);
  while (client_table_[slot] != none && clients_[client_table_[slot]].id != id) slot = (slot + 1) & (client_table_.size() - 1);
  return slot;
}

std::uint32_t Store::intern_client(std::uint64_t id) {
  if (const auto known = find_client(id)) return *known;
  const auto index = static_cast<std::uint32_t>(clients_.size());
  clients_.emplace_back().id = id;
  if (clients_.size() * 2 > client_table_.size()) {
    client_table_.assign(std::max<std::size_t>(16, client_table_.size() * 2), none);
    for (std::uint32_t each = 0; each < clients_.size(); ++each) client_table_[table_slot(clients_[each].id)] = each;
  } else {
    client_table_[table_slot(id)] = index;
  }
  return index;
}

std::optional<std::uint32_t> Store::search_client(std::uint64_t id) const {
  if (client_table_.empty()) return std::nullopt;
  const std::uint32_t found = client_table_[table_slot(id)];
  if (found == none) return std::nullopt;
  return last_client_ = found;
}

std::uint32_t Store::intern_name(std::string_view name) {
  if (const auto known = find_name(name)) return *known;
  const auto index = static_cast<std::uint32_t>(names_.size());
  names_.emplace_back(name);
  name_indexes_.emplace(names_.back(), index);
  return index;
}

std::optional<std::uint32_t> Store::find_name(std::string_view name) const {
  const auto found = name_indexes_.find(name);
  if (found == name_indexes_.end()) return std::nullopt;
  return found->second;
}

std::uint32_t Store::root(std::string_view name) {
  const std::uint32_t index = intern_name(name);
  const auto [found, made] = roots_.try_emplace(index, static_cast<std::uint32_t>(types_.size()));
  if (made) types_.emplace_back().name = index;
  return found->second;
}

std::optional<std::uint32_t> Store::find_root(std::string_view name) const {
  const auto index = find_name(name);
  if (!index) return std::nullopt;
  const auto found = roots_.find(*index);
  if (found == roots_.end()) return std::nullopt;
  return found->second;
}

Handle Store::entry(std::uint32_t type, std::uint32_t key) const {
  const auto found = entries_.find(entry_key(type, key));
  return found == entries_.end() ? none : found->second.newest;
}

Handle Store::oldest_entry(std::uint32_t type, std::uint32_t key) const {
  const auto found = entries_.find(entry_key(type, key));
  return found == entries_.end() ? none : found->second.oldest;
}

Store::Chain& Store::chain(std::uint32_t type, std::uint32_t key) {
  const auto [found, made] = entries_.try_emplace(entry_key(type, key));
  if (made) types_[type].keys.push_back(key);
  return found->second;
}

void Store::set_entry(std::uint32_t type, std::uint32_t key, Handle handle) { chain(type, key).newest = handle; }

void Store::set_oldest_entry(std::uint32_t type, std::uint32_t key, Handle handle) { chain(type, key).oldest = handle; }

void Store::drop_entries(std::uint32_t type) {
  for (const std::uint32_t key : types_[type].keys) entries_.erase(entry_key(type, key));
  types_[type].keys = {};
}

Handle Store::new_item() {
  if (free_ != none) {
    const Handle handle = free_;
    free_ = items_[handle].right;
    --free_count_;
    items_[handle] = Item{};
    return handle;
  }
  items_.emplace_back();
  return static_cast<Handle>(items_.size() - 1);
}

void Store::free_item(Handle handle) {
  items_[handle] = Item{};
  items_[handle].right = free_;
  free_ = handle;
  ++free_count_;
}

std::uint32_t Store::new_type(TypeRef ref) {
  types_.emplace_back().ref = ref;
  return static_cast<std::uint32_t>(types_.size() - 1);
}

void Store::compact() {
  Arena fresh;
  fresh.reserve(arena_.size() - arena_.waste());
  for (Item& item : items_) {
    if (item.client != none && item.ref != Ref::type && item.content.bytes > 0) item.content = fresh.store(arena_.view(item.content));
  }
  arena_ = std::move(fresh);
}

Struct Store::as_struct(Handle handle) const {
  const Item& source = items_[handle];
  Struct out;
  out.client = clients_[source.client].id;
  out.clock = source.clock;
  out.len = source.len;
  out.ref = source.ref;
  if (source.is_gc()) return out;
  const auto wire_id = [&](Stamp stamp) { return WireId{clients_[stamp.client].id, stamp.clock}; };
  out.has_origin = source.origin.set();
  out.has_right_origin = source.right_origin.set();
  out.has_key = source.key != none;
  if (out.has_origin) out.origin = wire_id(source.origin);
  if (out.has_right_origin) out.right_origin = wire_id(source.right_origin);
  if (out.has_key) out.key = names_[source.key];
  const Type& parent = types_[source.parent];
  if (parent.item == none) {
    out.parent_kind = Parent::root;
    out.root = names_[parent.name];
  } else {
    out.parent_kind = Parent::item;
    out.parent = wire_id(items_[parent.item].id());
  }
  if (source.ref == Ref::type) {
    const Type& type = type_of(source);
    out.type_ref = type.ref;
    if (type.name != none) out.content = names_[type.name];
  } else {
    out.content = content(source);
  }
  return out;
}

const std::vector<std::uint32_t>& Store::clients_descending() const {
  if (descending_.size() == clients_.size()) return descending_;
  descending_.clear();
  for (std::uint32_t i = 0; i < clients_.size(); ++i) {
    if (!clients_[i].runs.empty()) descending_.push_back(i);
  }
  std::ranges::sort(descending_, [&](std::uint32_t a, std::uint32_t b) { return clients_[a].id > clients_[b].id; });
  return descending_;
}

template <class Sink>
Bytes Store::write_after(const std::vector<ClientClock>& known) const {
  std::unordered_map<std::uint64_t, std::uint64_t> clocks;
  for (const ClientClock& entry : known) clocks[entry.client] = entry.clock;
  const auto known_of = [&](std::uint64_t client) {
    const auto found = clocks.empty() ? clocks.end() : clocks.find(client);
    return found == clocks.end() ? 0 : found->second;
  };
  std::vector<std::pair<std::uint32_t, std::uint32_t>> groups;  // client, first clock
  for (const std::uint32_t index : clients_descending()) {
    const std::uint64_t from = known_of(clients_[index].id);
    if (from < clients_[index].state) groups.emplace_back(index, static_cast<std::uint32_t>(from));
  }
  Sink out;
  out.rest.out().reserve(arena_.size() + items_.size() * 12);
  out.rest.varint(groups.size());
  for (const auto& [index, from] : groups) {
    const RunIndex& runs = clients_[index].runs;
    const RunIndex::Position first = runs.find(from);
    out.rest.varint(runs.count_from(first));
    out.client(clients_[index].id);
    out.rest.varint(from);
    runs.for_each_from(first, [&](std::uint32_t clock, Handle handle) { write_struct(out, as_struct(handle), clock < from ? from - clock : 0); });
  }
  write_deletes(out, deletes());
  return out.take();
}

Bytes Store::encode_after(Format format, const std::vector<ClientClock>& known) const {
  return format == Format::v1 ? write_after<SinkV1>(known) : write_after<SinkV2>(known);
}

bool Store::mergeable(Handle left_handle, Handle right_handle) const {
  const Item& left = items_[left_handle];
  const Item& right = items_[right_handle];
  if (left.ref != right.ref || left.deleted != right.deleted) return false;
  if (left.is_gc()) return true;
  const bool kind_merges = left.ref == Ref::string || left.ref == Ref::any || left.ref == Ref::json || left.ref == Ref::deleted;
  return kind_merges && right.origin == left.last_id() && left.right == right_handle && left.right_origin == right.right_origin;
}

Bytes Store::encode_merged() const {
  std::vector<Piece> pieces;
  std::deque<std::string> owned;
  for (const std::uint32_t index : clients_descending()) {
    const RunIndex& runs = clients_[index].runs;
    Handle before = none;
    runs.for_each_from(runs.first(), [&](std::uint32_t, Handle handle) {
      if (before == none || !mergeable(before, handle)) {
        pieces.push_back({as_struct(handle), 0});
      } else {
        Struct& whole = pieces.back().what;
        whole.len += items_[handle].len;
        const std::string_view more = content(items_[handle]);
        if (!more.empty()) whole.content = owned.emplace_back(std::string(whole.content) + std::string(more));
      }
      before = handle;
    });
  }
  return encode(Format::v1, pieces, deletes());
}

std::vector<DeleteRange> Store::deletes() const {
  std::vector<DeleteRange> ranges;
  for (const std::uint32_t index : clients_descending()) {
    const Client& client = clients_[index];
    client.runs.for_each_from(client.runs.first(), [&](std::uint32_t clock, Handle handle) {
      const Item& item = items_[handle];
      if (!item.deleted) return;
      if (!ranges.empty() && ranges.back().client == client.id && ranges.back().end() == clock) {
        ranges.back().len += item.len;
      } else {
        ranges.push_back({client.id, clock, item.len});
      }
    });
  }
  return ranges;
}

std::vector<ClientClock> Store::state_vector() const {
  std::vector<ClientClock> clocks;
  for (const std::uint32_t index : clients_descending()) clocks.push_back({clients_[index].id, clients_[index].state});
  return clocks;
}

std::size_t Store::memory_bytes() const {
  std::size_t bytes = items_.capacity() * sizeof(Item) + types_.capacity() * sizeof(Type) +
                      clients_.capacity() * sizeof(Client) + arena_.memory_bytes() +
                      entries_.size() * (sizeof(std::uint64_t) * 4);
  for (const Type& type : types_) bytes += type.keys.capacity() * sizeof(std::uint32_t);
  for (const Client& client : clients_) bytes += client.runs.memory_bytes();
  return bytes;
}

}  // namespace atelier::crdt
