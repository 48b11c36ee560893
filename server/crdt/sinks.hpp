#pragma once

#include <cstdint>
#include <string>

#include "crdt/columns.hpp"
#include "crdt/update.hpp"
#include "crdt/value.hpp"

// Writing structs and delete sets in both formats (yjs/src/utils/UpdateEncoder.js, Item.write).
namespace atelier::crdt {

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

/// The text of a struct, from `offset` on.
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

template <class Sink, class Ranges>
void write_ranges(Sink& out, const Ranges& ranges, std::size_t first, std::size_t end) {
  out.reset_deletes();
  out.rest.varint(ranges[first].client);
  out.rest.varint(end - first);
  for (std::size_t i = first; i < end; ++i) out.delete_range(ranges[i]);
}

/// A delete set; ranges of one client lie together.
template <class Sink>
void write_deletes(Sink& out, const std::vector<DeleteRange>& deletes) {
  std::uint64_t groups = 0;
  for (std::size_t i = 0; i < deletes.size(); ++i) groups += i == 0 || deletes[i].client != deletes[i - 1].client ? 1 : 0;
  out.rest.varint(groups);
  for (std::size_t i = 0; i < deletes.size();) {
    std::size_t end = i;
    while (end < deletes.size() && deletes[end].client == deletes[i].client) ++end;
    write_ranges(out, deletes, i, end);
    i = end;
  }
}

}  // namespace atelier::crdt
