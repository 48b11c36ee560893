#pragma once

#include "crdt/edit.hpp"
#include "crdt/format_cleanup.hpp"
#include "crdt/local.hpp"

namespace atelier::crdt {

/// Editing one formatted text inside an open transaction (yjs/src/types/YText.js). Values of attributes are JSON.
class TextEdit {
 public:
  using Marks = std::vector<std::pair<std::string, std::string>>;  ///< key → JSON; "null" switches off

  /// Goes to unit `at`; ok() is false if the text ends before.
  TextEdit(Doc::Impl& impl, std::uint32_t text, std::uint64_t at);
  bool ok() const { return ok_; }

  /// Inserts content that has `marks` and no other formatting.
  void insert(const LocalEdit::Content& content, Marks marks);
  /// What is on at this place.
  Marks marks_here() const;
  void format(std::uint64_t units, const Marks& marks);
  void erase(std::uint64_t units);
  /// Are there `units` units from here on?
  bool has(std::uint64_t units) const;

 private:
  void forward();
  std::string_view value_of(Handle marker) const;
  std::string value_here(std::string_view key) const;
  void skip_what_holds(const Marks& marks);
  Marks switch_on(const Marks& marks);
  void switch_back(Marks negated);
  void put_marker(std::string_view key, std::string_view json);
  void meet_marker(const Marks& marks, Marks& negated);
  void cut_right(std::uint64_t units);

  Doc::Impl& impl_;
  Store& store_;
  LocalEdit edit_;
  FormatCleanup cleanup_;
  std::uint32_t text_;
  Handle left_ = none;
  Handle right_ = none;
  FormatCleanup::Attributes current_;
  bool ok_ = true;
};

}  // namespace atelier::crdt
