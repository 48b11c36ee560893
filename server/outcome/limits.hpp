#pragma once

#include <cstddef>
#include <cstdint>

namespace atelier::outcome {

inline constexpr std::size_t page_entries = 1024;           ///< entries read from a history at once
inline constexpr std::uint64_t checkpoint_entries = 4096;   ///< a replay without kept snapshots remembers one each so many
inline constexpr std::size_t checkpoints_max = 64;          ///< of these in memory
inline constexpr std::size_t event_text_characters_max = 120;
inline constexpr std::size_t density_buckets_max = 10'000;
inline constexpr std::size_t compared_sentences_max = 4'000;  ///< a text: above, it is shown as replaced whole

}  // namespace atelier::outcome
