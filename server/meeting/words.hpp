#pragma once

#include <cstdint>
#include <string_view>

namespace atelier::meeting {

/// Words of a plain text: runs without white space (as Unicode's White_Space and Python's str.split have it).
std::uint32_t word_count(std::string_view utf8);

}  // namespace atelier::meeting
