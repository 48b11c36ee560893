#include <algorithm>
#include <unordered_map>

#include "crdt/columns.hpp"
#include "crdt/update.hpp"
#include "crdt/value.hpp"

namespace atelier::crdt {
namespace {

constexpr std::uint8_t bit_origin = 0x80, bit_right_origin = 0x40, bit_key = 0x20, ref_bits = 0x1F;

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

template <class Source>
class UpdateReader {
 public:
  UpdateReader(BytesView bytes, const Limits& limits, Update& out)
      : source_(bytes, out), limits_(limits), out_(out), structs_max_(std::min(limits.structs_max, source_.structs_max(bytes.size()))) {}

  Result<void, Errc> read() {
    read_groups();
    if (source_.ok()) read_deletes();
    if (source_.ok() && source_.in.left() > 0) source_.in.fail(Errc::malformed);
    if (!source_.ok()) return std::unexpected(source_.in.error());
    return {};
  }

 private:
  void fail(Errc error) { source_.in.fail(error); }

  void read_groups() {
    const std::uint64_t groups = source_.in.count();
    if (groups > limits_.clients_max) return fail(Errc::over_limit);
    bool descending = true;
    for (std::uint64_t i = 0; i < groups && source_.ok(); ++i) {
      const std::uint64_t count = source_.in.varint();
      Group group{source_.client(), out_.structs.size(), 0};
      std::uint64_t clock = source_.in.varint();
      if (!out_.groups.empty() && out_.groups.back().client <= group.client) descending = false;
      constexpr std::size_t usual_bytes = 8;  // of a struct; a lying count must not reserve more than it has bytes
      const std::size_t wanted = out_.structs.size() + static_cast<std::size_t>(std::min<std::uint64_t>(count, source_.in.left() / usual_bytes));
      if (wanted > out_.structs.capacity()) out_.structs.reserve(std::max(wanted, out_.structs.capacity() * 2));
      for (; group.count < count && source_.ok(); ++group.count) {
        if (out_.structs.size() >= structs_max_) return fail(limits_.structs_max == structs_max_ ? Errc::over_limit : Errc::malformed);
        clock = read_struct(group.client, clock);
      }
      out_.groups.push_back(group);
    }
    if (!descending) sort_groups();
  }

  /// yrs writes groups in any order; nobody writes one twice.
  void sort_groups() {
    std::ranges::sort(out_.groups, [](const Group& a, const Group& b) { return a.client > b.client; });
    const auto same = [](const Group& a, const Group& b) { return a.client == b.client; };
    if (std::ranges::adjacent_find(out_.groups, same) != out_.groups.end()) fail(Errc::malformed);
  }

  std::uint64_t read_struct(std::uint64_t client, std::uint64_t clock) {
    Struct& read = out_.structs.emplace_back();
    read.client = client;
    read.clock = clock;
    const std::uint8_t info = source_.info();
    const std::uint8_t ref = info & ref_bits;
    if (ref > static_cast<std::uint8_t>(Ref::skip)) fail(Errc::malformed);
    read.ref = static_cast<Ref>(ref);
    if (read.ref == Ref::gc) {
      read.len = source_.len();
    } else if (read.ref == Ref::skip) {
      read.len = source_.in.varint();
    } else {
      read_links(read, info);
      read_content(read);
    }
    if (!source_.ok()) return clock;
    if (read.len == 0) fail(Errc::malformed);
    if (read.len > wire_number_max || read.end() > std::min(limits_.clock_max, stored_clock_max)) fail(Errc::over_limit);
    if (read.content.size() > limits_.value_bytes_max) fail(Errc::over_limit);
    return read.end();
  }

  void read_links(Struct& read, std::uint8_t info) {
    read.has_origin = (info & bit_origin) != 0;
    read.has_right_origin = (info & bit_right_origin) != 0;
    // With an origin the key is copied from there: the bit may be set, yet no string follows.
    read.has_key = (info & bit_key) != 0 && !read.has_origin && !read.has_right_origin;
    if (read.has_origin) read.origin = source_.left_id();
    if (read.has_right_origin) read.right_origin = source_.right_id();
    if (!read.has_origin && !read.has_right_origin) {
      read.parent_kind = source_.parent_is_root() ? Parent::root : Parent::item;
      if (read.parent_kind == Parent::root) {
        read.root = source_.string();
      } else {
        read.parent = source_.left_id();
      }
      if (read.has_key) read.key = source_.string();
    }
    // A struct can only point back; Yjs throws while integrating.
    const auto forward = [&](WireId id) { return id.client == read.client && id.clock >= read.clock; };
    if ((read.has_origin && forward(read.origin)) || (read.has_right_origin && forward(read.right_origin)) ||
        (read.parent_kind == Parent::item && forward(read.parent))) {
      fail(Errc::malformed);
    }
  }

  void read_content(Struct& read) {
    read.len = 1;
    switch (read.ref) {
      case Ref::deleted: read.len = source_.len(); return;
      case Ref::json:
        read.len = source_.len();
        read.content = source_.strings(read.len);
        return;
      case Ref::binary: read.content = source_.in.var_bytes(); return;
      case Ref::string: read.content = source_.string(&read.len); return;
      case Ref::embed: read.content = source_.json(); return;
      case Ref::format: read.content = source_.format(); return;
      case Ref::type: return read_type(read);
      case Ref::any: {
        read.len = source_.len();
        const char* begin = source_.in.at();
        for (std::uint64_t left = read.len; left > 0 && source_.ok(); --left) skip_any(source_.in, std::min(limits_.nesting_max, value_nesting_max));
        if (source_.ok()) read.content = std::string_view(begin, source_.in.at());
        return;
      }
      case Ref::doc: read.content = source_.document(); return;
      default: fail(Errc::malformed);
    }
  }

  void read_type(Struct& read) {
    const std::uint64_t number = source_.type_ref();
    if (number > static_cast<std::uint64_t>(TypeRef::xml_text)) return fail(Errc::malformed);
    read.type_ref = static_cast<TypeRef>(number);
    if (read.type_ref == TypeRef::xml_element || read.type_ref == TypeRef::xml_hook) read.content = source_.key();
  }

  void read_deletes() {
    const std::uint64_t clients = source_.in.count();
    for (std::uint64_t i = 0; i < clients && source_.ok(); ++i) {
      source_.reset_deletes();
      const std::uint64_t client = source_.in.varint();
      for (std::uint64_t left = source_.in.count(); left > 0 && source_.ok(); --left) {
        if (out_.deletes.size() >= limits_.delete_ranges_max) return fail(Errc::over_limit);
        const DeleteRange range = source_.delete_range(client);
        if (!source_.ok()) return;
        if (range.len == 0) return fail(Errc::malformed);
        if (range.end() > std::min(limits_.clock_max, stored_clock_max)) return fail(Errc::over_limit);
        out_.deletes.push_back(range);
      }
    }
  }

  Source source_;
  const Limits& limits_;
  Update& out_;
  std::size_t structs_max_;
};

template <class Source>
Result<void, Errc> decode_as(BytesView bytes, const Limits& limits, Update& out) {
  out.clear();
  if (bytes.size() > limits.update_bytes_max) return std::unexpected(Errc::over_limit);
  return UpdateReader<Source>(bytes, limits, out).read();
}

}  // namespace

void Update::clear() {
  structs.clear();
  groups.clear();
  deletes.clear();
  owned.clear();
}

bool decode_keystroke(BytesView bytes, const Limits& limits, Struct& out) {
  if (bytes.size() < 9 || bytes[0] != 1 || bytes[1] != 1 || bytes.back() != 0 || bytes.size() > limits.value_bytes_max) return false;
  Reader in(bytes.substr(2));
  out.client = in.varint();
  out.clock = in.varint();
  const std::uint8_t info = in.byte();
  if ((info & ~bit_right_origin) != (bit_origin | static_cast<std::uint8_t>(Ref::string))) return false;
  out.origin.client = in.varint();
  out.origin.clock = in.varint();
  if (out.origin.client != out.client || out.origin.clock + 1 != out.clock) return false;
  out.has_right_origin = (info & bit_right_origin) != 0;
  if (out.has_right_origin) {
    out.right_origin.client = in.varint();
    out.right_origin.clock = in.varint();
  }
  out.content = in.var_string(&out.len);
  if (!in.ok() || in.left() != 1 || out.len == 0 || out.end() > std::min(limits.clock_max, stored_clock_max)) return false;
  out.ref = Ref::string;
  out.has_origin = true;
  return true;
}

Result<void, Errc> decode(Format format, BytesView bytes, const Limits& limits, Update& out) {
  return format == Format::v1 ? decode_v1(bytes, limits, out) : decode_v2(bytes, limits, out);
}

Result<void, Errc> decode_v1(BytesView bytes, const Limits& limits, Update& out) {
  return decode_as<SourceV1>(bytes, limits, out);
}

Result<void, Errc> decode_v2(BytesView bytes, const Limits& limits, Update& out) {
  return decode_as<SourceV2>(bytes, limits, out);
}

}  // namespace atelier::crdt
