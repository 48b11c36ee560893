#include "crdt/utf.hpp"

#include "crdt/rich_text.hpp"

namespace atelier::crdt {
namespace {

using Byte = unsigned char;

bool continues(Byte byte) { return (byte & 0xC0) == 0x80; }

/// Bytes of the well-formed sequence that starts at `at`; 0 if there is none.
std::size_t sequence_bytes(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<Byte>(text[at + i]); };
  const std::size_t left = text.size() - at;
  const Byte first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || left < 2 || !continues(byte(1))) return 0;
  if (first < 0xE0) return 2;
  if (left < 3 || !continues(byte(2))) return 0;
  if (first < 0xF0) {
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (first > 0xF4 || left < 4 || !continues(byte(3))) return 0;
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return 4;
}

/// Units that the byte adds: one for a lead byte, a second for the lead of four bytes.
std::size_t units_of(char character) {
  const auto byte = static_cast<Byte>(character);
  return continues(byte) ? 0u : byte >= 0xF0 ? 2u : 1u;
}

}  // namespace

std::int64_t utf16_units_checked(std::string_view text) {
  std::int64_t units = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<Byte>(text[at]) < 0x80) {
      ++at;
      ++units;
      continue;
    }
    const std::size_t bytes = sequence_bytes(text, at);
    if (bytes == 0) return -1;
    units += bytes == 4 ? 2 : 1;
    at += bytes;
  }
  return units;
}

std::size_t utf16_length(std::string_view utf8) {
  std::size_t units = 0;
  for (const char character : utf8) units += units_of(character);
  return units;
}

std::size_t utf16_to_byte(std::string_view utf8, std::size_t units) {
  return cut_utf16(utf8, units).left_bytes;
}

Utf16Cut cut_utf16(std::string_view text, std::size_t units) {
  std::size_t at = 0;
  std::size_t seen = 0;
  while (at < text.size() && seen < units) {
    const auto first = static_cast<Byte>(text[at]);
    const std::size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (bytes == 4 && seen + 1 == units) return {at, at + 4, true};
    seen += bytes == 4 ? 2 : 1;
    at += bytes;
  }
  return {at, at, false};
}

void append_from_unit(std::string& out, std::string_view text, std::size_t units) {
  const Utf16Cut cut = cut_utf16(text, units);
  if (cut.inside_pair) out += replacement_character;
  out += text.substr(cut.right_start);
}

}  // namespace atelier::crdt
