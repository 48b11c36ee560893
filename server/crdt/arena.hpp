#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace atelier::crdt {

/// Where an item's content lies: `bytes` used of a block that is 2^power long, or just as long as it is used (power 0).
struct Block {
  std::uint32_t offset = 0;
  std::uint32_t bytes = 0;
  std::uint8_t power = 0;
};

/// The contents of a document's items, one after the other. Text that grows at its end gets slack so that typing
/// appends in place; blocks with slack are used again, others are left until the owner compacts.
class Arena {
 public:
  std::string_view view(const Block& block) const { return {data_.data() + block.offset, block.bytes}; }
  Block store(std::string_view content) {
    const Block block{static_cast<std::uint32_t>(data_.size()), static_cast<std::uint32_t>(content.size()), 0};
    data_.append(content);
    return block;
  }
  /// `content` must not lie in this arena.
  void append(Block& block, std::string_view content);
  void release(Block& block);
  /// Puts `right` behind `left`; without copying if it lies there.
  void join(Block& left, Block& right);
  /// Cuts `block` at `at`; both parts stay where they are. Slack is given up.
  Block cut(Block& block, std::size_t at);

  /// Bytes that no item uses, slack apart.
  std::size_t waste() const { return waste_; }
  std::size_t size() const { return data_.size(); }
  std::size_t memory_bytes() const { return data_.capacity(); }
  void reserve(std::size_t bytes) { data_.reserve(bytes); }

 private:
  static constexpr std::uint8_t power_min = 5;
  Block take(std::uint8_t power);

  std::string data_;
  std::array<std::vector<std::uint32_t>, 32> free_;  ///< offsets of unused blocks by power
  std::size_t waste_ = 0;
};

}  // namespace atelier::crdt
