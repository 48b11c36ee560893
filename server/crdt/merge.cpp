#include "crdt/merge.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace atelier::crdt {
namespace {

/// Limits of a document's own making: only what cannot be stored is refused.
const Limits& no_limits() {
  static const Limits limits = Doc::Options{}.limits;
  return limits;
}

/// Goes through the structs of one update, Skips left out.
class Cursor {
 public:
  explicit Cursor(const Update& update) : update_(&update) { settle(); }
  const Struct* current() const { return group_ < update_->groups.size() ? &update_->structs[at_] : nullptr; }
  const Struct* next() {
    ++at_;
    ++in_group_;
    settle();
    return current();
  }

 private:
  void settle() {
    while (group_ < update_->groups.size()) {
      const Group& group = update_->groups[group_];
      if (in_group_ == 0) at_ = group.first;
      if (in_group_ >= group.count) {
        ++group_;
        in_group_ = 0;
      } else if (update_->structs[at_].ref == Ref::skip) {
        ++at_;
        ++in_group_;
      } else {
        return;
      }
    }
  }
  const Update* update_;
  std::size_t group_ = 0;
  std::size_t in_group_ = 0;
  std::size_t at_ = 0;
};

/// The updates that still have structs, the one to read from first in front (the sort in each round of mergeUpdatesV2).
///
/// By client descending, then clock. Where two updates hold the same struct, one as GC, Yjs's comparison answers "less"
/// both ways, so what its engine's sort does decides; short lists are therefore sorted exactly as V8 does it. Long lists
/// are a heap; there the one that was in front stays in front of its equals.
class Readers {
 public:
  struct Reader {
    Cursor cursor;
    std::int64_t rank;
  };

  explicit Readers(const std::vector<Update>& updates) {
    for (const Update& update : updates) {
      Cursor cursor(update);
      if (cursor.current() != nullptr) list_.push_back({cursor, static_cast<std::int64_t>(list_.size())});
    }
    if (list_.size() >= short_list) std::ranges::make_heap(list_, later);
    heap_ = list_.size() >= short_list;
    if (!heap_) sort_as_v8();
  }

  bool empty() const { return list_.empty(); }
  /// Calls `round` with the cursor in front, then puts it where it belongs.
  template <class Round>
  void with_front(const Round& round) {
    if (heap_) {
      std::ranges::pop_heap(list_, later);
      round(list_.back().cursor);
      if (list_.back().cursor.current() == nullptr) {
        list_.pop_back();
      } else {
        list_.back().rank = --front_rank_;
        std::ranges::push_heap(list_, later);
      }
      if (list_.size() < short_list) become_list();
      return;
    }
    round(list_.front().cursor);
    if (list_.front().cursor.current() == nullptr) list_.erase(list_.begin());
    sort_as_v8();
  }

 private:
  static constexpr std::size_t short_list = 64;  ///< below this V8 sorts by insertion

  static bool later(const Reader& a, const Reader& b) {
    const Struct& x = *a.cursor.current();
    const Struct& y = *b.cursor.current();
    if (x.client != y.client) return x.client < y.client;
    if (x.clock != y.clock) return x.clock > y.clock;
    return a.rank > b.rank;
  }
  /// Would Yjs's comparison of `a` and `b` give a negative number?
  static bool less(const Reader& a, const Reader& b) {
    const Struct& x = *a.cursor.current();
    const Struct& y = *b.cursor.current();
    if (x.client != y.client) return x.client > y.client;
    if (x.clock != y.clock) return x.clock < y.clock;
    return x.is_item() != y.is_item();
  }

  void become_list() {
    std::ranges::sort(list_, [](const Reader& a, const Reader& b) { return later(b, a); });
    heap_ = false;
  }

  /// V8's Array.prototype.sort for less than 64 elements: the run at the beginning, turned if it descends, then the rest
  /// by binary insertion.
  void sort_as_v8() {
    if (list_.size() < 2) return;
    const bool descends = less(list_[1], list_[0]);
    std::size_t run = 2;
    while (run < list_.size() && less(list_[run], list_[run - 1]) == descends) ++run;
    if (descends) std::reverse(list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(run));
    for (; run < list_.size(); ++run) {
      std::size_t left = 0, right = run;
      while (left < right) {
        const std::size_t middle = left + (right - left) / 2;
        if (less(list_[run], list_[middle])) {
          right = middle;
        } else {
          left = middle + 1;
        }
      }
      const auto at = [&](std::size_t index) { return list_.begin() + static_cast<std::ptrdiff_t>(index); };
      std::rotate(at(left), at(run), at(run + 1));
    }
  }

  std::vector<Reader> list_;
  bool heap_ = false;
  std::int64_t front_rank_ = 0;
};

/// yjs/src/utils/updates.js mergeUpdatesV2.
class Merger {
 public:
  Merger(const std::vector<Update>& updates, std::deque<std::string>& owned) : owned_(owned), readers_(updates) {}

  std::vector<Piece> run() {
    while (!readers_.empty()) readers_.with_front([&](Cursor& front) { round(front); });
    if (held_) flush();
    return std::move(out_);
  }

 private:
  void flush() { out_.push_back({*held_, 0}); }
  void hold(const Struct& what) { held_ = what; }

  void round(Cursor& reader) {
    const std::uint64_t first_client = reader.current()->client;
    if (!held_) {
      hold(*reader.current());
      reader.next();
    } else if (!advance(reader, first_client)) {
      return;
    }
    for (const Struct* next = reader.current(); next != nullptr && next->client == first_client && next->clock == held_->end();
         next = reader.next()) {
      flush();
      hold(*next);
    }
  }

  /// Steps over what is written already, then writes or fills the gap. False if another reader may come first.
  bool advance(Cursor& reader, std::uint64_t first_client) {
    const Struct* current = reader.current();
    bool stepped = false;
    while (current != nullptr && current->end() <= held_->end() && current->client >= held_->client) {
      current = reader.next();
      stepped = true;
    }
    if (current == nullptr || current->client != first_client || (stepped && current->clock > held_->end())) return false;
    if (first_client != held_->client) {
      flush();
      hold(*current);
      reader.next();
    } else if (held_->end() < current->clock) {
      fill_gap(*current);
    } else {
      join(reader, *current);
    }
    return true;
  }

  void fill_gap(const Struct& current) {
    if (held_->ref == Ref::skip) {
      held_->len = current.end() - held_->clock;
      return;
    }
    flush();
    Struct skip;
    skip.ref = Ref::skip;
    skip.client = held_->client;
    skip.clock = held_->end();
    skip.len = current.clock - skip.clock;
    hold(skip);
  }

  void join(Cursor& reader, Struct current) {
    const std::uint64_t overlap = held_->end() - current.clock;
    if (overlap > 0) {
      if (held_->ref == Ref::skip) {
        held_->len -= overlap;
      } else {
        current = without_front(current, overlap, owned_);
      }
    }
    if (held_->ref == current.ref && !current.is_item()) {
      held_->len += current.len;
      return;
    }
    flush();
    hold(current);
    reader.next();
  }

  std::deque<std::string>& owned_;
  Readers readers_;
  std::optional<Struct> held_;
  std::vector<Piece> out_;
};

/// Ranges by client descending, those of one client as they came.
std::vector<DeleteRange> by_client(const std::vector<DeleteRange>& ranges) {
  std::vector<std::size_t> order(ranges.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return ranges[a].client != ranges[b].client ? ranges[a].client > ranges[b].client : a < b;
  });
  std::vector<DeleteRange> sorted;
  for (const std::size_t index : order) sorted.push_back(ranges[index]);
  return sorted;
}

}  // namespace

Bytes merge_decoded(Format format, const std::vector<Update>& updates) {
  std::deque<std::string> owned;
  std::vector<DeleteRange> deletes;
  for (const Update& update : updates) deletes.insert(deletes.end(), update.deletes.begin(), update.deletes.end());
  const std::vector<Piece> pieces = Merger(updates, owned).run();
  return encode(format, pieces, canonical_deletes(std::move(deletes)));
}

Bytes diff_decoded(Format format, const Update& update, const std::vector<ClientClock>& known) {
  std::unordered_map<std::uint64_t, std::uint64_t> clocks;
  for (const ClientClock& entry : known) clocks[entry.client] = entry.clock;
  std::vector<Piece> pieces;
  for (const Group& group : update.groups) {
    const auto found = clocks.find(group.client);
    const std::uint64_t from = found == clocks.end() ? 0 : found->second;
    bool begun = false;
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      const Struct& what = update.structs[i];
      if (!begun && (what.ref == Ref::skip || what.end() <= from)) continue;
      pieces.push_back({what, begun || from <= what.clock ? 0 : from - what.clock});
      begun = true;
    }
  }
  return encode(format, pieces, by_client(update.deletes));
}

Result<Bytes, Errc> merge_updates(const std::vector<BytesView>& updates, Format format) {
  std::vector<Update> decoded(updates.size());
  for (std::size_t i = 0; i < updates.size(); ++i) {
    if (const auto read = decode(format, updates[i], no_limits(), decoded[i]); !read) return std::unexpected(read.error());
  }
  if (updates.size() == 1) return Bytes(updates[0]);
  return merge_decoded(format, decoded);
}

Result<Bytes, Errc> diff_update(BytesView update, BytesView state_vector, Format format) {
  const auto known = decode_state_vector(state_vector);
  if (!known) return std::unexpected(known.error());
  Update decoded;
  if (const auto read = decode(format, update, no_limits(), decoded); !read) return std::unexpected(read.error());
  return diff_decoded(format, decoded, *known);
}

Result<Bytes, Errc> state_vector_of(BytesView update) {
  Update decoded;
  if (const auto read = decode_v1(update, no_limits(), decoded); !read) return std::unexpected(read.error());
  std::vector<ClientClock> clocks;
  for (const Group& group : decoded.groups) {
    std::uint64_t clock = 0;
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      const Struct& what = decoded.structs[i];
      if (what.clock != clock || what.ref == Ref::skip) break;
      clock = what.end();
    }
    if (clock > 0) clocks.push_back({group.client, clock});
  }
  return encode_state_vector(std::move(clocks));
}

}  // namespace atelier::crdt
