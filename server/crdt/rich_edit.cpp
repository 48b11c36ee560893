#include <algorithm>
#include <optional>

#include "crdt/local.hpp"
#include "crdt/rich_text.hpp"
#include "crdt/rich_walk.hpp"

namespace atelier::crdt {
namespace {

/// A rich text laid out: where each block and each run of text lies in plain_text().
class Layout : public RichVisitor {
 public:
  struct Block {
    Handle element = none;
    std::size_t start = 0;
    std::size_t end = 0;
  };
  struct Span {
    Handle item = none;
    std::size_t start = 0;
    std::size_t end = 0;
    std::size_t block = 0;
    bool is_break = false;
    std::vector<Mark> marks;
  };

  Layout(const Store& store, std::string_view root) : store_(store) { walk_rich_text(store, root, *this); }
  void open_block(Handle element) override {
    if (!blocks.empty()) ++at_;
    blocks.push_back({element, at_, at_});
  }
  void close_block(Handle) override { blocks.back().end = at_; }
  void text(Handle item, const std::vector<Mark>& marks) override { add(item, store_.item(item).len, false, marks); }
  void line_break(Handle element) override { add(element, 1, true, {}); }

  std::size_t length() const { return at_; }
  /// The block in which, or at the end of which, offset `at` lies.
  std::size_t block_at(std::size_t at) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(blocks, at, std::less<>(), &Block::end) - blocks.begin());
  }

  std::vector<Block> blocks;
  std::vector<Span> spans;

 private:
  void add(Handle item, std::size_t units, bool is_break, const std::vector<Mark>& marks) {
    spans.push_back({item, at_, at_ + units, blocks.size() - 1, is_break, marks});
    at_ += units;
  }
  const Store& store_;
  std::size_t at_ = 0;
};

/// First text type of a block's element that is visible; none if there is none.
std::uint32_t first_text(const Store& store, Handle element) {
  for (Handle at = store.type_of(store.item(element)).start; at != none; at = store.item(at).right) {
    const Item& item = store.item(at);
    if (!item.deleted && item.ref == Ref::type && store.type_of(item).ref == TypeRef::xml_text) return item.content.offset;
  }
  return none;
}

class RichEdit {
 public:
  RichEdit(Doc::Impl& impl, std::string_view root) : impl_(impl), edit_(impl), root_(root), layout_(impl.store, root) {}
  const Layout& layout() const { return layout_; }

  void insert(std::size_t at, std::string_view text) {
    if (layout_.blocks.empty()) {
      const std::uint32_t root = impl_.store.root(root_);
      const Handle paragraph = edit_.insert_element(root, edit_.last_of(root), "paragraph");
      return append_new_text(paragraph, text);
    }
    const std::size_t block = layout_.block_at(at);
    const Layout::Span* before = nullptr;
    const Layout::Span* after = nullptr;
    for (const Layout::Span& span : layout_.spans) {
      if (span.block != block) continue;
      if (span.start < at && at <= span.end) before = &span;
      if (span.start == at && after == nullptr) after = &span;
    }
    if (before != nullptr && !before->is_break) return insert_inside(*before, at, text);
    if (after != nullptr && !after->is_break) {
      const Item& item = impl_.store.item(after->item);
      edit_.insert_text(item.parent, item.left, text);
      return;
    }
    insert_in_gap(layout_.blocks[block], before, text);
  }

  void remove(std::size_t at, std::size_t units) {
    const std::size_t end = at + units;
    const std::size_t first = layout_.block_at(at);
    const std::size_t last = layout_.block_at(end);
    if (first != last) append_tail(layout_.blocks[first], last, end);
    for (const Layout::Span& span : layout_.spans) {
      const std::size_t from = std::max(at, span.start);
      const std::size_t to = first != last && span.block == last ? span.end : std::min(end, span.end);
      if (from < to) remove_units(span, from - span.start, to - from);
    }
    for (std::size_t block = first + 1; block <= last; ++block) {
      if (layout_.blocks[block].element != none) impl_.transaction.remove(layout_.blocks[block].element);
    }
  }

 private:
  void insert_inside(const Layout::Span& span, std::size_t at, std::string_view text) {
    const Item& item = impl_.store.item(span.item);
    const std::uint32_t parent = item.parent;
    const auto last = static_cast<std::uint32_t>(item.clock + (at - span.start) - 1);
    const Handle left = impl_.transaction.clean_end({item.client, last});
    edit_.insert_text(parent, left, text);
  }

  /// Where no text is: an empty block, or beside a line break.
  void insert_in_gap(const Layout::Block& block, const Layout::Span* line_break, std::string_view text) {
    if (line_break != nullptr) {
      const Handle made = edit_.insert_xml_text(impl_.store.item(line_break->item).parent, line_break->item);
      edit_.insert_text(edit_.type_at(made), none, text);
    } else if (block.element == none) {
      const std::uint32_t root = impl_.store.root(root_);
      edit_.insert_text(root, none, text);
    } else if (const std::uint32_t type = first_text(impl_.store, block.element); type != none) {
      edit_.insert_text(type, edit_.last_of(type), text);
    } else {
      append_new_text(block.element, text);
    }
  }

  void append_new_text(Handle element, std::string_view text) {
    const std::uint32_t type = edit_.type_at(element);
    const Handle made = edit_.insert_xml_text(type, edit_.last_of(type));
    edit_.insert_text(edit_.type_at(made), none, text);
  }

  void remove_units(const Layout::Span& span, std::size_t from, std::size_t units) {
    const Item& item = impl_.store.item(span.item);
    impl_.transaction.remove(DeleteRange{impl_.store.client(item.client).id, item.clock + from, units});
  }

  /// Writes what follows `end` in block `last` once more at the end of `first`.
  void append_tail(const Layout::Block& first, std::size_t last, std::size_t end) {
    if (first.element == none) return;
    std::vector<Layout::Span> tail;
    for (const Layout::Span& span : layout_.spans) {
      if (span.block == last && span.end > end && !span.is_break) tail.push_back(span);
    }
    if (tail.empty()) return;
    const std::uint32_t element = edit_.type_at(first.element);
    const std::uint32_t text = edit_.type_at(edit_.insert_xml_text(element, edit_.last_of(element)));
    Handle left = none;
    for (const Layout::Span& span : tail) {
      std::string copy;
      append_from_unit(copy, impl_.store.content(impl_.store.item(span.item)), end > span.start ? end - span.start : 0);
      for (const Mark& mark : span.marks) left = edit_.insert_format(text, left, mark.first, mark.second);
      left = edit_.insert_text(text, left, copy);
      for (const Mark& mark : span.marks) left = edit_.insert_format(text, left, mark.first, "null");
    }
  }

  Doc::Impl& impl_;
  LocalEdit edit_;
  std::string_view root_;
  Layout layout_;
};

}  // namespace

Result<Bytes, Errc> insert_text(Doc& doc, std::size_t at, std::string_view text, std::string_view root) {
  if (utf16_units_checked(text) < 0) return std::unexpected(Errc::malformed);
  if (text.contains('\n')) return std::unexpected(Errc::not_allowed);
  Doc::Impl& impl = doc.impl();
  impl.transaction.begin();
  RichEdit edit(impl, root);
  if (at > edit.layout().length()) return std::unexpected(Errc::over_limit);
  if (!text.empty()) edit.insert(at, text);
  impl.finish();
  return impl.transaction.update(Format::v1);
}

Result<Bytes, Errc> delete_text(Doc& doc, std::size_t at, std::size_t units, std::string_view root) {
  Doc::Impl& impl = doc.impl();
  impl.transaction.begin();
  RichEdit edit(impl, root);
  const std::size_t length = edit.layout().length();
  if (at > length || units > length - at) return std::unexpected(Errc::over_limit);
  if (units > 0) edit.remove(at, units);
  impl.finish();
  return impl.transaction.update(Format::v1);
}

Bytes seed_rich_text(ClientId client, std::string_view plain, std::string_view root) {
  Doc doc({.client = client});
  Doc::Impl& impl = doc.impl();
  impl.transaction.begin();
  LocalEdit edit(impl);
  const std::uint32_t fragment = impl.store.root(root);
  Handle left = none;
  for (std::size_t start = 0; start <= plain.size();) {
    const std::size_t end = std::min(plain.find('\n', start), plain.size());
    left = edit.insert_element(fragment, left, "paragraph");
    if (end > start) {
      const std::uint32_t text = edit.type_at(edit.insert_xml_text(edit.type_at(left), none));
      edit.insert_text(text, none, plain.substr(start, end - start));
    }
    start = end + 1;
  }
  impl.finish();
  return impl.transaction.update(Format::v1);
}

}  // namespace atelier::crdt
