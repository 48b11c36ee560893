#pragma once

#include <cstddef>
#include <cstdint>

namespace atelier::timeline {

/// A body; the largest is a meeting's content (4 MiB over HTTP) with its header.
inline constexpr std::size_t entry_bytes_max = 5u << 20;
/// One commit (one fsync): whichever comes first; an entry larger than this goes alone.
inline constexpr std::size_t commit_entries_max = 256;
inline constexpr std::size_t commit_bytes_max = 1u << 20;
/// What may wait for a commit, a meeting; beyond it append() answers `full`.
inline constexpr std::size_t waiting_entries_max = 65'536;
inline constexpr std::size_t waiting_bytes_max = 256u << 20;
/// What one callback of follow() gives at most; an entry larger than this comes alone.
inline constexpr std::size_t page_entries_max = 1'024;
inline constexpr std::size_t page_bytes_max = 1u << 20;
/// A snapshot's state; a larger one is not kept.
inline constexpr std::size_t snapshot_bytes_max = 64u << 20;
/// Snapshots that stay: the newest ones, and the first in each stride.
inline constexpr std::size_t snapshots_newest = 2;
inline constexpr std::uint64_t snapshot_stride = 4'096;
/// Letters of a meeting's name.
inline constexpr std::size_t meeting_id_max = 32;

inline constexpr std::size_t epoch_bytes = 16;
inline constexpr std::size_t chain_bytes = 32;

}  // namespace atelier::timeline
