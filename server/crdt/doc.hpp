#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"

namespace atelier::crdt {

using ClientId = Id<struct ClientTag>;  ///< A Yjs client id; at most 2^53-1.

/// What can be wrong with bytes that claim to be a Yjs update, state vector or position, or with what they want.
enum class Errc {
  truncated = 1,    ///< The bytes end inside a value.
  varint_too_long,  ///< A varint needs more than 53 bits (ids, clocks) or more than 64.
  malformed,        ///< Not what Yjs 13.6 writes: unknown struct, type or content; bytes left over.
  over_limit,       ///< More than the limits allow.
  foreign_client,   ///< Structs of a client id that the author may not use, which the document does not have.
  not_causal,       ///< Needs structs that the document does not have.
  not_allowed,      ///< A root, node or mark that the document does not allow.
};

/// Yjs's two codings of an update. State vectors and relative positions have one.
enum class Format { v1, v2 };

struct Limits {
  std::size_t update_bytes_max = 256 * 1024;
  std::size_t structs_max = 20'000;
  std::size_t clients_max = 32;
  std::size_t delete_ranges_max = 5'000;
  std::size_t nesting_max = 16;
  std::size_t value_bytes_max = 64 * 1024;
  std::uint64_t clock_max = (1ull << 31) - 1;
};

/// What an update must keep to; judged on the integrated effect before anything is integrated.
struct Gate {
  Limits limits;
  std::function<bool(ClientId)> may_write;  ///< May the author bring new structs of this client id?
  std::vector<std::string> roots;           ///< Names of root types; empty: any.
  std::vector<std::string> nodes;           ///< Names of XML elements; empty: any.
  std::vector<std::string> marks;           ///< Formatting keys ("strong", and "strong--hash"); empty: any.
};

/// Consecutive clocks of one client: units `clock` … `clock + length - 1`.
struct ClockRange {
  ClientId client;
  std::uint64_t clock = 0;
  std::uint64_t length = 0;
};

/// What an update that passed the gate brings.
struct Checked {
  std::vector<ClientId> new_clients;  ///< client ids that had no struct in the document before
  std::size_t new_units = 0;          ///< UTF-16 units (or elements) that are new
  std::vector<ClockRange> inserted;   ///< structs that are new, a range per client (for attribution)
  std::vector<ClockRange> deleted;    ///< what its delete set names and is not deleted yet, by client
  bool changes_nothing = false;       ///< everything in it is known already
};

/// A run of visible text of a rich text or Y.Text, in document order, written by one client without a break in its clock.
struct AuthorRun {
  ClientId client;
  std::uint64_t clock = 0;  ///< of the first unit
  std::string text;         ///< UTF-8
  bool paragraph_end = false;  ///< a block ends after this run
};

/// A Yjs 13.6 document. A value that is moved, not copied; one thread at a time; no I/O. Clocks and lengths are UTF-16 units.
class Doc {
 public:
  /// After a remote change Yjs deletes formatting markers that became redundant, in texts whose type it knows: nested ones,
  /// and roots that the program has named. A server may leave that to the clients; every choice converges.
  enum class CleanFormatting { never, nested, all };
  struct Options {
    ClientId client{0};      ///< author of local edits
    bool gc = true;          ///< false keeps deleted content (history, reverts)
    CleanFormatting clean_formatting = CleanFormatting::never;
    bool keep_events = false;  ///< remember what the last apply() would emit as updates
    Limits limits{.update_bytes_max = std::size_t{1} << 32, .structs_max = SIZE_MAX, .clients_max = SIZE_MAX,
                  .delete_ranges_max = SIZE_MAX, .nesting_max = 64, .value_bytes_max = std::size_t{1} << 31,
                  .clock_max = (1ull << 53) - 1};
  };
  Doc();
  explicit Doc(Options options);
  ~Doc();
  Doc(Doc&&) noexcept;
  Doc& operator=(Doc&&) noexcept;

  /// Integrates a Yjs update v1 (what is not yet causally complete stays pending, as in Yjs). On error nothing changed.
  Result<void, Errc> apply(BytesView update, Format format = Format::v1);
  /// Would `update` be right from an author that `gate` describes? Changes nothing. Bounded work for hostile bytes.
  Result<Checked, Errc> check(BytesView update, const Gate& gate) const;

  /// The whole document as an update v1. Equal documents give equal bytes, however they came by their content: unlike Yjs,
  /// which leaves some neighbours apart, all is merged that can be.
  Bytes encode_state() const;
  /// Yjs encodeStateAsUpdate (v1), byte for byte: all, or what `state_vector` lacks.
  Bytes encode_state_as_yjs() const;
  Result<Bytes, Errc> encode_state(BytesView state_vector) const;
  Bytes encode_state_v2() const;
  Result<Bytes, Errc> encode_state_v2(BytesView state_vector) const;
  /// Yjs encodeStateVector.
  Bytes state_vector() const;
  bool has_pending() const;

  /// How many structs (before merging: stored runs) and bytes of memory it holds, about.
  std::size_t structs() const;

  class Impl;
  Impl& impl() { return *impl_; }
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// Yjs mergeUpdates, without building a document.
Result<Bytes, Errc> merge_updates(const std::vector<BytesView>& updates, Format format = Format::v1);
/// Yjs diffUpdate: what of `update` a peer with `state_vector` lacks, and all its deletes.
Result<Bytes, Errc> diff_update(BytesView update, BytesView state_vector, Format format = Format::v1);
/// Yjs encodeStateVectorFromUpdate (v1): what a document has that got only this update.
Result<Bytes, Errc> state_vector_of(BytesView update);

}  // namespace atelier::crdt
