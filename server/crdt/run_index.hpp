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
  Position find(std::uint32_t clock) const;
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

  std::vector<Leaf> leaves_;
  std::vector<std::uint32_t> firsts_;  ///< first clock of each leaf
  std::size_t size_ = 0;
};

}  // namespace atelier::crdt
