#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// A report before it has a format: blocks of plain text, from first to last. Inside this module only.
namespace atelier::outcome {

struct Heading {
  int level = 2;  ///< 1..3
  std::string text;
};
struct Paragraph {
  std::string text;
};
/// A text of the meeting as it is written, already rendered and escaped by the document engine.
struct Written {
  std::string html, markdown;
};
struct List {
  std::vector<std::string> items;
};
struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;  ///< each as long as the head
};
struct Bar {
  std::string label;
  std::string value;           ///< as written beside the bar
  std::uint32_t permille = 0;  ///< its length
};
struct Bars {
  std::string what;  ///< what is counted, for those who do not see the bars
  std::vector<Bar> bars;
};
using Block = std::variant<Heading, Paragraph, Written, List, Table, Bars>;
using Document = std::vector<Block>;

std::string to_markdown(const Document& document);
/// A whole page. `title` goes into its head.
std::string to_html(const Document& document, const std::string& title);

}  // namespace atelier::outcome
