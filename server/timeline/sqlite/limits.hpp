#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace atelier::timeline {

/// The mark is written after so many entries at the latest.
inline constexpr std::uint64_t mark_entries = 256;
/// A meeting's WAL is brought into the file after so long without an append, …
inline constexpr std::chrono::milliseconds idle_before_checkpoint{1'000};
/// … and when it is longer than this, however busy the meeting is.
inline constexpr int wal_pages_max = 4'096;
/// How often a directory that another server has is tried again.
inline constexpr std::chrono::milliseconds lock_step{20};
/// A meeting's file is waited for so long. Only a killed process that is not quite gone can have it: the directory is ours.
inline constexpr std::chrono::milliseconds file_patience{1'000};
/// Threads that commit; a meeting stays on one of them.
inline constexpr std::size_t writers_max = 64;

}  // namespace atelier::timeline
