#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace atelier::outcome {

/// Writes JSON text from first to last byte, keys in the order given. Numbers with a fraction are given as decimal text, so
/// that nothing is rounded here. Objects down to `lines_to_depth` have one member a line.
class JsonWriter {
 public:
  explicit JsonWriter(std::size_t lines_to_depth = 2) : lines_to_depth_(lines_to_depth) {}

  JsonWriter& open_object() { return open('{'); }
  JsonWriter& open_array() { return open('['); }
  JsonWriter& close();
  /// The key of the next value; only in an object.
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view utf8);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& integer(std::uint64_t value);
  JsonWriter& truth(bool value);
  /// "3.700" is written as 3.7; anything that is no decimal number as 0.
  JsonWriter& decimal(std::string_view digits);

  /// The text, with a LF behind it. The writer is used up.
  std::string finish();

 private:
  struct Level {
    char close;
    bool lines;
    bool empty = true;
  };
  JsonWriter& open(char bracket);
  void separate();
  void quote(std::string_view utf8);

  std::size_t lines_to_depth_;
  std::string out_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

}  // namespace atelier::outcome
