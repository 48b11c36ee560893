#include "crdt/arena.hpp"

#include <bit>

namespace atelier::crdt {

Block Arena::take(std::uint8_t power) {
  auto& unused = free_[power];
  if (!unused.empty()) {
    const std::uint32_t offset = unused.back();
    unused.pop_back();
    return {offset, 0, power};
  }
  const auto offset = static_cast<std::uint32_t>(data_.size());
  data_.resize(data_.size() + (std::size_t{1} << power));
  return {offset, 0, power};
}

void Arena::append(Block& block, std::string_view content) {
  const std::size_t needed = block.bytes + content.size();
  const std::size_t room = block.power > 0 ? std::size_t{1} << block.power : block.bytes;
  if (needed > room) {
    auto power = static_cast<std::uint8_t>(std::bit_width(needed + needed / 4));
    if (power < power_min) power = power_min;
    Block larger = take(power);
    std::memcpy(data_.data() + larger.offset, data_.data() + block.offset, block.bytes);
    larger.bytes = block.bytes;
    release(block);
    block = larger;
  }
  std::memcpy(data_.data() + block.offset + block.bytes, content.data(), content.size());
  block.bytes += static_cast<std::uint32_t>(content.size());
}

void Arena::join(Block& left, Block& right) {
  if (left.power == 0 && left.offset + left.bytes == right.offset) {
    left.bytes += right.bytes;
    left.power = 0;
    if (right.power > 0) waste_ += (std::size_t{1} << right.power) - right.bytes;
  } else {
    append(left, std::string(view(right)));
    release(right);
  }
  right = {};
}

void Arena::release(Block& block) {
  if (block.power > 0) {
    free_[block.power].push_back(block.offset);
  } else {
    waste_ += block.bytes;
  }
  block = {};
}

Block Arena::cut(Block& block, std::size_t at) {
  const auto left = static_cast<std::uint32_t>(at);
  if (block.power > 0) waste_ += (std::size_t{1} << block.power) - block.bytes;
  const Block right{block.offset + left, block.bytes - left, 0};
  block.bytes = left;
  block.power = 0;
  return right;
}

}  // namespace atelier::crdt
