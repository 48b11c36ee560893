#include "crdt/rich_text.hpp"

#include "crdt/engine.hpp"
#include "crdt/rich_walk.hpp"

namespace atelier::crdt {
namespace {

class PlainText : public RichVisitor {
 public:
  explicit PlainText(const Store& store) : store_(store) {}
  void open_block(Handle) override {
    if (!first_) out += '\n';
    first_ = false;
  }
  void close_block(Handle) override {}
  void text(Handle item, const std::vector<Mark>&) override { out += store_.content(store_.item(item)); }
  void line_break(Handle) override { out += '\n'; }

  std::string out;

 private:
  const Store& store_;
  bool first_ = true;
};

class AuthorRuns : public RichVisitor {
 public:
  explicit AuthorRuns(const Store& store) : store_(store) {}
  void open_block(Handle) override { block_begins_ = out.size(); }
  void close_block(Handle element) override {
    if (out.size() == block_begins_) {
      const Item* holder = element == none ? nullptr : &store_.item(element);
      out.push_back({ClientId(holder ? store_.client(holder->client).id : 0), holder ? holder->clock : 0u, "", false});
    }
    out.back().paragraph_end = true;
  }
  void text(Handle handle, const std::vector<Mark>&) override {
    const Item& item = store_.item(handle);
    add(item, store_.content(item));
    next_clock_ = item.end();
  }
  void line_break(Handle handle) override {
    add(store_.item(handle), "\n");
    next_clock_ = store_.item(handle).end();
  }

  std::vector<AuthorRun> out;

 private:
  void add(const Item& item, std::string_view text) {
    const ClientId client(store_.client(item.client).id);
    if (out.size() > block_begins_ && out.back().client == client && next_clock_ == item.clock) {
      out.back().text += text;
    } else {
      out.push_back({client, item.clock, std::string(text), false});
    }
  }

  const Store& store_;
  std::size_t block_begins_ = 0;
  std::uint64_t next_clock_ = 0;
};

void append_escaped(std::string& out, std::string_view text) {
  for (const char character : text) {
    switch (character) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += character;
    }
  }
}

std::string_view html_tag(std::string_view element) {
  if (element == "paragraph") return "p";
  if (element == "heading") return "h3";
  if (element == "bullet_list" || element == "bulletList") return "ul";
  if (element == "ordered_list" || element == "orderedList") return "ol";
  if (element == "list_item" || element == "listItem") return "li";
  return {};
}

/// "strong" of "strong--hash".
std::string_view mark_name(const Mark& mark) { return std::string_view(mark.first).substr(0, mark.first.find("--")); }

bool has_mark(const std::vector<Mark>& marks, std::string_view name) {
  for (const Mark& mark : marks) {
    if (mark_name(mark) == name) return true;
  }
  return false;
}

class Html : public RichVisitor {
 public:
  explicit Html(const Store& store) : store_(store) {}
  void open_container(Handle element) override { tag("<", html_tag(element_name(store_, element))); }
  void close_container(Handle element) override { tag("</", html_tag(element_name(store_, element))); }
  void open_block(Handle element) override { tag("<", block_tag(element)); }
  void close_block(Handle element) override {
    set_marks(false, false);
    tag("</", block_tag(element));
  }
  void text(Handle item, const std::vector<Mark>& marks) override {
    set_marks(has_mark(marks, "strong"), has_mark(marks, "em"));
    append_escaped(out, store_.content(store_.item(item)));
  }
  void line_break(Handle) override { out += "<br>"; }

  std::string out;

 private:
  /// em lies inside strong.
  void set_marks(bool strong, bool em) {
    if (strong == strong_ && em == em_) return;
    if (em_) out += "</em>";
    if (strong_ && !strong) out += "</strong>";
    if (strong && !strong_) out += "<strong>";
    if (em) out += "<em>";
    strong_ = strong;
    em_ = em;
  }
  std::string_view block_tag(Handle element) const { return element == none ? "p" : html_tag(element_name(store_, element)); }
  void tag(std::string_view bracket, std::string_view name) {
    if (name.empty()) return;
    out += bracket;
    out += name;
    out += '>';
  }

  const Store& store_;
  bool strong_ = false;
  bool em_ = false;
};

void append_markdown(std::string& out, std::string_view text) {
  for (const char character : text) {
    if (std::string_view("\\`*_[]<>#").contains(character)) out += '\\';
    out += character == '\n' ? ' ' : character;
  }
}

class Markdown : public RichVisitor {
 public:
  explicit Markdown(const Store& store) : store_(store) {}
  void open_container(Handle element) override {
    const std::string_view tag = html_tag(element_name(store_, element));
    if (tag == "ul" || tag == "ol") lists_.push_back(tag == "ul" ? 0 : 1);
    if (tag == "li") begin_item();
  }
  void close_container(Handle element) override {
    const std::string_view tag = html_tag(element_name(store_, element));
    if ((tag == "ul" || tag == "ol") && !lists_.empty()) lists_.pop_back();
  }
  void open_block(Handle element) override {
    const std::string_view tag = html_tag(element_name(store_, element));
    if (tag == "li") begin_item();
    if (!out.empty()) out += !marker_.empty() && in_list_ ? "\n" : "\n\n";
    in_list_ = !lists_.empty();
    if (lists_.size() > 1) out.append((lists_.size() - 1) * 3, ' ');
    out += !marker_.empty() ? marker_ : tag == "h3" ? "### " : in_list_ ? "   " : "";
    marker_.clear();
    block_begins_ = out.size();
  }
  void close_block(Handle) override { set_marks(false, false); }
  void text(Handle item, const std::vector<Mark>& marks) override {
    set_marks(has_mark(marks, "strong"), has_mark(marks, "em"));
    const std::string_view text = store_.content(store_.item(item));
    const bool looks_like_list = out.size() == block_begins_ && (text.starts_with('-') || text.starts_with('+'));
    if (looks_like_list) out += '\\';
    append_markdown(out, text);
  }
  void line_break(Handle) override { out += "\\\n"; }

  std::string out;

 private:
  void begin_item() {
    if (lists_.empty()) return;
    int& number = lists_.back();
    marker_ = number == 0 ? "- " : std::to_string(number) + ". ";
    if (number > 0) ++number;
  }
  void set_marks(bool strong, bool em) {
    if (strong == strong_ && em == em_) return;
    if (em_) out += '*';
    if (strong_ != strong) out += "**";
    if (em) out += '*';
    strong_ = strong;
    em_ = em;
  }

  const Store& store_;
  std::vector<int> lists_;  ///< open lists: 0 bullets, else the next number
  std::string marker_;
  bool in_list_ = false;
  std::size_t block_begins_ = 0;
  bool strong_ = false;
  bool em_ = false;
};

template <class Visitor>
auto visit(const Doc& doc, std::string_view root) {
  Visitor visitor(doc.impl().store);
  walk_rich_text(doc.impl().store, root, visitor);
  return std::move(visitor.out);
}

}  // namespace

std::string plain_text(const Doc& doc, std::string_view root) { return visit<PlainText>(doc, root); }
std::string html(const Doc& doc, std::string_view root) { return visit<Html>(doc, root); }
std::string markdown(const Doc& doc, std::string_view root) { return visit<Markdown>(doc, root); }
std::vector<AuthorRun> author_runs(const Doc& doc, std::string_view root) { return visit<AuthorRuns>(doc, root); }

}  // namespace atelier::crdt
