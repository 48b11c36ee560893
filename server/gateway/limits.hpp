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
/// A first message names what a client has: a state vector for each text it has open, about 10 bytes for everybody who ever
/// wrote in it. Fifteen texts of 300 people fit; 4 KiB would turn away who has been in one busy text.
inline constexpr std::size_t hello_bytes_max = 64 * 1024;
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
inline constexpr std::size_t meetings_max = 200;

// What a person may do: a meeting runs under venue, a rehearsal, where one program plays everybody, under bench. Rates of
// messages hold under venue only; those of commands are in room/limits.hpp.
struct Rate {
  double per_second;
  double burst;
};
struct Profile {
  Rate messages;
  Rate bytes;
  std::size_t sockets_seat;    ///< tabs of one browser with one seat
  std::size_t sockets_person;
  std::size_t sockets_unsaid;  ///< of this node that have not said Hello
  seconds hello_time;          ///< from the handshake to Hello
};
inline constexpr Profile venue{.messages = {.per_second = 40, .burst = 120},
                               .bytes = {.per_second = 64 * 1024, .burst = 512 * 1024},
                               .sockets_seat = 4,
                               .sockets_person = 8,
                               .sockets_unsaid = 200,
                               .hello_time = seconds(5)};
inline constexpr Profile bench{.messages = {}, .bytes = {}, .sockets_seat = 64, .sockets_person = 64, .sockets_unsaid = sockets_max,
                               .hello_time = seconds(10)};

// A start
inline constexpr milliseconds lock_patience{5'000};                ///< for what a server that was just killed still holds

// Join codes: 10 Crockford characters (50 bit)
inline constexpr std::size_t code_characters = 10;
inline constexpr std::size_t code_failures_max = 30;               ///< from one address in code_window
inline constexpr seconds code_window{300};
inline constexpr std::size_t code_addresses_max = 10'000;          ///< addresses that are remembered
inline constexpr std::size_t code_failures_second_max = 50;        ///< of all addresses in one second; then every try waits
inline constexpr milliseconds code_delay{1'000};                   ///< so long

// Sessions
inline constexpr std::chrono::hours seat_lives{72};
inline constexpr std::size_t name_characters_max = 80;
inline constexpr std::size_t field_bytes_max = 256;

}  // namespace atelier::gateway::limits
