#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "crdt/doc.hpp"
#include "crdt/store.hpp"
#include "crdt/transaction.hpp"

namespace atelier::crdt {

/// Structs that wait for others, as one v1 update, and the lowest clocks that they wait for.
struct Pending {
  Bytes update;
  std::vector<ClientClock> missing;
};

/// The document: its store, what is pending, and the transaction that changes it.
class Doc::Impl {
 public:
  explicit Impl(Options options_in)
      : options(options_in),
        transaction(store, options_in.clean_formatting == CleanFormatting::never ? Transaction::Changes::ignore : Transaction::Changes::collect),
        cleanup(store, Transaction::Changes::ignore) {}
  Impl(const Impl&) = delete;

  /// One transaction: integrates what can be, keeps the rest pending (encoding.js readUpdateV2).
  void apply(Update& update);
  /// Integrates one text that continues what its client wrote before, if it is that: 95 of 100 updates while people type.
  bool apply_keystroke(BytesView update);
  void finish() { finish(transaction); }
  Bytes encode_state(Format format, const std::vector<ClientClock>& known) const;

  Options options;
  Store store;
  Transaction transaction;
  Transaction cleanup;         ///< deletes redundant formatting
  std::vector<Bytes> events;   ///< of the last apply(), if options.keep_events
  std::optional<Pending> pending;
  std::vector<DeleteRange> pending_deletes;
  Update scratch;

 private:
  void finish(Transaction& done);
  bool needs_cleanup() const;
  void apply_within(Update& update);
  void apply_deletes(const Update& update);
  void keep_pending(Pending rest);
};

/// Goes through an update's structs in the order in which Yjs integrates them (encoding.js integrateStructs): highest
/// client first; where a struct needs another client's, those first. `World` is the document, or a sketch of it:
///   std::uint64_t state(client); std::optional<std::uint64_t> missing(const Struct&); void take(const Struct&, offset).
/// Returns what cannot be integrated.
template <class World>
class Integration {
 public:
  struct Rest {
    std::vector<Piece> pieces;
    std::vector<ClientClock> missing;
  };

  Integration(const Update& update, World& world) : update_(update), world_(world) {
    for (const Group& group : update.groups) cursors_.push_back({group.first, group.first + group.count, group.first + group.count});
  }

  Rest run() {
    const Struct* head = next();
    while (head != nullptr) {
      if (head->ref != Ref::skip && !settle(head)) continue;
      head = next();
    }
    return rest();
  }

 private:
  struct CursorOf {
    std::size_t at;
    std::size_t end;
    std::size_t rest_from;  ///< from here on it could not be integrated
  };

  const Struct* next() {
    if (!stack_.empty()) {
      const Struct* top = stack_.back();
      stack_.pop_back();
      return top;
    }
    while (current_ < cursors_.size() && cursors_[current_].at == cursors_[current_].end) ++current_;
    if (current_ == cursors_.size()) return nullptr;
    return &update_.structs[cursors_[current_].at++];
  }

  /// False if `head` has become a struct that must come before the one it was.
  bool settle(const Struct*& head) {
    const std::uint64_t state = world_.state(head->client);
    if (state < head->clock) {
      give_up(head, {head->client, head->clock - 1});
      return true;
    }
    if (const auto lacking = world_.missing(*head)) {
      CursorOf* other = find(*lacking);
      if (other == nullptr || other->at == other->end) {
        give_up(head, {*lacking, world_.state(*lacking)});
        return true;
      }
      stack_.push_back(head);
      head = &update_.structs[other->at++];
      return false;
    }
    world_.take(*head, state - head->clock);
    return true;
  }

  CursorOf* find(std::uint64_t client) {
    const auto found = std::ranges::lower_bound(update_.groups, client, std::greater<>(), &Group::client);
    if (found == update_.groups.end() || found->client != client) return nullptr;
    return &cursors_[static_cast<std::size_t>(found - update_.groups.begin())];
  }

  /// All that waits on the stack, and what follows it, cannot be integrated now.
  void give_up(const Struct* head, ClientClock needed) {
    stack_.push_back(head);
    const auto known = std::ranges::find(missing_, needed.client, &ClientClock::client);
    if (known == missing_.end()) {
      missing_.push_back(needed);
    } else {
      known->clock = std::min(known->clock, needed.clock);
    }
    for (const Struct* waiting : stack_) {
      CursorOf& cursor = *find(waiting->client);
      cursor.rest_from = std::min(cursor.rest_from, static_cast<std::size_t>(waiting - update_.structs.data()));
      cursor.at = cursor.end;
    }
    stack_.clear();
  }

  Rest rest() {
    Rest result;
    for (const CursorOf& cursor : cursors_) {
      for (std::size_t i = cursor.rest_from; i < cursor.end; ++i) result.pieces.push_back({update_.structs[i], 0});
    }
    result.missing = std::move(missing_);
    return result;
  }

  const Update& update_;
  World& world_;
  std::vector<CursorOf> cursors_;
  std::size_t current_ = 0;
  std::vector<const Struct*> stack_;
  std::vector<ClientClock> missing_;
};

}  // namespace atelier::crdt
