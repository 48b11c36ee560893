#pragma once

#include <string>
#include <utility>
#include <vector>

#include "crdt/position.hpp"
#include "crdt/value.hpp"

namespace atelier::crdt {

/// One transaction of a document's own client, on any shared type: what Yjs's Y.Text, Y.Array, Y.Map and Y.Xml… do.
/// One at a time for a document, and nothing else may change it meanwhile. A call that fails (over_limit: the place is
/// beyond the end; not_causal: no such type) changes nothing.
class Edit {
 public:
  /// Formatting by key; a null value switches off.
  using Attributes = std::vector<std::pair<std::string, Value>>;

  explicit Edit(Doc& doc);
  Edit(const Edit&) = delete;
  ~Edit();

  /// Y.Text and Y.XmlText, offsets in UTF-16 units. Text takes the formatting of its place.
  Result<void, Errc> insert(const TypeName& text, std::uint64_t at, std::string_view utf8);
  Result<void, Errc> insert(const TypeName& text, std::uint64_t at, std::string_view utf8, const Attributes& attributes);
  Result<void, Errc> insert_embed(const TypeName& text, std::uint64_t at, const Value& embed, const Attributes& attributes = {});
  Result<void, Errc> format(const TypeName& text, std::uint64_t at, std::uint64_t units, const Attributes& attributes);
  Result<void, Errc> erase_text(const TypeName& text, std::uint64_t at, std::uint64_t units);

  /// Y.Array, Y.XmlFragment and Y.XmlElement, offsets in elements.
  Result<void, Errc> insert(const TypeName& list, std::uint64_t at, const std::vector<Value>& values);
  Result<TypeName, Errc> insert_type(const TypeName& list, std::uint64_t at, TypeRef ref, std::string_view name = {});
  Result<void, Errc> erase(const TypeName& list, std::uint64_t at, std::uint64_t count);

  /// Y.Map, and attributes of Y.XmlElement and Y.Text.
  Result<void, Errc> set(const TypeName& map, std::string_view key, const Value& value);
  Result<TypeName, Errc> set_type(const TypeName& map, std::string_view key, TypeRef ref, std::string_view name = {});
  Result<void, Errc> unset(const TypeName& map, std::string_view key);

  /// Ends the transaction: the Yjs update v1 of it; empty if it did nothing. Then the object is used up.
  Bytes commit();

 private:
  Doc::Impl& impl_;
  bool open_ = true;
};

}  // namespace atelier::crdt
