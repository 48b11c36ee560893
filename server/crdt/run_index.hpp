#pragma once

#include <cstdint>
#include <vector>

namespace atelier::crdt {

using Handle = std::uint32_t;  ///< index of an item in its store
inline constexpr std::uint32_t none = UINT32_MAX;

/// The structs of one client in order of their clocks, in leaves of at most 256: finding is O(log n), inserting and
/// erasing O(256). Consecutive structs have no gap, so the last end is the client's state.
class RunIndex {
 public:
  struct Position {
    std::uint32_t leaf = 0;
    std::uint32_t slot = 0;
    friend bool operator==(const Position&, const Position&) = default;
  };

  bool empty() const { return leaves_.empty(); }
  std::size_t size() const { return size_; }
  Position first() const { return {0, 0}; }
  Position last() const;
  /// The struct that begins at or last before `clock`; the index must not be empty.
  Position find(std::uint32_t clock) const {
    const auto leaf = static_cast<std::uint32_t>(firsts_.size() == 1 ? 0 : last_not_after(firsts_, clock));
    return {leaf, last_not_after(leaves_[leaf].clocks, clock)};
  }
  /// How many structs there are from `position` on.
  std::size_t count_from(Position position) const;
  /// Calls `visit(clock, handle)` for each struct from `position` on.
  template <class Visit>
  void for_each_from(Position position, const Visit& visit) const {
    for (std::size_t leaf = position.leaf, slot = position.slot; leaf < leaves_.size(); ++leaf, slot = 0) {
      const Leaf& here = leaves_[leaf];
      for (; slot < here.clocks.size(); ++slot) visit(here.clocks[slot], here.handles[slot]);
    }
  }
  Handle at(Position position) const { return leaves_[position.leaf].handles[position.slot]; }
  std::uint32_t clock_at(Position position) const { return leaves_[position.leaf].clocks[position.slot]; }
  bool is_first(Position position) const { return position.leaf == 0 && position.slot == 0; }
  bool is_last(Position position) const { return position == last(); }
  Position next(Position position) const;
  Position previous(Position position) const;

  void append(std::uint32_t clock, Handle handle);
  /// Returns where it is then; positions after it change.
  Position insert_after(Position position, std::uint32_t clock, Handle handle);
  /// Erases the struct at `position`, which is not the first of all; returns the one before.
  Position erase(Position position);

  std::size_t memory_bytes() const;

 private:
  struct Leaf {
    std::vector<std::uint32_t> clocks;
    std::vector<Handle> handles;
  };
  static constexpr std::size_t leaf_max = 256;

  /// Index of the last element that is not greater than `clock`; the first one is not. No branch depends on the data.
  static std::uint32_t last_not_after(const std::vector<std::uint32_t>& clocks, std::uint32_t clock) {
    if (clocks.back() <= clock) return static_cast<std::uint32_t>(clocks.size() - 1);
    const std::uint32_t* base = clocks.data();
    for (std::size_t size = clocks.size(); size > 1;) {
      const std::size_t half = size / 2;
      base += base[half] <= clock ? half : 0;
      size -= half;
    }
    return static_cast<std::uint32_t>(base - clocks.data());
  }

  std::vector<Leaf> leaves_;
  std::vector<std::uint32_t> firsts_;  ///< first clock of each leaf
  std::size_t size_ = 0;
};

}  // namespace atelier::crdt
