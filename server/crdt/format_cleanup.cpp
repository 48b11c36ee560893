#include "crdt/format_cleanup.hpp"

#include <algorithm>

namespace atelier::crdt {

void FormatCleanup::run() {
  find_new_markers();
  clean_deletes();
  for (std::size_t i = 0; i < texts_.size(); ++i) clean_text(texts_[i]);
}

std::string_view FormatCleanup::key_of(Handle marker) const { return Reader(store_.content(store_.item(marker))).var_bytes(); }

std::string_view FormatCleanup::value_of(Handle marker) const {
  Reader in(store_.content(store_.item(marker)));
  in.var_bytes();
  return in.var_bytes();
}

bool FormatCleanup::same_value(Handle a, Handle b) const {
  if (a == b) return true;
  const std::string_view first = a == none ? "null" : value_of(a);
  const std::string_view second = b == none ? "null" : value_of(b);
  return first == second && !first.starts_with('{') && !first.starts_with('[');
}

Handle FormatCleanup::find(const Attributes& attributes, std::string_view key) {
  const auto found = std::ranges::find(attributes, key, &Attribute::key);
  return found == attributes.end() ? none : found->marker;
}

void FormatCleanup::set(Attributes& attributes, std::string_view key, Handle marker) {
  const auto found = std::ranges::find(attributes, key, &Attribute::key);
  if (marker == none) {
    if (found != attributes.end()) attributes.erase(found);
  } else if (found != attributes.end()) {
    found->marker = marker;
  } else {
    attributes.push_back({std::string(key), marker});
  }
}

void FormatCleanup::update(Attributes& attributes, Handle marker) const {
  set(attributes, key_of(marker), value_of(marker) == "null" ? none : marker);
}

bool FormatCleanup::add_text(std::uint32_t type) {
  if (std::ranges::find(texts_, type) != texts_.end()) return false;
  texts_.push_back(type);
  return true;
}

void FormatCleanup::find_new_markers() {
  for (const std::uint32_t index : done_.touched()) {
    const Client& client = store_.client(index);
    for (RunIndex::Position at = client.runs.find(client.before);; at = client.runs.next(at)) {
      const Item& item = store_.item(client.runs.at(at));
      if (!item.deleted && is_marker(item)) add_text(item.parent);
      if (client.runs.is_last(at)) break;
    }
  }
}

void FormatCleanup::clean_deletes() {
  for (const DeleteRange& range : done_.deletes_as_made()) {
    const RunIndex& runs = store_.client(*store_.find_client(range.client)).runs;
    for (RunIndex::Position at = runs.find(static_cast<std::uint32_t>(range.clock));; at = runs.next(at)) {
      const Item& item = store_.item(runs.at(at));
      if (item.clock >= range.end()) break;
      if (!item.is_gc() && store_.type(item.parent).has_formatting && std::ranges::find(texts_, item.parent) == texts_.end()) {
        is_marker(item) ? void(add_text(item.parent)) : clean_around(runs.at(at));
      }
      if (runs.is_last(at)) break;
    }
  }
}

/// Between two contents only the last marker of each key says anything.
void FormatCleanup::clean_around(Handle deleted) {
  const auto empty = [&](Handle handle) { return store_.item(handle).deleted || !store_.item(handle).countable(); };
  Handle at = deleted;
  while (store_.item(at).right != none && empty(store_.item(at).right)) at = store_.item(at).right;
  std::vector<std::string_view> keys;
  for (; at != none && empty(at); at = store_.item(at).left) {
    const Item& item = store_.item(at);
    if (item.deleted || !is_marker(item)) continue;
    if (std::ranges::find(keys, key_of(at)) != keys.end()) {
      own_.remove(at);
    } else {
      keys.push_back(key_of(at));
    }
  }
}

void FormatCleanup::clean_text(std::uint32_t type) {
  Handle start = store_.type(type).start;
  Attributes before, now;
  for (Handle at = start; at != none; at = store_.item(at).right) {
    const Item& item = store_.item(at);
    if (item.deleted) continue;
    if (is_marker(item)) {
      update(now, at);
    } else {
      clean_gap(start, at, before, now);
      before = now;
      start = at;
    }
  }
}

void FormatCleanup::clean_gap(Handle start, Handle current, const Attributes& before, Attributes& now) {
  Handle end = start;
  Attributes last;  // of each key in the gap
  while (end != none && (!store_.item(end).countable() || store_.item(end).deleted)) {
    if (!store_.item(end).deleted && is_marker(store_.item(end))) set(last, key_of(end), end);
    end = store_.item(end).right;
  }
  bool reached_current = false;
  for (Handle at = start; at != end; at = store_.item(at).right) {
    if (at == current) reached_current = true;
    if (store_.item(at).deleted || !is_marker(store_.item(at))) continue;
    const std::string_view key = key_of(at);
    const Handle held = find(before, key);
    const bool redundant = same_value(held, at);
    if (find(last, key) != at || redundant) {
      own_.remove(at);
      if (!reached_current && same_value(find(now, key), at) && !redundant) set(now, key, held);
    }
    if (!reached_current && !store_.item(at).deleted) update(now, at);
  }
}

}  // namespace atelier::crdt
