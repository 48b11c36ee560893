#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "room/rates.hpp"

namespace atelier::room::limits {

using std::chrono::milliseconds;

inline constexpr std::size_t message_bytes_max = 288 * 1024;    ///< One client message: an update of 256 KiB and its envelope.
inline constexpr int protobuf_depth_max = 16;
inline constexpr std::size_t presence_bytes_max = 1024;
inline constexpr std::size_t follows_max = 200;                 ///< Texts that one connection has open.
inline constexpr std::size_t in_flight_max = 1024;              ///< Commands of one connection that wait for the log; then it is read later.
inline constexpr std::size_t id_bytes_max = 64;

/// Who wrote in this time (or a room of at most so many) is a writer: told at once, else every `writer_tick`.
inline constexpr milliseconds writer_for{30'000};
inline constexpr std::size_t all_writers_max = 32;
inline constexpr milliseconds writer_tick{5};
inline constexpr milliseconds viewer_tick{40};

/// A shared welcome state is made again when it is older than this.
inline constexpr milliseconds welcome_stale{1000};

/// How much of the past is kept in memory so that a connection that was away gets what it missed as it was.
inline constexpr std::size_t ring_records_max = 16'384;
inline constexpr std::size_t ring_bytes_max = 32 * 1024 * 1024;

/// A connection that is behind (its socket takes nothing) for so long is closed; it resumes when it comes back.
inline constexpr milliseconds behind_max{30'000};

/// A command that names what is not known here waits so long: another node may have told of it a moment ago.
inline constexpr milliseconds subject_wait{500};

/// The closing of a sealed vote is acknowledged with the opening of its ballots, or after this.
inline constexpr milliseconds opening_wait{1'000};

/// What one person may ask for in a live meeting (reliability.md 3.10); a rehearsal has no such rates. The bursts
/// are for hands that are quick: all dots of a budget one by one, the notes of a table written down together.
inline constexpr Rate commands{milliseconds(50), 60};
inline constexpr Rate votes{milliseconds(500), 30};
inline constexpr Rate posts{milliseconds(10'000), 30};

/// Client ids that only a node writes with.
inline constexpr std::uint64_t reserved_client_min = 1;
inline constexpr std::uint64_t reserved_client_max = 65'535;

inline constexpr std::size_t snapshot_every = 4096;             ///< records
inline constexpr std::uint32_t retry_ms = 1000;                 ///< what a draining notice says
inline constexpr std::size_t sealed_padding_step = 256;         ///< sealed contents are padded to a multiple of this

}  // namespace atelier::room::limits
