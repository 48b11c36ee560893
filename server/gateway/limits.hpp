#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// What the outside may ask of a server (shared/design/reliability.md 3.10). Every one is tested at its value and one beyond.
namespace atelier::gateway::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

// HTTP
inline constexpr std::size_t header_bytes_max = 8 * 1024;
inline constexpr std::size_t body_bytes_max = 64 * 1024;
inline constexpr std::size_t content_bytes_max = 4 * 1024 * 1024;  ///< body of POST /api/meetings
inline constexpr seconds phase_time{10};                           ///< a head, a body or an answer takes no longer
inline constexpr seconds keep_alive{30};

inline constexpr milliseconds catch_up_time{2'000};                ///< a GET with after=SEQ waits so long for that record
inline constexpr milliseconds catch_up_step{5};

// WebSocket
inline constexpr std::size_t message_bytes_max = 288 * 1024;       ///< an update of 256 KiB and its envelope
inline constexpr seconds message_time{10};                         ///< from a message's first byte to its last
inline constexpr seconds hello_time{10};
inline constexpr seconds ping_every{15};
inline constexpr seconds dead_after{30};
inline constexpr seconds closing_time{2};                          ///< for the other side's Close
inline constexpr std::size_t outbound_behind = 256 * 1024;         ///< waiting bytes from which a reader is slow
inline constexpr std::size_t outbound_max = 16 * 1024 * 1024;      ///< waiting bytes at which it is closed (a welcome and its texts fit)
inline constexpr int send_buffer = 64 * 1024;
inline constexpr int not_sent_low_water = 16 * 1024;
inline constexpr int user_timeout_ms = 20'000;
inline constexpr std::size_t read_bytes = 64 * 1024;               ///< one buffer a thread, not a connection

// How many
inline constexpr std::size_t sockets_max = 5'000;
inline constexpr std::size_t http_max = 1'000;                     ///< open HTTP connections that are not (yet) live ones
inline constexpr std::size_t sockets_person_max = 8;
inline constexpr std::size_t meetings_max = 200;

// What a person may do, profile venue; a rehearsal runs under bench: no per-person rates.
struct Rate {
  double per_second;
  double burst;
};
struct Profile {
  Rate messages;
  Rate bytes;
};
inline constexpr Profile venue{{.per_second = 40, .burst = 120}, {.per_second = 64 * 1024, .burst = 512 * 1024}};

// A start
inline constexpr milliseconds lock_patience{5'000};                ///< for what a server that was just killed still holds

// Join codes: 10 Crockford characters (50 bit)
inline constexpr std::size_t code_characters = 10;
inline constexpr std::size_t code_failures_max = 30;               ///< from one address in code_window
inline constexpr seconds code_window{300};
inline constexpr std::size_t code_addresses_max = 10'000;          ///< addresses that are remembered

// Sessions
inline constexpr std::chrono::hours seat_lives{72};
inline constexpr std::size_t name_characters_max = 80;
inline constexpr std::size_t field_bytes_max = 256;

}  // namespace atelier::gateway::limits
