#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace atelier::cli {

inline constexpr std::size_t content_file_bytes_max = 4u << 20;
inline constexpr std::size_t script_file_bytes_max = 64u << 20;
inline constexpr std::size_t script_events_max = 1'000'000;
inline constexpr std::int64_t script_second_max =
    30 * 24 * 3600;  ///< a meeting's script lasts at most 30 days
/// Fewer answers than this are never shown: a mean of four is nearly a name (features.md E1).
inline constexpr int survey_answers_min = 5;
inline constexpr std::size_t token_file_bytes_max = 4096;
inline constexpr std::size_t access_file_bytes_max = 64u << 10;
inline constexpr std::chrono::seconds answer_seconds_max{30};  ///< the server's time for one answer
inline constexpr std::chrono::milliseconds ask_again_pause{200};
/// Those who only look share a person; a server lets one person have 8 connections.
inline constexpr std::size_t viewer_connections_a_person = 8;
inline constexpr std::size_t load_connections_max = 20'000;
inline constexpr std::chrono::seconds load_settle_max{
    20};  ///< after the last letter, for everybody to have all of them
inline constexpr std::size_t problems_max = 200;  ///< then reading stops
/// How long a closed sealed vote may take to be opened before a dump is taken all the same.
inline constexpr std::chrono::milliseconds quiet_pause{10};
inline constexpr int quiet_tries = 500;

}  // namespace atelier::cli
