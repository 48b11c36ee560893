#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace atelier::crdt {

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";  ///< U+FFFD

/// UTF-16 units of well-formed UTF-8.
std::size_t utf16_length(std::string_view utf8);
/// UTF-16 units of `text`, or -1 if it is not well-formed UTF-8 (as WHATWG TextDecoder with fatal: true).
std::int64_t utf16_units_checked(std::string_view text);

/// Where `text` is cut after `units` UTF-16 units. Inside a surrogate pair both halves become U+FFFD, as Yjs does.
struct Utf16Cut {
  std::size_t left_bytes;   ///< bytes of the left part that stay
  std::size_t right_start;  ///< first byte of the right part that stays
  bool inside_pair;         ///< U+FFFD is missing at the end of the left and at the start of the right part
};
Utf16Cut cut_utf16(std::string_view text, std::size_t units);

/// Appends `text` without its first `units` UTF-16 units.
void append_from_unit(std::string& out, std::string_view text, std::size_t units);

}  // namespace atelier::crdt
