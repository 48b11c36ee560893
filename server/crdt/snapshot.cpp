#include "crdt/snapshot.hpp"

#include <algorithm>

#include "crdt/engine.hpp"

namespace atelier::crdt {

Snapshot take_snapshot(const Doc& doc) { return {doc.impl().store.deletes(), doc.impl().store.state_vector()}; }

Bytes encode_snapshot(const Snapshot& snapshot, Format format) {
  Bytes out = encode_deletes(format, snapshot.deletes);
  out += encode_state_vector(snapshot.clocks);
  return out;
}

Result<Snapshot, Errc> decode_snapshot(BytesView bytes, Format format) {
  Reader in(bytes);
  Snapshot snapshot;
  snapshot.deletes = canonical_deletes(read_deletes(in, format));
  const BytesView rest = in.bytes(in.left());
  if (!in.ok()) return std::unexpected(in.error());
  auto clocks = decode_state_vector(rest);
  if (!clocks) return std::unexpected(clocks.error());
  snapshot.clocks = std::move(*clocks);
  std::ranges::sort(snapshot.clocks, std::greater<>(), &ClientClock::client);
  const auto twice = std::ranges::adjacent_find(snapshot.clocks, std::equal_to<>(), &ClientClock::client);
  if (twice != snapshot.clocks.end()) return std::unexpected(Errc::malformed);
  return snapshot;
}

std::uint64_t View::clock_of(std::uint64_t client) const {
  const auto found = std::ranges::lower_bound(snapshot_->clocks, client, std::greater<>(), &ClientClock::client);
  return found == snapshot_->clocks.end() || found->client != client ? 0 : found->clock;
}

bool View::known(const Item& item) const {
  return snapshot_ == nullptr || item.clock < clock_of(store_.client(item.client).id);
}

std::vector<View::Part> View::parts(const Item& item) const {
  if (snapshot_ == nullptr) {
    if (item.deleted) return {};
    return {{0, item.len}};
  }
  const std::uint64_t client = store_.client(item.client).id;
  const std::uint64_t end = std::min<std::uint64_t>(item.end(), clock_of(client));
  std::vector<Part> parts;
  std::uint64_t at = item.clock;
  const auto add = [&](std::uint64_t until) {
    if (until > at) parts.push_back({static_cast<std::uint32_t>(at - item.clock), static_cast<std::uint32_t>(until - item.clock)});
  };
  const auto before = [](const DeleteRange& range, const WireId& id) {
    return range.client != id.client ? range.client > id.client : range.end() <= id.clock;
  };
  auto range = std::lower_bound(snapshot_->deletes.begin(), snapshot_->deletes.end(), WireId{client, at}, before);
  for (; range != snapshot_->deletes.end() && range->client == client && range->clock < end; ++range) {
    add(std::min(range->clock, end));
    at = std::max(at, range->end());
  }
  add(end);
  return parts;
}

}  // namespace atelier::crdt
