#pragma once

#include <cstdint>
#include <string_view>

namespace atelier::meeting {

/// Words of a plain text: runs without white space that hold a letter or digit of any script (a lone dash is no word).
std::uint32_t word_count(std::string_view utf8);

}  // namespace atelier::meeting
