#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "problems.hpp"

namespace atelier::cli {

struct CsvRow {
  std::size_t line = 0;  ///< of the file, from 1, where the row begins
  std::vector<std::string> cells;
};

/// A table with a head line (RFC 4180: comma, quotes doubled, line ends LF or CRLF, quoted fields
/// may hold both).
class CsvTable {
 public:
  /// Reads UTF-8 text. Rows that have not as many cells as the head, an open quote or broken UTF-8
  /// are problems.
  static CsvTable parse(std::string_view text, std::string file, Problems& problems);

  const std::vector<CsvRow>& rows() const { return rows_; }
  bool has(std::string_view column) const;
  /// The cell of a row; empty, and a problem once for each row, if the table has no such column.
  std::string cell(const CsvRow& row, std::string_view column, Problems& problems) const;
  /// "file:line: column"
  std::string where(const CsvRow& row, std::string_view column) const;

 private:
  std::string file_;
  std::vector<std::string> head_;
  std::vector<CsvRow> rows_;
};

/// Is this well-formed UTF-8 (no surrogates, nothing overlong; Unicode 15 table 3-7)?
bool is_utf8(std::string_view text);

}  // namespace atelier::cli
