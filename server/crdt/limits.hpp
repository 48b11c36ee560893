#pragma once

#include <cstddef>
#include <cstdint>

namespace atelier::crdt {

/// Ids on the wire are at most 53 bits (a JavaScript number).
inline constexpr std::uint64_t wire_number_max = (1ull << 53) - 1;
/// Clocks are stored in 32 bits; a document with more units than this by one client is refused (over_limit).
inline constexpr std::uint64_t stored_clock_max = (1ull << 32) - 2;
/// A JSON or Any value, or a tree that is read, is followed no deeper than this.
inline constexpr std::size_t value_nesting_max = 64;
inline constexpr std::size_t tree_nesting_max = 256;
/// One GC or Deleted struct that an author may bring (`check`), in units.
inline constexpr std::uint64_t deleted_units_max = 1ull << 20;
/// Structs that one byte of format v2 may stand for (its columns are run-length coded).
inline constexpr std::size_t structs_per_byte_max = 64;
/// Structs that any update of format v2 may hold, however short.
inline constexpr std::size_t structs_free = 4096;

}  // namespace atelier::crdt
