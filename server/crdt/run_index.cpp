#include "crdt/run_index.hpp"

namespace atelier::crdt {
namespace {

template <class Vector, class Value>
void insert_at(Vector& vector, std::size_t index, Value value) {
  vector.insert(vector.begin() + static_cast<std::ptrdiff_t>(index), value);
}

template <class Vector>
Vector cut_half(Vector& vector) {
  const auto middle = vector.begin() + static_cast<std::ptrdiff_t>(vector.size() / 2);
  Vector tail(middle, vector.end());
  vector.erase(middle, vector.end());
  return tail;
}

}  // namespace

RunIndex::Position RunIndex::last() const {
  return {static_cast<std::uint32_t>(leaves_.size() - 1), static_cast<std::uint32_t>(leaves_.back().clocks.size() - 1)};
}

std::size_t RunIndex::count_from(Position position) const {
  std::size_t count = leaves_[position.leaf].clocks.size() - position.slot;
  for (std::size_t leaf = position.leaf + 1u; leaf < leaves_.size(); ++leaf) count += leaves_[leaf].clocks.size();
  return count;
}

RunIndex::Position RunIndex::next(Position position) const {
  if (position.slot + 1 < leaves_[position.leaf].clocks.size()) return {position.leaf, position.slot + 1};
  return {position.leaf + 1, 0};
}

RunIndex::Position RunIndex::previous(Position position) const {
  if (position.slot > 0) return {position.leaf, position.slot - 1};
  return {position.leaf - 1, static_cast<std::uint32_t>(leaves_[position.leaf - 1].clocks.size() - 1)};
}

void RunIndex::append(std::uint32_t clock, Handle handle) {
  if (leaves_.empty() || leaves_.back().clocks.size() >= leaf_max) {
    leaves_.emplace_back();
    firsts_.push_back(clock);
  }
  leaves_.back().clocks.push_back(clock);
  leaves_.back().handles.push_back(handle);
  ++size_;
}

RunIndex::Position RunIndex::insert_after(Position position, std::uint32_t clock, Handle handle) {
  if (leaves_[position.leaf].clocks.size() >= leaf_max) {
    Leaf& full = leaves_[position.leaf];
    Leaf tail{cut_half(full.clocks), cut_half(full.handles)};
    const auto half = static_cast<std::uint32_t>(full.clocks.size());
    insert_at(firsts_, position.leaf + 1u, tail.clocks.front());
    leaves_.insert(leaves_.begin() + position.leaf + 1, std::move(tail));
    if (position.slot >= half) position = {position.leaf + 1, position.slot - half};
  }
  Leaf& leaf = leaves_[position.leaf];
  insert_at(leaf.clocks, position.slot + 1u, clock);
  insert_at(leaf.handles, position.slot + 1u, handle);
  ++size_;
  return {position.leaf, position.slot + 1};
}

RunIndex::Position RunIndex::erase(Position position) {
  const Position before = previous(position);
  Leaf& leaf = leaves_[position.leaf];
  leaf.clocks.erase(leaf.clocks.begin() + position.slot);
  leaf.handles.erase(leaf.handles.begin() + position.slot);
  --size_;
  if (leaf.clocks.empty()) {
    leaves_.erase(leaves_.begin() + position.leaf);
    firsts_.erase(firsts_.begin() + position.leaf);
  } else {
    firsts_[position.leaf] = leaf.clocks.front();
  }
  return before;
}

std::size_t RunIndex::memory_bytes() const {
  std::size_t bytes = leaves_.capacity() * sizeof(Leaf) + firsts_.capacity() * sizeof(std::uint32_t);
  for (const Leaf& leaf : leaves_) bytes += (leaf.clocks.capacity() + leaf.handles.capacity()) * sizeof(std::uint32_t);
  return bytes;
}

}  // namespace atelier::crdt
