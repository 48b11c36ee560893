#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "crdt/wire.hpp"

namespace atelier::crdt {

/// What a struct holds; the low five bits of its info byte (yjs/src/structs/Item.js contentRefs).
enum class Ref : std::uint8_t {
  gc = 0, deleted = 1, json = 2, binary = 3, string = 4, embed = 5, format = 6, type = 7, any = 8, doc = 9, skip = 10,
};

/// Shared types by their number on the wire.
enum class TypeRef : std::uint8_t { array = 0, map = 1, text = 2, xml_element = 3, xml_fragment = 4, xml_hook = 5, xml_text = 6 };

struct WireId {
  std::uint64_t client = 0;
  std::uint64_t clock = 0;
  friend bool operator==(const WireId&, const WireId&) = default;
};

enum class Parent : std::uint8_t { copied, root, item };  ///< copied: from origin or right origin

/// One struct of an update, as read; views point into the update's bytes or into `Update::owned`.
///
/// `content` is the same for both formats: text without its length; JSON of an embed; the bytes of a binary; name of a
/// type; key and JSON of a format, each a v1 string; all elements of an any or json list; guid and options of a document.
struct Struct {
  std::uint64_t client = 0;
  std::uint64_t clock = 0;
  std::uint64_t len = 0;
  WireId origin, right_origin, parent;
  std::string_view root;  ///< name of the root type, if parent_kind is root
  std::string_view key;   ///< parentSub
  std::string_view content;
  Ref ref = Ref::gc;
  TypeRef type_ref{};
  Parent parent_kind = Parent::copied;
  bool has_origin = false;
  bool has_right_origin = false;
  bool has_key = false;  ///< an entry of a map; the key itself matters only without origins

  std::uint64_t end() const { return clock + len; }
  bool is_item() const { return ref != Ref::gc && ref != Ref::skip; }
};

struct DeleteRange {
  std::uint64_t client = 0;
  std::uint64_t clock = 0;
  std::uint64_t len = 0;
  std::uint64_t end() const { return clock + len; }
};

/// The structs of one client in an update: `structs[first .. first + count)`, clocks ascending without a gap.
struct Group {
  std::uint64_t client = 0;
  std::size_t first = 0;
  std::size_t count = 0;
};

struct Update {
  std::vector<Struct> structs;
  std::vector<Group> groups;         ///< by client id, descending
  std::vector<DeleteRange> deletes;  ///< as they came
  std::deque<std::string> owned;

  void clear();
};

/// Reads an update of format v1 or v2 whole. What is wrong with it is told before anything is done with it; the memory
/// used is bounded by the bytes given.
Result<void, Errc> decode(Format format, BytesView bytes, const Limits& limits, Update& out);
Result<void, Errc> decode_v1(BytesView bytes, const Limits& limits, Update& out);
Result<void, Errc> decode_v2(BytesView bytes, const Limits& limits, Update& out);

/// Reads an update v1 that holds one text which continues what its client wrote before, and nothing else: what a person who
/// types sends. Anything else, or anything wrong, is false: then decode() must be asked.
bool decode_keystroke(BytesView bytes, const Limits& limits, Struct& out);

/// What an update shall hold: structs in the order of writing, the first of a group without its first units.
struct Piece {
  Struct what;
  std::uint64_t offset = 0;
};

/// Writes an update. `pieces` are grouped by client as they stand; `deletes` as canonical_deletes gives them.
Bytes encode(Format format, const std::vector<Piece>& pieces, const std::vector<DeleteRange>& deletes);

/// A delete set alone, as it ends an update; and read up to where it ends (a failed reader gives what it had).
Bytes encode_deletes(Format format, const std::vector<DeleteRange>& deletes);
std::vector<DeleteRange> read_deletes(Reader& in, Format format);

/// Sorted by client descending, then clock; touching and overlapping ranges merged.
std::vector<DeleteRange> canonical_deletes(std::vector<DeleteRange> deletes);

/// A struct without its first `units` units; text cut inside a surrogate pair begins with U+FFFD, kept in `owned`.
Struct without_front(const Struct& whole, std::uint64_t units, std::deque<std::string>& owned);

/// How many bytes the first `count` elements of a list of Any (or of v1 strings) take.
std::size_t list_prefix_bytes(Ref ref, std::string_view content, std::uint64_t count);

/// State vectors (v1 and v2 are the same), client ids descending.
struct ClientClock {
  std::uint64_t client = 0;
  std::uint64_t clock = 0;
};
Result<std::vector<ClientClock>, Errc> decode_state_vector(BytesView bytes);
Bytes encode_state_vector(std::vector<ClientClock> clocks);

}  // namespace atelier::crdt
