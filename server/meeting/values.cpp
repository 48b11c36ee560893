#include <algorithm>
#include <array>

#include "meeting/ask.hpp"
#include "meeting/permissions.hpp"
#include "meeting/words.hpp"

namespace atelier::meeting {

namespace {

/// The code point that starts at `at`, which moves behind it. Protobuf has checked that strings are UTF-8.
char32_t next_code_point(std::string_view utf8, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(utf8[at++]);
  int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  char32_t value = more == 3 ? lead & 0x07u : more == 2 ? lead & 0x0Fu : more == 1 ? lead & 0x1Fu : lead;
  for (; more > 0 && at < utf8.size(); --more) value = value << 6 | (static_cast<unsigned char>(utf8[at++]) & 0x3Fu);
  return value;
}

bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/// White space, and what prints nothing: controls, soft hyphen, zero width and direction marks, fillers, byte order mark.
bool is_invisible(char32_t c) {
  if (is_space(c) || c < 0x20 || c == 0x7F || c == 0xAD) return true;
  if (c >= 0x200B && c <= 0x200F) return true;
  if (c >= 0x202A && c <= 0x202E) return true;
  if (c >= 0x2060 && c <= 0x206F) return true;
  constexpr std::array<char32_t, 5> others{0x034F, 0x180E, 0x2800, 0x3164, 0xFEFF};
  return std::find(others.begin(), others.end(), c) != others.end();
}

}  // namespace

v1::Refusal check_new_id(std::string_view id) {
  if (id.empty()) return v1::REFUSAL_BAD_VALUE;
  if (id.size() > limits::id_bytes_max) return v1::REFUSAL_TOO_LONG;
  for (const char c : id) {
    const bool allowed = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
                         c == '_' || c == '-';
    if (!allowed) return v1::REFUSAL_BAD_VALUE;
  }
  return v1::REFUSAL_OK;
}

v1::Refusal check_line(std::string_view text) {
  return characters(text) > limits::line_characters_max ? v1::REFUSAL_TOO_LONG : v1::REFUSAL_OK;
}

v1::Refusal check_passage(std::string_view text) {
  return characters(text) > limits::passage_characters_max ? v1::REFUSAL_TOO_LONG : v1::REFUSAL_OK;
}

v1::Refusal check_card(const State& state, std::string_view text) {
  if (is_blank(text)) return v1::REFUSAL_EMPTY_NOTE;
  return characters(text) > state.limits.card_characters_max() ? v1::REFUSAL_TOO_LONG : v1::REFUSAL_OK;
}

bool is_blank(std::string_view utf8) {
  for (std::size_t at = 0; at < utf8.size();) {
    if (!is_invisible(next_code_point(utf8, at))) return false;
  }
  return true;
}

std::size_t characters(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
  return count;
}

std::uint32_t word_count(std::string_view utf8) {
  std::uint32_t words = 0;
  bool in_word = false;
  for (std::size_t at = 0; at < utf8.size();) {
    const bool space = is_space(next_code_point(utf8, at));
    words += !space && !in_word;
    in_word = !space;
  }
  return words;
}

v1::Refusal check_network(const State& state, const Person& person, std::string_view network) {
  const v1::Network* wanted = find_network(state, network);
  if (wanted == nullptr) return v1::REFUSAL_UNKNOWN_ID;
  if (facilitates(person.role) || person.network == network) return v1::REFUSAL_OK;
  const v1::Network* own = find_network(state, person.network);
  const bool for_umbrella = wanted->kind() == v1::NETWORK_KIND_UMBRELLA && own != nullptr &&
                            own->kind() == v1::NETWORK_KIND_MEMBER && !is_observer(state, person);
  return for_umbrella ? v1::REFUSAL_OK : v1::REFUSAL_NOT_YOUR_NETWORK;
}

}  // namespace atelier::meeting
