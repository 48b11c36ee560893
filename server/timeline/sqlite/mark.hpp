#pragma once

#include <filesystem>
#include <optional>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "timeline/sqlite/database.hpp"

namespace atelier::timeline {

/// A moment of a log: nothing up to here may ever be missing again.
struct HighWater {
  Bytes epoch;  ///< 16 bytes
  Sequence seq;
  Bytes chain;  ///< 32 bytes: chain.hpp's value after `seq`
  bool operator==(const HighWater&) const = default;
};

/// The high-water mark of one meeting, in a small synced file of its own beside the meeting's. A log that lost its end is
/// still a valid log and a valid chain; only something kept elsewhere shows the loss.
///
/// The file is two slots of 512 bytes, written in turn, so that a torn write leaves the other one:
///     "ATMARK1\n", epoch (16), seq (8, little-endian), chain (32), BLAKE2b-256 of these (32), zeros.
class Mark {
 public:
  /// Opens or makes the file.
  static Tried<Mark> open(const std::filesystem::path& path);
  /// What the file says, without touching it; nothing if there is no file or no whole slot.
  static std::optional<HighWater> read(const std::filesystem::path& path);

  Mark(Mark&& other) noexcept;
  Mark& operator=(Mark&& other) noexcept;
  ~Mark();

  const std::optional<HighWater>& value() const { return value_; }
  /// On the disk when it returns. A mark that is higher already stays.
  Tried<void> raise(const HighWater& to);

 private:
  Mark(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}

  std::filesystem::path path_;
  int file_ = -1;
  int slot_ = 0;  ///< the one to be written next
  std::optional<HighWater> value_;
};

}  // namespace atelier::timeline
