#pragma once

#include "crdt/transaction.hpp"

namespace atelier::crdt {

/// Deletes formatting markers of a text that a remote transaction made redundant, as a transaction of its own
/// (yjs/src/types/YText.js cleanupYTextAfterTransaction). Yjs does it on every replica that knows the text's type.
class FormatCleanup {
 public:
  /// `done` has not collected garbage yet; `own` is the transaction that deletes.
  FormatCleanup(Store& store, const Transaction& done, Transaction& own) : store_(store), done_(done), own_(own) {}
  void run();


  /// What is on at a place: keys and the markers that say so.
  struct Attribute {
    std::string key;
    Handle marker = none;
  };
  using Attributes = std::vector<Attribute>;

  /// Deletes markers between `start` and `current` that are overwritten or set what holds already (cleanupFormattingGap).
  void clean_gap(Handle start, Handle current, const Attributes& before, Attributes& now);
  void update(Attributes& attributes, Handle marker) const;

 private:
  std::string_view key_of(Handle marker) const;
  std::string_view value_of(Handle marker) const;
  bool is_marker(const Item& item) const { return item.ref == Ref::format; }
  /// The `===` of JavaScript: markers with objects differ unless they are one.
  bool same_value(Handle a, Handle b) const;
  static Handle find(const Attributes& attributes, std::string_view key);
  static void set(Attributes& attributes, std::string_view key, Handle marker);

  void find_new_markers();
  void clean_deletes();
  void clean_around(Handle deleted);
  void clean_text(std::uint32_t type);
  bool add_text(std::uint32_t type);

  Store& store_;
  const Transaction& done_;
  Transaction& own_;
  std::vector<std::uint32_t> texts_;  ///< to be cleaned as a whole
};

}  // namespace atelier::crdt
