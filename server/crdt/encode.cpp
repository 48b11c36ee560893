#include <algorithm>

#include "crdt/columns.hpp"
#include "crdt/update.hpp"
#include "crdt/value.hpp"

namespace atelier::crdt {
namespace {

/// Format v1: everything one after the other.
class SinkV1 {
 public:
  void left_id(WireId id) { write_id(id); }
  void right_id(WireId id) { write_id(id); }
  void client(std::uint64_t client) { rest.varint(client); }
  void info(std::uint8_t info) { rest.byte(info); }
  void string(std::string_view text) { rest.var_bytes(text); }
  void text(std::string_view text, std::uint64_t) { rest.var_bytes(text); }
  void parent_is_root(bool root) { rest.varint(root ? 1 : 0); }
  void type_ref(TypeRef ref) { rest.varint(static_cast<std::uint64_t>(ref)); }
  void len(std::uint64_t len) { rest.varint(len); }
  void key(std::string_view key) { rest.var_bytes(key); }
  void json(std::string_view json) { rest.var_bytes(json); }
  void format(std::string_view content) { rest.raw(content); }
  void document(std::string_view content) { rest.raw(content); }
  void strings(std::string_view content, std::uint64_t) { rest.raw(content); }
  void reset_deletes() {}
  void delete_range(const DeleteRange& range) {
    rest.varint(range.clock);
    rest.varint(range.len);
  }
  Bytes take() { return rest.take(); }

  Writer rest;

 private:
  void write_id(WireId id) {
    rest.varint(id.client);
    rest.varint(id.clock);
  }
};

/// Format v2: columns, and the rest.
class SinkV2 {
 public:
  void left_id(WireId id) {
    clients_.write(id.client);
    left_clocks_.write(id.clock);
  }
  void right_id(WireId id) {
    clients_.write(id.client);
    right_clocks_.write(id.clock);
  }
  void client(std::uint64_t client) { clients_.write(client); }
  void info(std::uint8_t info) { infos_.write(info); }
  void string(std::string_view value) { text(value, utf16_length(value)); }
  void text(std::string_view value, std::uint64_t units) {
    blob_ += value;
    lengths_.write(units);
  }
  void parent_is_root(bool root) { parents_.write(root ? 1 : 0); }
  void type_ref(TypeRef ref) { type_refs_.write(static_cast<std::uint64_t>(ref)); }
  void len(std::uint64_t len) { lens_.write(len); }
  /// Yjs never fills its table of keys: the key is written each time.
  void key(std::string_view key) {
    key_clocks_.write(key_clock_++);
    string(key);
  }
  void json(std::string_view json) { write_any(rest, parse_json(json)); }
  void format(std::string_view content) {
    Reader in(content);
    key(in.var_bytes());
    json(in.var_bytes());
  }
  void document(std::string_view content) {
    Reader in(content);
    string(in.var_bytes());
    rest.raw(in.bytes(in.left()));
  }
  void strings(std::string_view content, std::uint64_t count) {
    for (Reader in(content); count > 0; --count) string(in.var_bytes());
  }
  void reset_deletes() { delete_clock_ = 0; }
  void delete_range(const DeleteRange& range) {
    rest.varint(range.clock - delete_clock_);
    rest.varint(range.len - 1);
    delete_clock_ = range.end();
  }
  Bytes take() {
    Writer out;
    out.varint(0);
    out.var_bytes(key_clocks_.take());
    out.var_bytes(clients_.take());
    out.var_bytes(left_clocks_.take());
    out.var_bytes(right_clocks_.take());
    out.var_bytes(infos_.take());
    Writer strings;
    strings.var_bytes(blob_);
    strings.raw(lengths_.take());
    out.var_bytes(strings.out());
    out.var_bytes(parents_.take());
    out.var_bytes(type_refs_.take());
    out.var_bytes(lens_.take());
    out.raw(rest.out());
    return out.take();
  }

  Writer rest;

 private:
  DifferenceRunWriter key_clocks_;
  NumberRunWriter clients_;
  DifferenceRunWriter left_clocks_, right_clocks_;
  ByteRunWriter infos_;
  std::string blob_;
  NumberRunWriter lengths_;
  ByteRunWriter parents_;
  NumberRunWriter type_refs_, lens_;
  std::uint64_t key_clock_ = 0;
  std::uint64_t delete_clock_ = 0;
};

template <class Sink>
void write_text(Sink& out, const Struct& what, std::uint64_t offset) {
  if (offset == 0) return out.text(what.content, what.len);
  std::string tail;
  append_from_unit(tail, what.content, offset);
  out.text(tail, what.len - offset);
}

template <class Sink>
void write_content(Sink& out, const Struct& what, std::uint64_t offset) {
  switch (what.ref) {
    case Ref::deleted: return out.len(what.len - offset);
    case Ref::json:
      out.len(what.len - offset);
      return out.strings(what.content.substr(list_prefix_bytes(what.ref, what.content, offset)), what.len - offset);
    case Ref::binary: return out.rest.var_bytes(what.content);
    case Ref::string: return write_text(out, what, offset);
    case Ref::embed: return out.json(what.content);
    case Ref::format: return out.format(what.content);
    case Ref::type:
      out.type_ref(what.type_ref);
      if (what.type_ref == TypeRef::xml_element || what.type_ref == TypeRef::xml_hook) out.key(what.content);
      return;
    case Ref::any:
      out.len(what.len - offset);
      return out.rest.raw(what.content.substr(list_prefix_bytes(what.ref, what.content, offset)));
    case Ref::doc: return out.document(what.content);
    default: return;
  }
}

template <class Sink>
void write_struct(Sink& out, const Struct& what, std::uint64_t offset) {
  if (what.ref == Ref::gc) {
    out.info(0);
    return out.len(what.len - offset);
  }
  if (what.ref == Ref::skip) {
    out.info(static_cast<std::uint8_t>(Ref::skip));
    return out.rest.varint(what.len - offset);
  }
  const bool has_origin = offset > 0 || what.has_origin;
  const WireId origin = offset > 0 ? WireId{what.client, what.clock + offset - 1} : what.origin;
  out.info(static_cast<std::uint8_t>(static_cast<unsigned>(what.ref) | (has_origin ? 0x80u : 0u) |
                                     (what.has_right_origin ? 0x40u : 0u) | (what.has_key ? 0x20u : 0u)));
  if (has_origin) out.left_id(origin);
  if (what.has_right_origin) out.right_id(what.right_origin);
  if (!has_origin && !what.has_right_origin) {
    out.parent_is_root(what.parent_kind == Parent::root);
    if (what.parent_kind == Parent::root) {
      out.string(what.root);
    } else {
      out.left_id(what.parent);
    }
    if (what.has_key) out.string(what.key);
  }
  write_content(out, what, offset);
}

/// How many runs of one client there are.
template <class List, class ClientOf>
std::uint64_t groups_in(const List& list, const ClientOf& client_of) {
  std::uint64_t groups = 0;
  for (std::size_t i = 0; i < list.size(); ++i) groups += i == 0 || client_of(list[i]) != client_of(list[i - 1]) ? 1 : 0;
  return groups;
}

template <class Sink>
void write_deletes(Sink& out, const std::vector<DeleteRange>& deletes) {
  out.rest.varint(groups_in(deletes, [](const DeleteRange& range) { return range.client; }));
  for (std::size_t i = 0; i < deletes.size();) {
    std::size_t end = i;
    while (end < deletes.size() && deletes[end].client == deletes[i].client) ++end;
    out.reset_deletes();
    out.rest.varint(deletes[i].client);
    out.rest.varint(end - i);
    for (; i < end; ++i) out.delete_range(deletes[i]);
  }
}

template <class Sink>
Bytes write_update(const std::vector<Piece>& pieces, const std::vector<DeleteRange>& deletes) {
  Sink out;
  out.rest.varint(groups_in(pieces, [](const Piece& piece) { return piece.what.client; }));
  for (std::size_t i = 0; i < pieces.size();) {
    std::size_t end = i;
    while (end < pieces.size() && pieces[end].what.client == pieces[i].what.client) ++end;
    out.rest.varint(end - i);
    out.client(pieces[i].what.client);
    out.rest.varint(pieces[i].what.clock + pieces[i].offset);
    for (; i < end; ++i) write_struct(out, pieces[i].what, pieces[i].offset);
  }
  write_deletes(out, deletes);
  return out.take();
}

}  // namespace

Bytes encode(Format format, const std::vector<Piece>& pieces, const std::vector<DeleteRange>& deletes) {
  return format == Format::v1 ? write_update<SinkV1>(pieces, deletes) : write_update<SinkV2>(pieces, deletes);
}

Bytes encode_deletes(Format format, const std::vector<DeleteRange>& deletes) {
  SinkV1 v1;
  SinkV2 v2;
  if (format == Format::v1) {
    write_deletes(v1, deletes);
    return v1.take();
  }
  write_deletes(v2, deletes);
  return v2.rest.take();
}

std::vector<DeleteRange> read_deletes(Reader& in, Format format) {
  std::vector<DeleteRange> deletes;
  for (std::uint64_t clients = in.count(); clients > 0 && in.ok(); --clients) {
    const std::uint64_t client = in.varint();
    std::uint64_t at = 0;
    for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
      const std::uint64_t clock = in.varint() + (format == Format::v2 ? at : 0);
      const std::uint64_t len = in.varint() + (format == Format::v2 ? 1 : 0);
      at = clock + len;
      if (len == 0) in.fail(Errc::malformed);
      if (at > wire_number_max) in.fail(Errc::varint_too_long);
      if (in.ok()) deletes.push_back({client, clock, len});
    }
  }
  return deletes;
}

std::vector<DeleteRange> canonical_deletes(std::vector<DeleteRange> deletes) {
  std::ranges::sort(deletes, [](const DeleteRange& a, const DeleteRange& b) {
    return a.client != b.client ? a.client > b.client : a.clock < b.clock;
  });
  std::size_t kept = 0;
  for (const DeleteRange& range : deletes) {
    if (kept > 0 && deletes[kept - 1].client == range.client && deletes[kept - 1].end() >= range.clock) {
      DeleteRange& last = deletes[kept - 1];
      last.len = std::max(last.end(), range.end()) - last.clock;
    } else {
      deletes[kept++] = range;
    }
  }
  deletes.resize(kept);
  return deletes;
}

Struct without_front(const Struct& whole, std::uint64_t units, std::deque<std::string>& owned) {
  Struct rest = whole;
  rest.clock += units;
  rest.len -= units;
  if (!whole.is_item()) return rest;
  rest.has_origin = true;
  rest.origin = {whole.client, rest.clock - 1};
  if (whole.ref == Ref::string) {
    const Utf16Cut cut = cut_utf16(whole.content, units);
    rest.content = whole.content.substr(cut.right_start);
    if (cut.inside_pair) rest.content = owned.emplace_back(std::string(replacement_character) + std::string(rest.content));
  } else if (whole.ref == Ref::any || whole.ref == Ref::json) {
    rest.content = whole.content.substr(list_prefix_bytes(whole.ref, whole.content, units));
  }
  return rest;
}

std::size_t list_prefix_bytes(Ref ref, std::string_view content, std::uint64_t count) {
  Reader in(content);
  for (; count > 0 && in.ok(); --count) {
    if (ref == Ref::any) {
      skip_any(in);
    } else {
      in.var_bytes();
    }
  }
  return content.size() - in.left();
}

Result<std::vector<ClientClock>, Errc> decode_state_vector(BytesView bytes) {
  Reader in(bytes);
  std::vector<ClientClock> clocks;
  for (std::uint64_t left = in.count(); left > 0 && in.ok(); --left) {
    const std::uint64_t client = in.varint();
    clocks.push_back({client, in.varint()});
  }
  if (in.ok() && in.left() > 0) in.fail(Errc::malformed);
  if (!in.ok()) return std::unexpected(in.error());
  return clocks;
}

Bytes encode_state_vector(std::vector<ClientClock> clocks) {
  std::ranges::sort(clocks, [](const ClientClock& a, const ClientClock& b) { return a.client > b.client; });
  Writer out;
  out.varint(clocks.size());
  for (const ClientClock& entry : clocks) {
    out.varint(entry.client);
    out.varint(entry.clock);
  }
  return out.take();
}

}  // namespace atelier::crdt
