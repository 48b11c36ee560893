#include "typing.hpp"

#include <algorithm>

namespace atelier::client {

namespace {

std::vector<std::string_view> code_points(std::string_view utf8) {
  std::vector<std::string_view> points;
  for (std::size_t at = 0; at < utf8.size();) {
    std::size_t end = at + 1;
    while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) ++end;
    points.push_back(utf8.substr(at, end - at));
    at = end;
  }
  return points;
}

/// Code points beyond the basic plane take four bytes in UTF-8 and two units in UTF-16.
std::size_t units(std::string_view code_point) {
  return code_point.size() >= 4 ? 2 : 1;
}

std::size_t utf16_units(std::string_view utf8) {
  std::size_t sum = 0;
  for (const std::string_view point : code_points(utf8)) sum += units(point);
  return sum;
}

}  // namespace

std::optional<std::vector<Key>> keys_to_replace(std::string_view plain, std::string_view find,
                                                std::string_view put) {
  const std::size_t found = find.empty() ? std::string_view::npos : plain.find(find);
  if (found == std::string_view::npos) return std::nullopt;
  const auto from = code_points(find);
  const auto to = code_points(put);
  const std::size_t most = std::min(from.size(), to.size());
  std::size_t same_start = 0;
  while (same_start < most && from[same_start] == to[same_start]) ++same_start;
  std::size_t same_end = 0;
  while (same_end < most - same_start &&
         from[from.size() - 1 - same_end] == to[to.size() - 1 - same_end])
    ++same_end;

  std::size_t at = utf16_units(plain.substr(0, found));
  for (std::size_t i = 0; i < same_start; ++i) at += units(from[i]);
  std::vector<Key> keys;
  for (std::size_t i = same_start; i < from.size() - same_end; ++i)
    keys.push_back({at, "", units(from[i])});
  for (std::size_t i = same_start; i < to.size() - same_end; ++i) {
    keys.push_back({at, std::string(to[i]), 0});
    at += units(to[i]);
  }
  return keys;
}

}  // namespace atelier::client
