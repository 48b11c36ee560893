#include "crdt/edit.hpp"

#include "crdt/text_edit.hpp"

namespace atelier::crdt {
namespace {

std::optional<std::uint32_t> find_type(Store& store, const TypeName& name) {
  if (!name.item) return store.root(name.root);
  const auto client = store.find_client(name.item->client);
  if (!client || name.item->clock >= store.client(*client).state) return std::nullopt;
  const Item& item = store.item(store.find({*client, static_cast<std::uint32_t>(name.item->clock)}));
  if (item.ref != Ref::type || item.deleted) return std::nullopt;
  return item.content.offset;
}

TextEdit::Marks marks_of(const Edit::Attributes& attributes) {
  TextEdit::Marks marks;
  for (const auto& [key, value] : attributes) marks.emplace_back(key, to_json(value));
  return marks;
}

TypeName name_of(const Store& store, Handle handle) {
  return {{}, WireId{store.client(store.item(handle).client).id, store.item(handle).clock}};
}

/// A list opened at an element: `left` is the item before it.
struct Spot {
  Handle left = none;
  bool found = false;
};

Spot spot_at(Doc::Impl& impl, std::uint32_t type, std::uint64_t at) {
  Spot spot{none, at == 0};
  for (Handle next = impl.store.type(type).start; next != none && at > 0; next = impl.store.item(next).right) {
    const Item& item = impl.store.item(next);
    if (!item.deleted && item.countable()) {
      if (at < item.len) impl.transaction.clean_start({item.client, item.clock + static_cast<std::uint32_t>(at)});
      at -= impl.store.item(next).len;
    }
    spot = {next, at == 0};
  }
  return spot;
}

bool is_binary(const Value& value) { return value.kind == Value::Kind::bytes; }

/// One value as the content of a struct: bytes on their own, anything else as Any.
LocalEdit::Content content_of(const Value& value, Bytes& bytes) {
  if (is_binary(value)) {
    bytes = value.text;
    return {Ref::binary, bytes, 1, {}};
  }
  Writer out;
  write_any(out, value);
  bytes = out.take();
  return {Ref::any, bytes, 1, {}};
}

}  // namespace

Edit::Edit(Doc& doc) : impl_(doc.impl()) { impl_.transaction.begin(); }

Edit::~Edit() {
  if (open_) commit();
}

Bytes Edit::commit() {
  open_ = false;
  impl_.finish();
  return impl_.transaction.update(Format::v1);
}

Result<void, Errc> Edit::insert(const TypeName& text, std::uint64_t at, std::string_view utf8) {
  const auto type = find_type(impl_.store, text);
  if (!type) return std::unexpected(Errc::not_causal);
  TextEdit edit(impl_, *type, at);
  if (!edit.ok()) return std::unexpected(Errc::over_limit);
  const std::int64_t units = utf16_units_checked(utf8);
  if (units < 0) return std::unexpected(Errc::malformed);
  if (units > 0) edit.insert({Ref::string, utf8, static_cast<std::uint64_t>(units), {}}, edit.marks_here());
  return {};
}

Result<void, Errc> Edit::insert(const TypeName& text, std::uint64_t at, std::string_view utf8, const Attributes& attributes) {
  const auto type = find_type(impl_.store, text);
  if (!type) return std::unexpected(Errc::not_causal);
  TextEdit edit(impl_, *type, at);
  if (!edit.ok()) return std::unexpected(Errc::over_limit);
  const std::int64_t units = utf16_units_checked(utf8);
  if (units < 0) return std::unexpected(Errc::malformed);
  if (units > 0) edit.insert({Ref::string, utf8, static_cast<std::uint64_t>(units), {}}, marks_of(attributes));
  return {};
}

Result<void, Errc> Edit::insert_embed(const TypeName& text, std::uint64_t at, const Value& embed, const Attributes& attributes) {
  const auto type = find_type(impl_.store, text);
  if (!type) return std::unexpected(Errc::not_causal);
  TextEdit edit(impl_, *type, at);
  if (!edit.ok()) return std::unexpected(Errc::over_limit);
  const std::string json = to_json(embed);
  edit.insert({Ref::embed, json, 1, {}}, marks_of(attributes));
  return {};
}

Result<void, Errc> Edit::format(const TypeName& text, std::uint64_t at, std::uint64_t units, const Attributes& attributes) {
  const auto type = find_type(impl_.store, text);
  if (!type) return std::unexpected(Errc::not_causal);
  TextEdit edit(impl_, *type, at);
  if (!edit.ok() || !edit.has(units)) return std::unexpected(Errc::over_limit);
  if (units > 0) edit.format(units, marks_of(attributes));
  return {};
}

Result<void, Errc> Edit::erase_text(const TypeName& text, std::uint64_t at, std::uint64_t units) {
  const auto type = find_type(impl_.store, text);
  if (!type) return std::unexpected(Errc::not_causal);
  TextEdit edit(impl_, *type, at);
  if (!edit.ok() || !edit.has(units)) return std::unexpected(Errc::over_limit);
  if (units > 0) edit.erase(units);
  return {};
}

Result<void, Errc> Edit::insert(const TypeName& list, std::uint64_t at, const std::vector<Value>& values) {
  const auto type = find_type(impl_.store, list);
  if (!type) return std::unexpected(Errc::not_causal);
  const Spot spot = spot_at(impl_, *type, at);
  if (!spot.found) return std::unexpected(Errc::over_limit);
  LocalEdit edit(impl_);
  Handle left = spot.left;
  for (std::size_t i = 0; i < values.size();) {
    if (is_binary(values[i])) {
      left = edit.insert(*type, left, {Ref::binary, values[i++].text, 1, {}});
      continue;
    }
    Writer run;
    std::uint64_t count = 0;
    for (; i < values.size() && !is_binary(values[i]); ++i, ++count) write_any(run, values[i]);
    left = edit.insert(*type, left, {Ref::any, run.out(), count, {}});
  }
  return {};
}

Result<TypeName, Errc> Edit::insert_type(const TypeName& list, std::uint64_t at, TypeRef ref, std::string_view name) {
  const auto type = find_type(impl_.store, list);
  if (!type) return std::unexpected(Errc::not_causal);
  const Spot spot = spot_at(impl_, *type, at);
  if (!spot.found) return std::unexpected(Errc::over_limit);
  return name_of(impl_.store, LocalEdit(impl_).insert(*type, spot.left, {Ref::type, name, 1, ref}));
}

Result<void, Errc> Edit::erase(const TypeName& list, std::uint64_t at, std::uint64_t count) {
  const auto type = find_type(impl_.store, list);
  if (!type) return std::unexpected(Errc::not_causal);
  const Spot spot = spot_at(impl_, *type, at);
  if (!spot.found || !spot_at(impl_, *type, at + count).found) return std::unexpected(Errc::over_limit);
  Handle next = spot.left != none ? impl_.store.item(spot.left).right : impl_.store.type(*type).start;
  for (; count > 0; next = impl_.store.item(next).right) {
    const Item& item = impl_.store.item(next);
    if (item.deleted || !item.countable()) continue;
    count -= item.len;
    impl_.transaction.remove(next);
  }
  return {};
}

Result<void, Errc> Edit::set(const TypeName& map, std::string_view key, const Value& value) {
  const auto type = find_type(impl_.store, map);
  if (!type) return std::unexpected(Errc::not_causal);
  Bytes bytes;
  const LocalEdit::Content content = content_of(value, bytes);
  LocalEdit(impl_).set(*type, impl_.store.intern_name(key), content);
  return {};
}

Result<TypeName, Errc> Edit::set_type(const TypeName& map, std::string_view key, TypeRef ref, std::string_view name) {
  const auto type = find_type(impl_.store, map);
  if (!type) return std::unexpected(Errc::not_causal);
  return name_of(impl_.store, LocalEdit(impl_).set(*type, impl_.store.intern_name(key), {Ref::type, name, 1, ref}));
}

Result<void, Errc> Edit::unset(const TypeName& map, std::string_view key) {
  const auto type = find_type(impl_.store, map);
  if (!type) return std::unexpected(Errc::not_causal);
  const auto name = impl_.store.find_name(key);
  const Handle entry = name ? impl_.store.entry(*type, *name) : none;
  if (entry != none) impl_.transaction.remove(entry);
  return {};
}

}  // namespace atelier::crdt
