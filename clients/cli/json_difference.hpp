#pragma once

#include <string>

namespace atelier::cli {

/// Where and how two JSON texts differ first, as "text/A1/words: 15 became 16"; empty if they say
/// the same.
std::string json_difference(const std::string& before, const std::string& after);

}  // namespace atelier::cli
