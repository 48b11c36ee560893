#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/bytes.hpp"
#include "update_scan.hpp"

namespace atelier::cli {

/// A message of the server as a load sees it.
struct LoadFrame {
  std::vector<Bytes> updates;       ///< of the text, in order
  std::vector<ClockRange> letters;  ///< that the updates bring
  bool state = false;               ///< brings a state diff: its letters have no time of arrival
  bool readable = true;             ///< it could be parsed, updates included
};

/// Messages by number. What goes to many is equal byte for byte, so it is parsed once for all of
/// them.
class LoadFrames {
 public:
  std::uint32_t number_of(BytesView message);
  const LoadFrame& frame(std::uint32_t number) const { return frames_[number]; }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<LoadFrame> frames_;
};

/// When each letter was to be typed.
class LoadLetters {
 public:
  using Time = std::chrono::steady_clock::time_point;
  void typed(std::uint64_t client, Time due) { due_[client].push_back(due); }
  std::uint64_t count(std::uint64_t client) const;
  std::uint64_t total() const;
  /// Nothing for clocks that are not a load's letters.
  const Time* due(std::uint64_t client, std::uint64_t clock) const;
  const std::unordered_map<std::uint64_t, std::vector<Time>>& all() const { return due_; }

 private:
  std::unordered_map<std::uint64_t, std::vector<Time>> due_;  ///< client -> by clock
};

}  // namespace atelier::cli
