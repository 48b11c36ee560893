#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace atelier::client {

/// One key: a character typed at a place, or the character behind that place deleted. Places and
/// lengths are UTF-16 units of the plain text as it is when the key is struck.
struct Key {
  std::size_t at = 0;
  std::string insert;       ///< one code point; empty: delete
  std::size_t deletes = 0;  ///< units of the code point that goes
  bool operator==(const Key&) const = default;
};

/// The keys that turn the first `find` in `plain` into `put`, sparing what both begin and end with:
/// deletions, then letters. Empty if `plain` does not have `find` (or `find` is empty). All texts
/// are UTF-8.
std::optional<std::vector<Key>> keys_to_replace(std::string_view plain, std::string_view find,
                                                std::string_view put);

}  // namespace atelier::client
