#include "crdt/value.hpp"

#include <bit>
#include <charconv>
#include <cmath>

namespace atelier::crdt {
namespace {

// lib0/encoding.js writeAny: one tag byte, then the value.
enum Tag : std::uint8_t {
  tag_bytes = 116, tag_array = 117, tag_object = 118, tag_string = 119, tag_true = 120, tag_false = 121,
  tag_bigint = 122, tag_float64 = 123, tag_float32 = 124, tag_integer = 125, tag_null = 126, tag_undefined = 127,
};

constexpr double integer_max = 2147483647.0;

std::uint64_t read_big_endian(Reader& in, std::size_t count) {
  std::uint64_t value = 0;
  for (const char byte : in.bytes(count)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

void write_big_endian(Writer& out, std::uint64_t value, int count) {
  for (int shift = (count - 1) * 8; shift >= 0; shift -= 8) out.byte(static_cast<std::uint8_t>(value >> shift));
}

Value read_list(Reader& in, std::size_t nesting) {
  Value value = Value::array();
  for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) value.items.push_back(read_any(in, nesting - 1));
  return value;
}

Value read_members(Reader& in, std::size_t nesting) {
  Value value = Value::object();
  for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
    const std::string_view key = in.var_string();
    value.members.emplace_back(std::string(key), read_any(in, nesting - 1));
  }
  return value;
}

void write_number(Writer& out, double number) {
  if (std::trunc(number) == number && std::abs(number) <= integer_max) {
    out.byte(tag_integer);
    out.signed_varint(std::signbit(number), static_cast<std::uint64_t>(std::abs(number)));
  } else if (static_cast<double>(static_cast<float>(number)) == number) {
    out.byte(tag_float32);
    write_big_endian(out, std::bit_cast<std::uint32_t>(static_cast<float>(number)), 4);
  } else {
    out.byte(tag_float64);
    write_big_endian(out, std::bit_cast<std::uint64_t>(number), 8);
  }
}

}  // namespace

Value Value::of(std::string_view string) {
  Value value = empty(Kind::string);
  value.text = string;
  return value;
}

Value Value::of(double number) {
  Value value = empty(Kind::number);
  value.number = number;
  return value;
}

void Value::set(std::string_view key, Value value) {
  for (auto& [name, old] : members) {
    if (name != key) continue;
    old = std::move(value);
    return;
  }
  members.emplace_back(std::string(key), std::move(value));
}

void skip_any(Reader& in, std::size_t nesting) {
  if (nesting == 0) return in.fail(Errc::over_limit);
  switch (in.byte()) {
    case tag_undefined: case tag_null: case tag_true: case tag_false: return;
    case tag_integer: in.signed_varint(); return;
    case tag_float32: in.bytes(4); return;
    case tag_float64: case tag_bigint: in.bytes(8); return;
    case tag_string: in.var_string(); return;
    case tag_bytes: in.var_bytes(); return;
    case tag_array:
      for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) skip_any(in, nesting - 1);
      return;
    case tag_object:
      for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
        in.var_string();
        skip_any(in, nesting - 1);
      }
      return;
    default: in.fail(Errc::malformed);
  }
}

Value read_any(Reader& in, std::size_t nesting) {
  if (nesting == 0) return in.fail(Errc::over_limit), Value{};
  Value value;
  switch (in.byte()) {
    case tag_undefined: return value;
    case tag_null: return Value::empty(Value::Kind::null);
    case tag_true: value.boolean = true; [[fallthrough]];
    case tag_false: value.kind = Value::Kind::boolean; return value;
    case tag_integer: {
      const Reader::Signed number = in.signed_varint();
      const auto magnitude = static_cast<double>(number.magnitude);
      return Value::of(number.negative ? -magnitude : magnitude);
    }
    case tag_float32:
      return Value::of(static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(read_big_endian(in, 4)))));
    case tag_float64: return Value::of(std::bit_cast<double>(read_big_endian(in, 8)));
    case tag_bigint:
      value.kind = Value::Kind::bigint;
      value.bigint = static_cast<std::int64_t>(read_big_endian(in, 8));
      return value;
    case tag_string: return Value::of(in.var_string());
    case tag_bytes:
      value.kind = Value::Kind::bytes;
      value.text = in.var_bytes();
      return value;
    case tag_array: return read_list(in, nesting);
    case tag_object: return read_members(in, nesting);
    default: in.fail(Errc::malformed); return value;
  }
}

void write_any(Writer& out, const Value& value) {
  switch (value.kind) {
    case Value::Kind::undefined: return out.byte(tag_undefined);
    case Value::Kind::null: return out.byte(tag_null);
    case Value::Kind::boolean: return out.byte(value.boolean ? tag_true : tag_false);
    case Value::Kind::number: return write_number(out, value.number);
    case Value::Kind::bigint:
      out.byte(tag_bigint);
      return write_big_endian(out, static_cast<std::uint64_t>(value.bigint), 8);
    case Value::Kind::string: out.byte(tag_string); return out.var_bytes(value.text);
    case Value::Kind::bytes: out.byte(tag_bytes); return out.var_bytes(value.text);
    case Value::Kind::array:
      out.byte(tag_array);
      out.varint(value.items.size());
      for (const Value& item : value.items) write_any(out, item);
      return;
    case Value::Kind::object:
      out.byte(tag_object);
      out.varint(value.members.size());
      for (const auto& [key, member] : value.members) {
        out.var_bytes(key);
        write_any(out, member);
      }
  }
}

}  // namespace atelier::crdt
