#include <algorithm>

#include "crdt/sources.hpp"

namespace atelier::crdt {
namespace {

constexpr std::uint8_t bit_origin = 0x80, bit_right_origin = 0x40, bit_key = 0x20, ref_bits = 0x1F;

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
