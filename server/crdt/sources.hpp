#pragma once

#include <string>
#include <vector>

#include "crdt/columns.hpp"
#include "crdt/update.hpp"
#include "crdt/value.hpp"

// Where an update's parts are read from, in both formats (yjs/src/utils/UpdateDecoder.js).
namespace atelier::crdt {

/// Format v1: everything one after the other.
class SourceV1 {
 public:
  SourceV1(BytesView bytes, Update&) : in(bytes) {}
  WireId left_id() { return id(); }
  WireId right_id() { return id(); }
  std::uint64_t client() { return in.varint(); }
  std::uint8_t info() { return in.byte(); }
  std::string_view string(std::uint64_t* units = nullptr) { return in.var_string(units); }
  bool parent_is_root() { return in.varint() == 1; }
  std::uint64_t type_ref() { return in.varint(); }
  std::uint64_t len() { return in.varint(); }
  std::string_view key() { return in.var_string(); }
  std::string_view json() { return in.var_string(); }
  /// Key and JSON are already as `Struct::content` wants them.
  std::string_view format() {
    const char* begin = in.at();
    in.var_string();
    in.var_string();
    return in.ok() ? std::string_view(begin, in.at()) : std::string_view{};
  }
  std::string_view document() {
    const char* begin = in.at();
    in.var_string();
    skip_any(in);
    return in.ok() ? std::string_view(begin, in.at()) : std::string_view{};
  }
  /// Strings of a legacy JSON list as v1 writes them.
  std::string_view strings(std::uint64_t count) {
    const char* begin = in.at();
    for (; count > 0 && in.ok(); --count) in.var_string();
    return in.ok() ? std::string_view(begin, in.at()) : std::string_view{};
  }
  void reset_deletes() {}
  DeleteRange delete_range(std::uint64_t client) {
    const std::uint64_t clock = in.varint();
    return {client, clock, in.varint()};
  }
  bool ok() { return in.ok(); }
  std::size_t structs_max(std::size_t bytes) const { return bytes; }

  Reader in;

 private:
  WireId id() {
    const std::uint64_t client = in.varint();
    return {client, in.varint()};
  }
};

/// The string column of format v2: one blob and lengths in UTF-16 units, which may cut a surrogate pair.
class StringColumn {
 public:
  StringColumn(Reader in, Update& update) : update_(update), blob_(in.var_string()), lengths_(in) {}
  std::string_view read(std::uint64_t* units) {
    const std::uint64_t length = lengths_.read();
    if (units != nullptr) *units = length;
    const std::string_view rest = blob_.substr(at_);
    const Utf16Cut cut = cut_utf16(rest, length);
    const std::string_view plain = rest.substr(0, cut.left_bytes);
    const bool short_of = utf16_length(plain) + (half_ ? 1 : 0) + (cut.inside_pair ? 1 : 0) != length;
    if (!half_ && !cut.inside_pair) {
      if (short_of) failed_ = true;
      at_ += cut.left_bytes;
      return plain;
    }
    return read_cut(length);
  }
  bool ok() const { return !failed_ && lengths_.ok(); }

 private:
  /// At least one end of the string lies inside a pair; each half reads as U+FFFD.
  std::string_view read_cut(std::uint64_t length) {
    std::string& text = update_.owned.emplace_back();
    if (length == 0) return text;
    if (half_) {
      text += replacement_character;
      half_ = false;
      --length;
    }
    const std::string_view rest = blob_.substr(at_);
    const Utf16Cut cut = cut_utf16(rest, length);
    text += rest.substr(0, cut.left_bytes);
    if (utf16_length(rest.substr(0, cut.left_bytes)) + (cut.inside_pair ? 1 : 0) != length) failed_ = true;
    at_ += cut.right_start;
    half_ = cut.inside_pair;
    if (half_) text += replacement_character;
    return text;
  }

  Update& update_;
  std::string_view blob_;
  NumberRunReader lengths_;
  std::size_t at_ = 0;
  bool half_ = false;  ///< the next string begins with the second half of a pair
  bool failed_ = false;
};

/// Format v2: columns, and the rest.
class SourceV2 {
 public:
  SourceV2(BytesView bytes, Update& update)
      : in(after_flag(bytes)), update_(update), key_clocks_(in.var_bytes()), clients_(Reader(in.var_bytes())),
        left_clocks_(in.var_bytes()), right_clocks_(in.var_bytes()), infos_(in.var_bytes()),
        strings_(Reader(in.var_bytes()), update), parents_(in.var_bytes()), type_refs_(Reader(in.var_bytes())),
        lens_(Reader(in.var_bytes())) {}
  WireId left_id() {
    const std::uint64_t client = clients_.read();
    return {client, left_clocks_.read()};
  }
  WireId right_id() {
    const std::uint64_t client = clients_.read();
    return {client, right_clocks_.read()};
  }
  std::uint64_t client() { return clients_.read(); }
  std::uint8_t info() { return infos_.read(); }
  std::string_view string(std::uint64_t* units = nullptr) { return strings_.read(units); }
  bool parent_is_root() { return parents_.read() == 1; }
  std::uint64_t type_ref() { return type_refs_.read(); }
  std::uint64_t len() { return lens_.read(); }
  std::string_view key() {
    const std::uint64_t clock = key_clocks_.read();
    if (clock < keys_.size()) return keys_[static_cast<std::size_t>(clock)];
    keys_.push_back(strings_.read(nullptr));
    return keys_.back();
  }
  std::string_view json() { return own(to_json(read_any(in))); }
  std::string_view format() {
    Writer out;
    out.var_bytes(key());
    out.var_bytes(to_json(read_any(in)));
    return own(out.take());
  }
  std::string_view document() {
    Writer out;
    out.var_bytes(string());
    const char* begin = in.at();
    skip_any(in);
    if (in.ok()) out.raw(BytesView(begin, in.at()));
    return own(out.take());
  }
  std::string_view strings(std::uint64_t count) {
    Writer out;
    for (; count > 0 && ok(); --count) out.var_bytes(string());
    return own(out.take());
  }
  void reset_deletes() { delete_clock_ = 0; }
  DeleteRange delete_range(std::uint64_t client) {
    const std::uint64_t clock = delete_clock_ + in.varint();
    const std::uint64_t len = in.varint() + 1;
    delete_clock_ = clock + len;
    if (delete_clock_ > wire_number_max) in.fail(Errc::varint_too_long);
    return {client, clock, len};
  }
  bool ok() {
    const bool fine = key_clocks_.ok() && clients_.ok() && left_clocks_.ok() && right_clocks_.ok() && infos_.ok() &&
                      strings_.ok() && parents_.ok() && type_refs_.ok() && lens_.ok();
    if (!fine) in.fail(Errc::malformed);
    return in.ok();
  }
  std::size_t structs_max(std::size_t bytes) const { return bytes * structs_per_byte_max + structs_free; }

  Reader in;

 private:
  static Reader after_flag(BytesView bytes) {
    Reader reader(bytes);
    if (reader.varint() != 0) reader.fail(Errc::malformed);
    return reader;
  }
  std::string_view own(std::string text) { return update_.owned.emplace_back(std::move(text)); }

  Update& update_;
  DifferenceRunReader key_clocks_;
  NumberRunReader clients_;
  DifferenceRunReader left_clocks_;
  DifferenceRunReader right_clocks_;
  ByteRunReader infos_;
  StringColumn strings_;
  ByteRunReader parents_;
  NumberRunReader type_refs_;
  NumberRunReader lens_;
  std::vector<std::string_view> keys_;
  std::uint64_t delete_clock_ = 0;
};

}  // namespace atelier::crdt
