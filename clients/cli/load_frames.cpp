#include "load_frames.hpp"

#include "atelier/v1/wire.pb.h"

namespace atelier::cli {

std::uint32_t LoadFrames::number_of(BytesView message) {
  const auto [known, is_new] =
      numbers_.try_emplace(std::string(message), static_cast<std::uint32_t>(frames_.size()));
  if (!is_new) return known->second;
  LoadFrame& frame = frames_.emplace_back();
  v1::ServerMessage parsed;
  frame.readable = parsed.ParseFromArray(message.data(), static_cast<int>(message.size()));
  for (const v1::TextUpdate& update : parsed.text_update()) {
    frame.updates.push_back(update.update());
    frame.state = frame.state || update.state();
    if (update.update().empty()) continue;
    const auto ranges = clocks_of_update(update.update());
    frame.readable = frame.readable && ranges;
    if (ranges) frame.letters.insert(frame.letters.end(), ranges->begin(), ranges->end());
  }
  return known->second;
}

std::uint64_t LoadLetters::count(std::uint64_t client) const {
  const auto found = due_.find(client);
  return found == due_.end() ? 0 : found->second.size();
}

std::uint64_t LoadLetters::total() const {
  std::uint64_t sum = 0;
  for (const auto& [client, times] : due_) sum += times.size();
  return sum;
}

const LoadLetters::Time* LoadLetters::due(std::uint64_t client, std::uint64_t clock) const {
  const auto found = due_.find(client);
  return found == due_.end() || clock >= found->second.size() ? nullptr : &found->second[clock];
}

}  // namespace atelier::cli
