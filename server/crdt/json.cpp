#include <charconv>
#include <cmath>

#include "crdt/value.hpp"

namespace atelier::crdt {
namespace {

/// JSON.parse by recursive descent, bounded in depth.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  Value whole(std::size_t nesting) {
    Value value = read(nesting);
    space();
    return failed_ || at_ != text_.size() ? Value{} : value;
  }

 private:
  bool take(char expected) {
    space();
    if (at_ >= text_.size() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return failed_ = true, false;
    at_ += expected.size();
    return true;
  }
  void space() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").contains(text_[at_])) ++at_;
  }

  Value read(std::size_t nesting) {
    space();
    if (nesting == 0 || at_ >= text_.size()) return failed_ = true, Value{};
    Value value;
    switch (text_[at_]) {
      case '{': return object(nesting);
      case '[': return array(nesting);
      case '"': ++at_; return Value::of(string());
      case 'n': word("null"); return Value::empty(Value::Kind::null);
      case 't': word("true"); value.boolean = true; value.kind = Value::Kind::boolean; return value;
      case 'f': word("false"); value.kind = Value::Kind::boolean; return value;
      default: return number();
    }
  }

  Value object(std::size_t nesting) {
    Value value = Value::object();
    ++at_;
    if (take('}')) return value;
    do {
      if (!take('"')) return failed_ = true, value;
      const std::string key = string();
      if (!take(':')) return failed_ = true, value;
      value.set(key, read(nesting - 1));
    } while (!failed_ && take(','));
    if (!take('}')) failed_ = true;
    return value;
  }

  Value array(std::size_t nesting) {
    Value value = Value::array();
    ++at_;
    if (take(']')) return value;
    do {
      value.items.push_back(read(nesting - 1));
    } while (!failed_ && take(','));
    if (!take(']')) failed_ = true;
    return value;
  }

  Value number() {
    double result = 0;
    if (text_[at_] != '-' && (text_[at_] < '0' || text_[at_] > '9')) return failed_ = true, Value{};
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), result);
    if (error == std::errc::result_out_of_range) result = HUGE_VAL;
    if (error != std::errc{} && error != std::errc::result_out_of_range) failed_ = true;
    at_ += static_cast<std::size_t>(end - begin);
    return Value::of(result);
  }

  std::string string() {
    std::string out;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\') {
        escape(out);
      } else {
        out.push_back(text_[at_++]);
      }
    }
    if (at_ >= text_.size()) failed_ = true;
    ++at_;
    return out;
  }

  void escape(std::string& out) {
    if (++at_ >= text_.size()) return;
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const char letter = text_[at_++];
    if (const std::size_t index = letters.find(letter); index != std::string_view::npos) {
      out.push_back(meanings[index]);
    } else if (letter == 'u') {
      unicode(out);
    } else {
      failed_ = true;
    }
  }

  std::uint32_t four_digits() {
    std::uint32_t unit = 0;
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (digits.size() != 4 || error != std::errc{} || end != digits.data() + 4) return failed_ = true, 0u;
    at_ += 4;
    return unit;
  }

  /// A lone surrogate cannot be UTF-8; it becomes U+FFFD.
  void unicode(std::string& out) {
    std::uint32_t code = four_digits();
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      const std::size_t before = at_;
      at_ += 2;
      const std::uint32_t low = four_digits();
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      } else {
        at_ = before;
      }
    }
    if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
    append_code(out, code);
  }

  static void append_code(std::string& out, std::uint32_t code) {
    const auto push = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) return push(code);
    if (code < 0x800) {
      push(0xC0 | code >> 6);
    } else if (code < 0x10000) {
      push(0xE0 | code >> 12);
      push(0x80 | (code >> 6 & 0x3F));
    } else {
      push(0xF0 | code >> 18);
      push(0x80 | (code >> 12 & 0x3F));
      push(0x80 | (code >> 6 & 0x3F));
    }
    push(0x80 | (code & 0x3F));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

void append_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  constexpr std::string_view letters = "btn.fr";  // from 8
  out.push_back('"');
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      out.push_back('\\');
      out.push_back(character);
    } else if (byte >= 8 && byte <= 13 && byte != 11) {
      out.push_back('\\');
      out.push_back(letters[byte - 8u]);
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(hex[byte >> 4]);
      out.push_back(hex[byte & 15]);
    } else {
      out.push_back(character);
    }
  }
  out.push_back('"');
}

void append_json(std::string& out, const Value& value);

void append_items(std::string& out, const std::vector<Value>& items) {
  out.push_back('[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_json(out, items[i]);
  }
  out.push_back(']');
}

void append_members(std::string& out, const Value& value) {
  out.push_back('{');
  bool first = true;
  for (const auto& [key, member] : value.members) {
    if (member.kind == Value::Kind::undefined) continue;
    if (!first) out.push_back(',');
    first = false;
    append_string(out, key);
    out.push_back(':');
    append_json(out, member);
  }
  out.push_back('}');
}

/// What JSON.stringify makes of a Uint8Array: an object of its indexes.
void append_bytes(std::string& out, std::string_view bytes) {
  out.push_back('{');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) out.push_back(',');
    out += '"' + std::to_string(i) + "\":" + std::to_string(static_cast<unsigned char>(bytes[i]));
  }
  out.push_back('}');
}

void append_json(std::string& out, const Value& value) {
  switch (value.kind) {
    case Value::Kind::undefined: case Value::Kind::null: out += "null"; return;
    case Value::Kind::boolean: out += value.boolean ? "true" : "false"; return;
    case Value::Kind::number: out += std::isfinite(value.number) ? number_text(value.number == 0 ? 0 : value.number) : "null"; return;
    case Value::Kind::bigint: out += std::to_string(value.bigint); return;
    case Value::Kind::string: return append_string(out, value.text);
    case Value::Kind::bytes: return append_bytes(out, value.text);
    case Value::Kind::array: return append_items(out, value.items);
    case Value::Kind::object: return append_members(out, value);
  }
}

}  // namespace

Value parse_json(std::string_view text, std::size_t nesting) { return JsonReader(text).whole(nesting); }

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

// ECMA-262 Number::toString: the shortest digits that read back the same, laid out by the exponent.
std::string number_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  if (number == 0) return "0";
  char buffer[40];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, std::abs(number), std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), end, exponent);
  const int point = exponent + 1;  // digits before the decimal point
  const int count = static_cast<int>(digits.size());
  const std::string sign = number < 0 ? "-" : "";
  if (count <= point && point <= 21) return sign + digits + std::string(static_cast<std::size_t>(point - count), '0');
  if (0 < point && point <= 21) {
    return sign + digits.substr(0, static_cast<std::size_t>(point)) + '.' + digits.substr(static_cast<std::size_t>(point));
  }
  if (-6 < point && point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  const std::string tail = std::string("e") + (exponent < 0 ? "-" : "+") + std::to_string(std::abs(exponent));
  return sign + digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") + tail;
}

}  // namespace atelier::crdt
