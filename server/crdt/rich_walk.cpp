#include "crdt/rich_walk.hpp"

#include <algorithm>

#include "crdt/limits.hpp"

namespace atelier::crdt {
namespace {

class Walk {
 public:
  Walk(const Store& store, RichVisitor& visitor) : store_(store), visitor_(visitor) {}

  void children(std::uint32_t type, std::size_t depth) {
    if (depth > tree_nesting_max) return;
    bool open = false;
    std::vector<Mark> marks;
    for (Handle at = store_.type(type).start; at != none; at = store_.item(at).right) {
      if (store_.item(at).deleted) continue;
      const bool in_line = is_inline(at);
      if (in_line != open) in_line ? visitor_.open_block(none) : visitor_.close_block(none);
      open = in_line;
      in_line ? inline_item(at, marks) : element(at, depth);
    }
    if (open) visitor_.close_block(none);
  }

 private:
  bool is_type(Handle handle, TypeRef ref) const {
    const Item& item = store_.item(handle);
    return item.ref == Ref::type && store_.type_of(item).ref == ref;
  }
  bool is_break(Handle handle) const {
    const std::string_view name = element_name(store_, handle);
    return name == "hard_break" || name == "hardBreak";
  }
  bool is_inline(Handle handle) const {
    const Ref ref = store_.item(handle).ref;
    return ref == Ref::string || ref == Ref::format || is_type(handle, TypeRef::xml_text) || is_break(handle);
  }

  void element(Handle handle, std::size_t depth) {
    if (!is_type(handle, TypeRef::xml_element)) return;
    const std::uint32_t type = store_.item(handle).content.offset;
    if (has_elements(type)) {
      visitor_.open_container(handle);
      children(type, depth + 1);
      visitor_.close_container(handle);
      return;
    }
    visitor_.open_block(handle);
    std::vector<Mark> marks;
    for (Handle at = store_.type(type).start; at != none; at = store_.item(at).right) {
      if (!store_.item(at).deleted) inline_item(at, marks);
    }
    visitor_.close_block(handle);
  }

  bool has_elements(std::uint32_t type) const {
    for (Handle at = store_.type(type).start; at != none; at = store_.item(at).right) {
      if (!store_.item(at).deleted && is_type(at, TypeRef::xml_element) && !is_break(at)) return true;
    }
    return false;
  }

  void inline_item(Handle handle, std::vector<Mark>& marks) {
    const Item& item = store_.item(handle);
    if (item.ref == Ref::string) return visitor_.text(handle, marks);
    if (item.ref == Ref::format) return set_mark(marks, store_.content(item));
    if (is_break(handle)) return visitor_.line_break(handle);
    if (!is_type(handle, TypeRef::xml_text)) return;
    std::vector<Mark> own;
    for (Handle at = store_.type_of(item).start; at != none; at = store_.item(at).right) {
      const Item& part = store_.item(at);
      if (part.deleted) continue;
      if (part.ref == Ref::string) visitor_.text(at, own);
      if (part.ref == Ref::format) set_mark(own, store_.content(part));
    }
  }

  static void set_mark(std::vector<Mark>& marks, std::string_view content) {
    Reader in(content);
    const std::string key(in.var_bytes());
    const std::string value(in.var_bytes());
    const auto place = std::ranges::lower_bound(marks, key, std::less<>(), &Mark::first);
    const bool found = place != marks.end() && place->first == key;
    if (value == "null") {
      if (found) marks.erase(place);
    } else if (found) {
      place->second = value;
    } else {
      marks.insert(place, {key, value});
    }
  }

  const Store& store_;
  RichVisitor& visitor_;
};

}  // namespace

void walk_rich_text(const Store& store, std::string_view root, RichVisitor& visitor) {
  if (const auto type = store.find_root(root)) Walk(store, visitor).children(*type, 0);
}

std::string_view element_name(const Store& store, Handle handle) {
  if (handle == none) return {};
  const Item& item = store.item(handle);
  if (item.ref != Ref::type || store.type_of(item).ref != TypeRef::xml_element) return {};
  return store.name(store.type_of(item).name);
}

}  // namespace atelier::crdt
