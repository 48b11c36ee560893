#include "csv.hpp"

#include <algorithm>
#include <utility>

namespace atelier::cli {

namespace {

/// Splits the text into rows, one character at a time.
class Splitter {
 public:
  Splitter(std::string_view text, const std::string& file, Problems& problems)
      : text_(text), file_(file), problems_(problems) {}

  std::vector<CsvRow> rows() {
    while (at_ < text_.size()) row();
    return std::move(rows_);
  }

 private:
  void row() {
    CsvRow row{line_, {}};
    do {
      row.cells.push_back(at_ < text_.size() && text_[at_] == '"' ? quoted() : plain());
    } while (take(','));
    take('\r');
    if (at_ < text_.size() && !take('\n')) {
      problems_.add(place(),
                    "there is text after a closing quote; double the quotes inside a quoted field");
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      take('\n');
    }
    ++line_;
    if (row.cells.size() > 1 || !row.cells[0].empty()) rows_.push_back(std::move(row));
  }

  std::string quoted() {
    const std::string opened = place();
    std::string cell;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"' && !take('"')) return cell;
      if (c == '\n') ++line_;
      cell += c;
    }
    problems_.add(opened, "a quoted field is not closed; add the missing quote");
    return cell;
  }

  std::string plain() {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r')
      ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string place() const { return file_ + ":" + std::to_string(line_); }

  std::string_view text_;
  const std::string& file_;
  Problems& problems_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::vector<CsvRow> rows_;
};

}  // namespace

CsvTable CsvTable::parse(std::string_view text, std::string file, Problems& problems) {
  CsvTable table;
  table.file_ = std::move(file);
  if (!is_utf8(text)) {
    problems.add(table.file_, "is not UTF-8; save it as UTF-8");
    return table;
  }
  std::vector<CsvRow> rows = Splitter(text, table.file_, problems).rows();
  if (rows.empty()) {
    problems.add(table.file_, "is empty; it needs a line with the names of the columns");
    return table;
  }
  table.head_ = std::move(rows.front().cells);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].cells.size() == table.head_.size()) {
      table.rows_.push_back(std::move(rows[i]));
    } else {
      problems.add(table.file_ + ":" + std::to_string(rows[i].line),
                   "has " + std::to_string(rows[i].cells.size()) + " fields, the first line has " +
                       std::to_string(table.head_.size()) + "; put fields with a comma in quotes");
    }
  }
  return table;
}

bool CsvTable::has(std::string_view column) const {
  return std::ranges::find(head_, column) != head_.end();
}

std::string CsvTable::cell(const CsvRow& row, std::string_view column, Problems& problems) const {
  const auto found = std::ranges::find(head_, column);
  if (found == head_.end()) {
    problems.add(where(row, column), "the file has no such column; add it to the first line");
    return {};
  }
  return row.cells[static_cast<std::size_t>(found - head_.begin())];
}

std::string CsvTable::where(const CsvRow& row, std::string_view column) const {
  return file_ + ":" + std::to_string(row.line) + ": " + std::string(column);
}

bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte(i);
    const unsigned next = byte(i + 1);
    if (lead < 0x80) {
      i += 1;
    } else if (lead >= 0xC2 && lead <= 0xDF && tail(i + 1)) {
      i += 2;
    } else if (lead >= 0xE0 && lead <= 0xEF && tail(i + 1) && tail(i + 2) &&
               (lead != 0xE0 || next >= 0xA0) && (lead != 0xED || next <= 0x9F)) {
      i += 3;
    } else if (lead >= 0xF0 && lead <= 0xF4 && tail(i + 1) && tail(i + 2) && tail(i + 3) &&
               (lead != 0xF0 || next >= 0x90) && (lead != 0xF4 || next <= 0x8F)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace atelier::cli
