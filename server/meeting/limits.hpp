#pragma once

#include <cstddef>
#include <cstdint>

/// Every limit of the reducer. Those of ReducerLimits (record.proto) stand in a meeting's first record and only default to
/// what is here; the others are part of rules level 1 and never change for a meeting that exists.
namespace atelier::meeting::limits {

// Defaults of ReducerLimits (reliability.md 3.10)
inline constexpr std::uint32_t text_bytes_max = 4 * 1024 * 1024;
inline constexpr std::uint32_t update_bytes_max = 256 * 1024;
inline constexpr std::uint32_t cards_max = 5'000;
inline constexpr std::uint32_t texts_max = 200;
inline constexpr std::uint32_t people_max = 1'000;
inline constexpr std::uint32_t card_characters_max = 2'000;

inline constexpr std::uint32_t rules_level = 1;           ///< the newest that this code knows
inline constexpr std::uint64_t text_measure_bytes = 64 * 1024;  ///< updates after which a text's size is measured again
inline constexpr std::uint64_t reserved_client_max = 65'535;  ///< Yjs client ids 1…this are the server's own
inline constexpr std::size_t clients_per_text_max = 10'000;

inline constexpr std::size_t id_bytes_max = 64;
inline constexpr std::size_t line_characters_max = 400;     ///< titles, names of kinds and columns, reasons for hiding
inline constexpr std::size_t passage_characters_max = 8'000;  ///< long fields of a practice or an activity
inline constexpr std::size_t plain_bytes_max = 256 * 1024;  ///< the text a document is opened with

inline constexpr std::size_t phases_max = 200;
inline constexpr std::size_t tables_max = 200;
inline constexpr std::size_t lists_max = 50;
inline constexpr std::size_t votes_max = 500;
inline constexpr std::size_t options_max = 200;  ///< of one vote or list
inline constexpr std::size_t activities_max = 1'000;
inline constexpr std::size_t practices_max = 1'000;
inline constexpr std::size_t pledges_max = 5'000;
inline constexpr std::size_t reports_max = 100;
inline constexpr std::size_t objections_max = 100;    ///< to one merged idea
inline constexpr std::size_t merged_ideas_max = 100;  ///< ideas in one merge
inline constexpr std::size_t early_questions_max = 500;  ///< questions upvoted before they are posted
inline constexpr std::size_t flags_per_person = 2;
inline constexpr std::size_t matrix_cells_max = 100;  ///< in one command
inline constexpr std::size_t revert_records_max = 1'000;
inline constexpr std::uint32_t dots_max = 1'000;
inline constexpr std::int32_t score_span_max = 100;  ///< scale_max - scale_min
inline constexpr std::uint32_t timer_seconds_max = 24 * 60 * 60;
inline constexpr std::size_t sealed_bytes_max = 16 * 1024;
inline constexpr std::size_t instances_max = 100'000;
inline constexpr std::int64_t refused_burst_ms = 500;  ///< keys that follow a refused one so soon built on it
inline constexpr std::size_t verdicts_per_instance = 1'024;  ///< remembered, so that a resend gets the first answer
inline constexpr std::uint32_t folding_ballots = 5;  ///< networks with fewer ballots in a sealed vote carry no label
inline constexpr std::int64_t word_count_interval_ms = 5'000;  ///< of meeting time, between two counts of one text

}  // namespace atelier::meeting::limits
