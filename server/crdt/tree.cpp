#include "crdt/tree.hpp"

#include <algorithm>

#include "crdt/engine.hpp"
#include "crdt/rich_text.hpp"

namespace atelier::crdt {
namespace {

class TreeReader {
 public:
  explicit TreeReader(const View& view) : view_(view), store_(view.store()) {}

  Node type(std::uint32_t index, TypeRef as, std::size_t depth) const {
    Node node;
    node.kind = Node::Kind::type;
    node.type = as;
    const Type& source = store_.type(index);
    if (source.item != none && source.name != none) node.name = store_.name(source.name);
    if (depth > tree_nesting_max) return node;
    read_entries(source, index, depth, node);
    if (as == TypeRef::text || as == TypeRef::xml_text) {
      read_delta(source, depth, node.delta);
    } else {
      read_children(source, depth, node.children);
    }
    return node;
  }

 private:
  void read_entries(const Type& source, std::uint32_t index, std::size_t depth, Node& node) const {
    for (const std::uint32_t key : source.keys) {
      Handle at = store_.entry(index, key);
      while (at != none && !view_.known(store_.item(at))) at = store_.item(at).left;
      if (at == none) continue;
      std::vector<Node> values;
      append_content(store_.item(at), depth, values);
      if (!values.empty()) node.entries.emplace_back(std::string(store_.name(key)), std::move(values.back()));
    }
  }

  void read_children(const Type& source, std::size_t depth, std::vector<Node>& out) const {
    for (Handle at = source.start; at != none; at = store_.item(at).right) append_content(store_.item(at), depth, out);
  }

  static Node value_node(Value value) {
    Node node;
    node.value = std::move(value);
    return node;
  }

  std::string visible_text(const Item& item, View::Part part) const {
    const std::string_view content = store_.content(item);
    std::string tail;
    append_from_unit(tail, content, part.from);
    if (part.to == item.len) return tail;
    const Utf16Cut cut = cut_utf16(tail, part.to - part.from);
    tail.resize(cut.left_bytes);
    if (cut.inside_pair) tail += replacement_character;
    return tail;
  }

  void append_list(const Item& item, View::Part part, std::vector<Node>& out) const {
    Reader in(store_.content(item));
    for (std::uint32_t i = 0; i < part.to && in.ok(); ++i) {
      Value value;
      if (item.ref == Ref::any) {
        value = read_any(in);
      } else if (const std::string_view json = in.var_bytes(); json != "undefined") {
        value = parse_json(json);
      }
      if (i >= part.from) out.push_back(value_node(std::move(value)));
    }
  }

  /// What can be seen of an item as elements of a list.
  void append_content(const Item& item, std::size_t depth, std::vector<Node>& out) const {
    for (const View::Part part : view_.parts(item)) {
      switch (item.ref) {
        case Ref::any: case Ref::json: append_list(item, part, out); break;
        case Ref::type: out.push_back(type(item.content.offset, store_.type_of(item).ref, depth + 1)); break;
        case Ref::binary: {
          Value bytes = Value::empty(Value::Kind::bytes);
          bytes.text = store_.content(item);
          out.push_back(value_node(std::move(bytes)));
          break;
        }
        case Ref::embed: out.push_back(value_node(parse_json(store_.content(item)))); break;
        case Ref::string: out.push_back(value_node(Value::of(visible_text(item, part)))); break;
        case Ref::doc: {
          Node document;
          document.kind = Node::Kind::document;
          Reader in(store_.content(item));
          document.value = Value::of(in.var_bytes());
          out.push_back(std::move(document));
          break;
        }
        default: break;
      }
    }
  }

  void read_delta(const Type& source, std::size_t depth, std::vector<DeltaOp>& delta) const {
    std::vector<std::pair<std::string, Value>> attributes;
    bool joins = false;  // with the last operation: text with the same attributes
    for (Handle at = source.start; at != none; at = store_.item(at).right) {
      const Item& item = store_.item(at);
      const auto parts = view_.parts(item);
      if (parts.empty()) continue;
      if (item.ref == Ref::string) {
        for (const View::Part part : parts) {
          if (!joins) delta.push_back({value_node(Value::of("")), attributes});
          joins = true;
          delta.back().insert.value.text += visible_text(item, part);
        }
      } else if (item.ref == Ref::embed || item.ref == Ref::type) {
        std::vector<Node> content;
        append_content(item, depth, content);
        if (!content.empty()) delta.push_back({std::move(content.front()), attributes});
        joins = false;
      } else if (item.ref == Ref::format) {
        set_attribute(attributes, store_.content(item));
        joins = false;
      }
    }
  }

  static void set_attribute(std::vector<std::pair<std::string, Value>>& attributes, std::string_view content) {
    Reader in(content);
    const std::string key(in.var_bytes());
    Value value = parse_json(in.var_bytes());
    const auto place = std::ranges::find(attributes, key, &std::pair<std::string, Value>::first);
    if (value.kind == Value::Kind::null) {
      if (place != attributes.end()) attributes.erase(place);
    } else if (place != attributes.end()) {
      place->second = std::move(value);
    } else {
      attributes.emplace_back(key, std::move(value));
    }
  }

  const View& view_;
  const Store& store_;
};

/// What JavaScript's template strings make of a value.
std::string js_string(const Value& value) {
  switch (value.kind) {
    case Value::Kind::undefined: return "undefined";
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return value.boolean ? "true" : "false";
    case Value::Kind::number: return number_text(value.number);
    case Value::Kind::bigint: return std::to_string(value.bigint);
    case Value::Kind::string: return value.text;
    case Value::Kind::object: return "[object Object]";
    case Value::Kind::array: case Value::Kind::bytes: break;
  }
  std::string out;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const Value& item = value.items[i];
    const bool empty = item.kind == Value::Kind::null || item.kind == Value::Kind::undefined;
    out += (i > 0 ? "," : "") + (empty ? std::string() : js_string(item));
  }
  for (std::size_t i = 0; i < value.text.size(); ++i) {
    out += (i > 0 ? "," : "") + std::to_string(static_cast<unsigned char>(value.text[i]));
  }
  return out;
}

std::string js_string(const Node& node) { return node.kind == Node::Kind::value ? js_string(node.value) : "[object Object]"; }

template <class Pairs>
std::string sorted_attributes(const Pairs& pairs) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [key, value] : pairs) texts.emplace_back(key, js_string(value));
  std::ranges::sort(texts);
  std::string out;
  for (const auto& [key, text] : texts) out += " " + key + "=\"" + text + "\"";
  return out;
}

/// `for (key in value)`: members of an object, indexes of a string or list.
std::vector<std::pair<std::string, Value>> members_of(const Value& value) {
  if (value.kind == Value::Kind::object) return value.members;
  std::vector<std::pair<std::string, Value>> members;
  for (std::size_t i = 0; i < value.items.size(); ++i) members.emplace_back(std::to_string(i), value.items[i]);
  if (value.kind == Value::Kind::string) {
    for (std::size_t unit = 0, units = utf16_length(value.text); unit < units; ++unit) {
      std::string tail;
      append_from_unit(tail, value.text, unit);
      const Utf16Cut cut = cut_utf16(tail, 1);
      members.emplace_back(std::to_string(unit), Value::of(cut.inside_pair ? replacement_character : std::string_view(tail).substr(0, cut.left_bytes)));
    }
  }
  return members;
}

std::string xml_of_op(const DeltaOp& op) {
  std::vector<std::pair<std::string, std::string>> tags;
  for (const auto& [name, value] : op.attributes) tags.emplace_back(name, sorted_attributes(members_of(value)));
  std::ranges::sort(tags);
  std::string open, close;
  for (const auto& [name, attributes] : tags) {
    open += "<" + name + attributes + ">";
    close = "</" + name + ">" + close;
  }
  return open + (op.insert.kind == Node::Kind::value ? js_string(op.insert.value) : xml_of(op.insert)) + close;
}

}  // namespace

Node read_root(const View& view, std::string_view root, TypeRef as) {
  const auto index = view.store().find_root(root);
  if (index) return TreeReader(view).type(*index, as, 0);
  Node empty;
  empty.kind = Node::Kind::type;
  empty.type = as;
  return empty;
}

Node read_root(const Doc& doc, std::string_view root, TypeRef as) { return read_root(View(doc.impl().store), root, as); }

Node read_root_at(const Doc& doc, const Snapshot& snapshot, std::string_view root, TypeRef as) {
  return read_root(View(doc.impl().store, snapshot), root, as);
}

std::string text_of(const Node& text) {
  std::string out;
  for (const DeltaOp& op : text.delta) {
    if (op.insert.kind == Node::Kind::value && op.insert.value.kind == Value::Kind::string) out += op.insert.value.text;
  }
  return out;
}

std::string xml_of(const Node& node) {
  std::string inside;
  for (const Node& child : node.children) inside += xml_of(child);
  for (const DeltaOp& op : node.delta) inside += xml_of_op(op);
  if (node.kind != Node::Kind::type || node.type == TypeRef::map || node.type == TypeRef::xml_hook) return js_string(node);
  if (node.type != TypeRef::xml_element) return inside;
  std::string name = node.name;
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return "<" + name + sorted_attributes(node.entries) + ">" + inside + "</" + name + ">";
}

}  // namespace atelier::crdt
