#include "crdt/text_edit.hpp"

#include <algorithm>

namespace atelier::crdt {
namespace {

const std::string* find(const TextEdit::Marks& marks, std::string_view key) {
  const auto found = std::ranges::find(marks, key, &std::pair<std::string, std::string>::first);
  return found == marks.end() ? nullptr : &found->second;
}

std::string key_of(std::string_view content) { return std::string(Reader(content).var_bytes()); }

}  // namespace

TextEdit::TextEdit(Doc::Impl& impl, std::uint32_t text, std::uint64_t at)
    : impl_(impl), store_(impl.store), edit_(impl), cleanup_(impl.store, impl.transaction, impl.transaction), text_(text) {
  right_ = store_.type(text).start;
  while (right_ != none && at > 0) {
    const Item& item = store_.item(right_);
    if (!item.deleted && item.countable()) {
      if (at < item.len) cut_right(at);
      at -= store_.item(right_).len;
    }
    forward();
  }
  ok_ = at == 0;
}

void TextEdit::cut_right(std::uint64_t units) {
  const Item& item = store_.item(right_);
  impl_.transaction.clean_start({item.client, item.clock + static_cast<std::uint32_t>(units)});
}

void TextEdit::forward() {
  const Item& item = store_.item(right_);
  if (item.ref == Ref::format && !item.deleted) cleanup_.update(current_, right_);
  left_ = right_;
  right_ = item.right;
}

std::string_view TextEdit::value_of(Handle marker) const {
  Reader in(store_.content(store_.item(marker)));
  in.var_bytes();
  return in.var_bytes();
}

std::string TextEdit::value_here(std::string_view key) const {
  const auto found = std::ranges::find(current_, key, &FormatCleanup::Attribute::key);
  return found == current_.end() ? "null" : std::string(value_of(found->marker));
}

TextEdit::Marks TextEdit::marks_here() const {
  Marks marks;
  for (const auto& attribute : current_) marks.emplace_back(attribute.key, value_of(attribute.marker));
  return marks;
}

void TextEdit::skip_what_holds(const Marks& marks) {
  while (right_ != none) {
    const Item& item = store_.item(right_);
    if (!item.deleted) {
      if (item.ref != Ref::format) return;
      const std::string* wanted = find(marks, key_of(store_.content(item)));
      if (value_of(right_) != (wanted == nullptr ? std::string_view("null") : *wanted)) return;
    }
    forward();
  }
}

void TextEdit::put_marker(std::string_view key, std::string_view json) {
  right_ = edit_.insert_format(text_, left_, key, json);
  forward();
}

TextEdit::Marks TextEdit::switch_on(const Marks& marks) {
  Marks negated;
  for (const auto& [key, json] : marks) {
    const std::string before = value_here(key);
    if (before == json) continue;
    negated.emplace_back(key, before);
    put_marker(key, json);
  }
  return negated;
}

void TextEdit::switch_back(Marks negated) {
  while (right_ != none) {
    const Item& item = store_.item(right_);
    if (!item.deleted) {
      if (item.ref != Ref::format) break;
      const std::string key = key_of(store_.content(item));
      const std::string* wanted = find(negated, key);
      if (wanted == nullptr || *wanted != value_of(right_)) break;
      std::erase_if(negated, [&](const auto& mark) { return mark.first == key; });
    }
    forward();
  }
  for (const auto& [key, json] : negated) put_marker(key, json);
}

void TextEdit::insert(const LocalEdit::Content& content, Marks marks) {
  for (const auto& attribute : current_) {
    if (find(marks, attribute.key) == nullptr) marks.emplace_back(attribute.key, "null");
  }
  skip_what_holds(marks);
  const Marks negated = switch_on(marks);
  const Handle made = edit_.insert(text_, left_, content);
  left_ = made;
  right_ = store_.item(made).right;
  switch_back(negated);
}

bool TextEdit::has(std::uint64_t units) const {
  std::uint64_t found = 0;
  for (Handle at = right_; at != none && found < units; at = store_.item(at).right) {
    if (!store_.item(at).deleted && store_.item(at).countable()) found += store_.item(at).len;
  }
  return found >= units;
}

/// A marker inside what is being formatted gives way; what it switched must hold again behind.
void TextEdit::meet_marker(const Marks& marks, Marks& negated) {
  const std::string key = key_of(store_.content(store_.item(right_)));
  const std::string* wanted = find(marks, key);
  if (wanted == nullptr) return;
  const std::string value(value_of(right_));
  std::erase_if(negated, [&](const auto& mark) { return mark.first == key; });
  if (*wanted != value) negated.emplace_back(key, value);
  impl_.transaction.remove(right_);
}

void TextEdit::format(std::uint64_t units, const Marks& marks) {
  skip_what_holds(marks);
  Marks negated = switch_on(marks);
  while (right_ != none) {
    const Item& item = store_.item(right_);
    const bool empty = item.deleted || item.ref == Ref::format;
    if (units == 0 && (negated.empty() || !empty)) break;
    if (!item.deleted && item.ref == Ref::format) {
      const std::string* wanted = find(marks, key_of(store_.content(item)));
      if (units == 0 && wanted != nullptr && *wanted != value_of(right_)) break;
      meet_marker(marks, negated);
    } else if (!item.deleted && item.countable()) {
      if (units < item.len) cut_right(units);
      units -= store_.item(right_).len;
    }
    forward();
  }
  switch_back(std::move(negated));
}

void TextEdit::erase(std::uint64_t units) {
  const FormatCleanup::Attributes before = current_;
  const Handle start = right_;
  while (units > 0 && right_ != none) {
    const Item& item = store_.item(right_);
    if (!item.deleted && item.countable()) {
      if (units < item.len) cut_right(units);
      units -= store_.item(right_).len;
      impl_.transaction.remove(right_);
    }
    forward();
  }
  if (start != none) cleanup_.clean_gap(start, right_, before, current_);
}

}  // namespace atelier::crdt
