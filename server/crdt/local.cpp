#include "crdt/local.hpp"

namespace atelier::crdt {

Handle LocalEdit::insert(std::uint32_t parent, Handle left, const Content& content) {
  const Handle right = left != none ? store().item(left).right : store().type(parent).start;
  return insert_between(parent, left, right, none, content);
}

Handle LocalEdit::insert_between(std::uint32_t parent, Handle left, Handle right, std::uint32_t key, const Content& content) {
  Store& data = impl_.store;
  Struct made;
  made.client = impl_.options.client.value();
  made.clock = data.state(made.client);
  made.len = content.len;
  made.ref = content.ref;
  made.content = content.bytes;
  made.type_ref = content.type;
  if (left != none) {
    const Item& item = data.item(left);
    made.has_origin = true;
    made.origin = {data.client(item.client).id, item.last_id().clock};
  }
  if (right != none) {
    const Item& item = data.item(right);
    made.has_right_origin = true;
    made.right_origin = {data.client(item.client).id, item.clock};
  }
  std::string root;  // names may move while the store grows
  std::string key_name;
  if (left == none && right == none) {
    const Type& type = data.type(parent);
    made.parent_kind = type.item == none ? Parent::root : Parent::item;
    if (type.item == none) {
      made.root = root = data.name(type.name);
    } else {
      made.parent = {data.client(data.item(type.item).client).id, data.item(type.item).clock};
    }
    made.has_key = key != none;
    if (made.has_key) made.key = key_name = data.name(key);
  }
  impl_.transaction.integrate(made, 0);
  return data.find({data.intern_client(made.client), static_cast<std::uint32_t>(made.clock)});
}

Handle LocalEdit::insert_text(std::uint32_t parent, Handle left, std::string_view text) {
  return insert(parent, left, {Ref::string, text, utf16_length(text), {}});
}

Handle LocalEdit::insert_element(std::uint32_t parent, Handle left, std::string_view name) {
  return insert(parent, left, {Ref::type, name, 1, TypeRef::xml_element});
}

Handle LocalEdit::insert_xml_text(std::uint32_t parent, Handle left) {
  return insert(parent, left, {Ref::type, {}, 1, TypeRef::xml_text});
}

Handle LocalEdit::insert_format(std::uint32_t parent, Handle left, std::string_view key, std::string_view json) {
  Writer content;
  content.var_bytes(key);
  content.var_bytes(json);
  return insert(parent, left, {Ref::format, content.out(), 1, {}});
}

Handle LocalEdit::set(std::uint32_t parent, std::uint32_t key, const Content& content) {
  return insert_between(parent, store().entry(parent, key), none, key, content);
}

Handle LocalEdit::last_of(std::uint32_t type) const {
  Handle last = none;
  for (Handle at = impl_.store.type(type).start; at != none; at = impl_.store.item(at).right) last = at;
  return last;
}

}  // namespace atelier::crdt
