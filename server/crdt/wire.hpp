#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "crdt/doc.hpp"
#include "crdt/limits.hpp"
#include "crdt/utf.hpp"

namespace atelier::crdt {

/// Reads lib0's primitives (lib0/decoding.js). The first error sticks: from then on every read gives 0 or nothing, so
/// a loop has only to ask ok().
class Reader {
 public:
  explicit Reader(BytesView bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return ok_; }
  Errc error() const { return error_; }
  void fail(Errc error) {
    if (ok_) error_ = error;
    ok_ = false;
    at_ = end_;
  }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  const char* at() const { return at_; }

  std::uint8_t byte() {
    if (at_ == end_) return fail(Errc::truncated), std::uint8_t{0};
    return static_cast<std::uint8_t>(*at_++);
  }
  /// readVarUint; fails with varint_too_long beyond 2^53-1.
  std::uint64_t varint() {
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80) return static_cast<std::uint8_t>(*at_++);
    return long_varint();
  }
  /// readVarInt: sign and magnitude apart, since minus zero is a value.
  struct Signed {
    bool negative = false;
    std::uint64_t magnitude = 0;
    std::int64_t value() const {
      const auto number = static_cast<std::int64_t>(magnitude);
      return negative ? -number : number;
    }
  };
  Signed signed_varint();
  BytesView bytes(std::uint64_t count) {
    if (count > left()) return fail(Errc::truncated), BytesView{};
    const BytesView taken(at_, static_cast<std::size_t>(count));
    at_ += count;
    return taken;
  }
  BytesView var_bytes() { return bytes(varint()); }
  /// readVarString; `units` gets its UTF-16 length. Not well-formed UTF-8 is malformed.
  std::string_view var_string(std::uint64_t* units = nullptr);
  /// A count of things that take at least one byte each.
  std::uint64_t count() {
    const std::uint64_t number = varint();
    if (number > left()) return fail(Errc::truncated), 0u;
    return number;
  }

 private:
  std::uint64_t long_varint();

  const char* at_;
  const char* end_;
  bool ok_ = true;
  Errc error_{};
};

/// Writes lib0's primitives to the end of a string (lib0/encoding.js).
class Writer {
 public:
  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void varint(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(0x80 | (value & 0x7F)));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }
  void signed_varint(bool negative, std::uint64_t magnitude);
  void raw(BytesView bytes) { out_.append(bytes); }
  void var_bytes(BytesView bytes) {
    varint(bytes.size());
    raw(bytes);
  }
  Bytes& out() { return out_; }
  const Bytes& out() const { return out_; }
  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

}  // namespace atelier::crdt
