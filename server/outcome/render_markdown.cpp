#include <algorithm>
#include <string_view>
#include <utility>

#include "outcome/document.hpp"

namespace atelier::outcome {

namespace {

/// Text of people as Markdown that shows exactly that text.
std::string escaped(const std::string& text) {
  constexpr std::string_view special = "\\`*_{}[]<>()#+-!|&~";
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "  \n";
      continue;
    }
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// In a table a line break would end the row.
std::string cell(const std::string& text) {
  std::string one_line = text;
  std::ranges::replace(one_line, '\n', ' ');
  return escaped(one_line);
}

struct Markdown {
  std::string out;

  void operator()(const Heading& heading) {
    out += std::string(static_cast<std::size_t>(heading.level), '#') + ' ' + cell(heading.text) + "\n\n";
  }
  void operator()(const Paragraph& paragraph) { out += escaped(paragraph.text) + "\n\n"; }
  void operator()(const Written& written) {
    out += written.markdown;
    out += written.markdown.ends_with('\n') ? "\n" : "\n\n";
  }
  void operator()(const List& list) {
    for (const std::string& item : list.items) out += "- " + cell(item) + '\n';
    out += '\n';
  }
  void operator()(const Table& table) {
    row(table.head);
    out += '|';
    for (std::size_t i = 0; i < table.head.size(); ++i) out += " --- |";
    out += '\n';
    for (const auto& cells : table.rows) row(cells);
    out += '\n';
  }
  void operator()(const Bars& bars) {
    row({bars.what, "", ""});
    out += "| --- | ---: | --- |\n";
    for (const Bar& bar : bars.bars) {
      out += "| " + cell(bar.label) + " | " + cell(bar.value) + " | ";
      for (std::uint32_t drawn = 0; drawn < (bar.permille + 25) / 50; ++drawn) out += "█";
      out += " |\n";
    }
    out += '\n';
  }
  void row(const std::vector<std::string>& cells) {
    out += '|';
    for (const std::string& text : cells) out += ' ' + cell(text) + " |";
    out += '\n';
  }
};

}  // namespace

std::string to_markdown(const Document& document) {
  Markdown markdown;
  for (const Block& block : document) std::visit(markdown, block);
  return std::move(markdown.out);
}

}  // namespace atelier::outcome
