#include "crdt/wire.hpp"

namespace atelier::crdt {

std::uint64_t Reader::long_varint() {
  std::uint64_t value = 0;
  const char* at = at_;
  for (unsigned shift = 0; shift < 63; shift += 7) {
    if (at == end_) return fail(Errc::truncated), 0u;
    const auto next = static_cast<std::uint8_t>(*at++);
    value |= static_cast<std::uint64_t>(next & 0x7F) << shift;
    if (next >= 0x80) continue;
    if (value > wire_number_max) break;
    at_ = at;
    return value;
  }
  fail(Errc::varint_too_long);
  return 0;
}

Reader::Signed Reader::signed_varint() {
  std::uint8_t next = byte();
  Signed result{(next & 0x40) != 0, next & 0x3Fu};
  for (unsigned shift = 6; next >= 0x80; shift += 7) {
    if (shift > 55) return fail(Errc::varint_too_long), Signed{};
    next = byte();
    if (!ok_) return {};
    result.magnitude |= static_cast<std::uint64_t>(next & 0x7F) << shift;
  }
  return result;
}

std::string_view Reader::var_string(std::uint64_t* units) {
  const BytesView text = var_bytes();
  if (!ok_) return {};
  const std::int64_t length = utf16_units_checked(text);
  if (length < 0) return fail(Errc::malformed), std::string_view{};
  if (units != nullptr) *units = static_cast<std::uint64_t>(length);
  return text;
}

void Writer::signed_varint(bool negative, std::uint64_t magnitude) {
  const auto sign = static_cast<std::uint8_t>(negative ? 0x40 : 0);
  const auto more = static_cast<std::uint8_t>(magnitude > 0x3F ? 0x80 : 0);
  byte(static_cast<std::uint8_t>(more | sign | (magnitude & 0x3F)));
  magnitude >>= 6;
  while (magnitude > 0) {
    byte(static_cast<std::uint8_t>((magnitude > 0x7F ? 0x80 : 0) | (magnitude & 0x7F)));
    magnitude >>= 7;
  }
}

}  // namespace atelier::crdt
