#pragma once

#include "crdt/engine.hpp"

namespace atelier::crdt {

/// Local edits: makes structs of the document's own client inside an open transaction, as Yjs's types do.
class LocalEdit {
 public:
  explicit LocalEdit(Doc::Impl& impl) : impl_(impl) {}

  struct Content {
    Ref ref = Ref::string;
    std::string_view bytes;  ///< as Struct::content
    std::uint64_t len = 1;
    TypeRef type{};
  };
  /// Inserts after `left` (none: at the start) in the list of `parent`; returns the new item, merged with nothing yet
  /// unless it is text that continues `left`.
  Handle insert(std::uint32_t parent, Handle left, const Content& content);
  Handle insert_text(std::uint32_t parent, Handle left, std::string_view text);
  Handle insert_element(std::uint32_t parent, Handle left, std::string_view name);
  Handle insert_xml_text(std::uint32_t parent, Handle left);
  Handle insert_format(std::uint32_t parent, Handle left, std::string_view key, std::string_view json);
  /// Sets an entry of a map, or an attribute.
  Handle set(std::uint32_t parent, std::uint32_t key, const Content& content);
  /// Inserts between two neighbours.
  Handle insert_between(std::uint32_t parent, Handle left, Handle right, std::uint32_t key, const Content& content);

  Store& store() { return impl_.store; }
  std::uint32_t type_at(Handle handle) const { return impl_.store.item(handle).content.offset; }
  /// Last item of a type's list; none if there is none.
  Handle last_of(std::uint32_t type) const;

 private:
  Doc::Impl& impl_;
};

}  // namespace atelier::crdt
