#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crdt/wire.hpp"

namespace atelier::crdt {

/// A JavaScript value as Yjs carries it: everything that lib0's Any knows.
struct Value {
  enum class Kind : std::uint8_t { undefined, null, boolean, number, bigint, string, bytes, array, object };

  Kind kind = Kind::undefined;
  bool boolean = false;
  double number = 0;
  std::int64_t bigint = 0;
  std::string text;                                   ///< UTF-8 of a string; or raw bytes
  std::vector<Value> items;                           ///< of an array
  std::vector<std::pair<std::string, Value>> members;  ///< of an object, in order of insertion

  static Value of(std::string_view text);
  static Value of(double number);
  static Value array() { return empty(Kind::array); }
  static Value object() { return empty(Kind::object); }
  static Value empty(Kind kind) {
    Value value;
    value.kind = kind;
    return value;
  }
  void set(std::string_view key, Value value);
  bool operator==(const Value&) const = default;
};

/// Steps over one Any; fails with malformed on an unknown tag, over_limit beyond `nesting` levels.
void skip_any(Reader& in, std::size_t nesting = value_nesting_max);
Value read_any(Reader& in, std::size_t nesting = value_nesting_max);
void write_any(Writer& out, const Value& value);

/// JSON.parse and JSON.stringify, numbers as JavaScript writes them. A text that is no JSON gives undefined.
Value parse_json(std::string_view text, std::size_t nesting = value_nesting_max);
std::string to_json(const Value& value);
/// A number as JavaScript's String() writes it.
std::string number_text(double number);

}  // namespace atelier::crdt
