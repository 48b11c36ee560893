#pragma once

#include <chrono>
#include <cstddef>

namespace atelier::timeline {

/// Entries that one XRANGE asks for.
inline constexpr std::size_t range_entries = 256;
/// After a lost connection: the first pause, doubled up to the longest.
inline constexpr std::chrono::milliseconds reconnect_pause_min{50};
inline constexpr std::chrono::milliseconds reconnect_pause_max{2'000};
/// Polls in a row that find entries which the subscription did not bring, before it counts as dead.
inline constexpr int silent_polls_max = 2;

}  // namespace atelier::timeline
