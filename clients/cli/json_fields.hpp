#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "problems.hpp"

namespace atelier::cli {

/// One object of a JSON file, read field by field. What is missing or of another type goes to
/// `problems` with the file and the field's path, and the reader gets an empty value. The JSON
/// value must outlive this.
class Fields {
 public:
  Fields(const boost::json::value& value, std::string path, Problems& problems);

  /// A string that must be there; may be empty.
  std::string text(std::string_view key) const;
  /// A string, or `otherwise` where there is none (or null).
  std::string text_or(std::string_view key, std::string_view otherwise) const;
  /// A string, a number or true/false, as text; empty where there is none.
  std::string as_text(std::string_view key) const;
  std::int64_t whole(std::string_view key, std::int64_t least, std::int64_t most) const;
  std::int64_t whole_or(std::string_view key, std::int64_t least, std::int64_t most,
                        std::int64_t otherwise) const;
  bool flag_or(std::string_view key, bool otherwise) const;
  std::vector<std::string> texts(std::string_view key) const;
  std::vector<std::string> texts_or_none(std::string_view key) const;
  /// The objects of a list that must be there.
  std::vector<Fields> objects(std::string_view key) const;
  /// An object that must be there.
  Fields object(std::string_view key) const;
  /// Names and values of an object that must be there, in the file's order.
  std::vector<std::pair<std::string, Fields>> members(std::string_view key) const;
  std::vector<std::pair<std::string, std::string>> text_members(std::string_view key) const;
  std::vector<std::pair<std::string, std::int64_t>> whole_members(std::string_view key,
                                                                  std::int64_t least,
                                                                  std::int64_t most) const;

  bool has(std::string_view key) const { return find(key) != nullptr; }
  bool is_text(std::string_view key) const;
  bool is_list(std::string_view key) const;
  /// The raw value, or nullptr; null counts as absent.
  const boost::json::value* find(std::string_view key) const;

  const std::string& path() const { return path_; }
  std::string path_of(std::string_view key) const;
  void complain(std::string_view key, std::string advice) const {
    problems_->add(path_of(key), std::move(advice));
  }
  Problems& problems() const { return *problems_; }

 private:
  std::vector<std::string> text_list(std::string_view key) const;

  const boost::json::value* value_;
  std::string path_;
  Problems* problems_;
};

/// Parses UTF-8 JSON. Empty, and a problem, when it is none.
std::optional<boost::json::value> parse_json(std::string_view text, const std::string& where,
                                             Problems& problems);

}  // namespace atelier::cli
