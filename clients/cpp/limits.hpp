#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace atelier::client {

inline constexpr std::size_t message_bytes_max = 64u << 20;     ///< one message from a server
inline constexpr std::size_t http_body_bytes_max = 256u << 20;  ///< one answer of a server
/// A command that comes back "out of order" this often on one connection will never get in.
inline constexpr int out_of_order_max = 16;
inline constexpr std::chrono::milliseconds refusal_pause{
    250};  ///< before what a full or busy server refused is sent again
inline constexpr std::chrono::milliseconds reconnect_first{100};
inline constexpr std::chrono::milliseconds reconnect_most{5000};
inline constexpr std::chrono::seconds handshake_seconds_max{10};
inline constexpr std::chrono::seconds silence_seconds_max{30};

}  // namespace atelier::client
