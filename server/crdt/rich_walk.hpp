#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crdt/store.hpp"

namespace atelier::crdt {

/// A formatting mark that is on: its key ("strong", "strong--hash") and its value as JSON.
using Mark = std::pair<std::string, std::string>;

/// What a rich text consists of, in order. A block is an element without elements in it (a hard break apart), or texts that
/// lie beside elements; a container is any other element.
class RichVisitor {
 public:
  virtual ~RichVisitor() = default;
  virtual void open_container(Handle) {}
  virtual void close_container(Handle) {}
  /// `element` is none for texts that are in no block of their own.
  virtual void open_block(Handle element) = 0;
  virtual void close_block(Handle element) = 0;
  /// A visible run of text; `marks` are on, sorted by name.
  virtual void text(Handle item, const std::vector<Mark>& marks) = 0;
  virtual void line_break(Handle element) = 0;
};

void walk_rich_text(const Store& store, std::string_view root, RichVisitor& visitor);

/// The name of the element that `handle` holds; empty for anything else.
std::string_view element_name(const Store& store, Handle handle);

}  // namespace atelier::crdt
