#include <string_view>
#include <utility>

#include "outcome/document.hpp"

namespace atelier::outcome {

namespace {

// A policy in the page itself: no script, nothing from elsewhere, also when somebody mails the file.
constexpr std::string_view head =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>";
constexpr std::string_view style =
    "</title>\n<style>\n"
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;"
    "overflow-wrap:break-word}\n"
    "h1,h2,h3{line-height:1.2}h2{margin-top:2.5rem;border-bottom:2px solid #3a5fcd}\n"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border-bottom:1px solid #8888;padding:.25rem .5rem;"
    "text-align:start;vertical-align:top}\n"
    ".text{border-inline-start:4px solid #3a5fcd;padding:.25rem 1rem;margin:1rem 0}svg{width:12rem;height:1rem}"
    "rect{fill:#3a5fcd}td.value{text-align:end;white-space:nowrap}\n"
    "@media print{body{max-width:none;margin:0;font-size:10pt}h2{break-after:avoid}tr,.text{break-inside:avoid}a{color:inherit}}\n"
    "</style>\n</head>\n<body>\n<main>\n";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '\n': out += "<br>"; break;
      default: out += c;
    }
  }
  return out;
}

/// `dir="auto"`: texts of people may run from right to left.
struct Html {
  std::string out;

  void element(std::string_view name, std::string_view text) {
    ((((out += '<') += name) += " dir=\"auto\">") += escaped(text)) += "</";
    (out += name) += ">";
  }
  void operator()(const Heading& heading) {
    element("h" + std::to_string(heading.level), heading.text);
    out += '\n';
  }
  void operator()(const Paragraph& paragraph) {
    element("p", paragraph.text);
    out += '\n';
  }
  void operator()(const Written& written) { ((out += "<div class=\"text\" dir=\"auto\">") += written.html) += "</div>\n"; }
  void operator()(const List& list) {
    out += "<ul>\n";
    for (const std::string& item : list.items) {
      element("li", item);
      out += '\n';
    }
    out += "</ul>\n";
  }
  void operator()(const Table& table) {
    out += "<table>\n<thead><tr>";
    for (const std::string& text : table.head) out += "<th scope=\"col\">" + escaped(text) + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& cells : table.rows) {
      out += "<tr>";
      for (const std::string& text : cells) element("td", text);
      out += "</tr>\n";
    }
    out += "</tbody>\n</table>\n";
  }
  void operator()(const Bars& bars) {
    out += "<table>\n<caption>" + escaped(bars.what) + "</caption>\n<tbody>\n";
    for (const Bar& bar : bars.bars) {
      out += "<tr>";
      element("td", bar.label);
      out += "<td class=\"value\">" + escaped(bar.value) + "</td><td><svg viewBox=\"0 0 1000 80\" preserveAspectRatio=\"none\" "
             "aria-hidden=\"true\"><rect width=\"" + std::to_string(bar.permille) + "\" height=\"80\"/></svg></td></tr>\n";
    }
    out += "</tbody>\n</table>\n";
  }
};

}  // namespace

std::string to_html(const Document& document, const std::string& title) {
  Html html;
  ((html.out += head) += escaped(title)) += style;
  for (const Block& block : document) std::visit(html, block);
  html.out += "</main>\n</body>\n</html>\n";
  return std::move(html.out);
}

}  // namespace atelier::outcome
