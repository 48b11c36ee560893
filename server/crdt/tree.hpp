#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crdt/snapshot.hpp"
#include "crdt/value.hpp"

namespace atelier::crdt {

struct DeltaOp;

/// A shared type, a value in one, or a reference to a subdocument, as it can be read.
struct Node {
  Node();
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;
  ~Node();

  enum class Kind : std::uint8_t { value, type, document };
  Kind kind = Kind::value;
  Value value;                                         ///< of a value; guid of a document
  TypeRef type{};
  std::string name;                                    ///< of an element or hook
  std::vector<std::pair<std::string, Node>> entries;   ///< of a map; attributes of an element or text
  std::vector<Node> children;                          ///< of an array, a fragment or an element
  std::vector<DeltaOp> delta;                          ///< of a text
};

/// One operation of a text's delta: text (a string value), an embed or a type, with its formatting.
struct DeltaOp {
  Node insert;
  std::vector<std::pair<std::string, Value>> attributes;
};

inline Node::Node() = default;
inline Node::Node(const Node&) = default;
inline Node::Node(Node&&) noexcept = default;
inline Node& Node::operator=(const Node&) = default;
inline Node& Node::operator=(Node&&) noexcept = default;
inline Node::~Node() = default;

/// Reads a root as the type that `as` says. A root that nobody wrote to is empty.
Node read_root(const View& view, std::string_view root, TypeRef as);
Node read_root(const Doc& doc, std::string_view root, TypeRef as);
Node read_root_at(const Doc& doc, const Snapshot& snapshot, std::string_view root, TypeRef as);

/// Y.Text.toString: its strings alone.
std::string text_of(const Node& text);
/// toString of an XML type as Yjs writes it: attributes and nested marks in sorted order, nothing escaped.
std::string xml_of(const Node& node);

}  // namespace atelier::crdt
