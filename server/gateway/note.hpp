#pragma once

#include <iostream>
#include <sstream>

namespace atelier::gateway {

/// One line for the operator, on stderr. Never a token, a code, a name or what somebody wrote.
template <class... Parts>
void note(const Parts&... parts) {
  std::ostringstream line;
  (line << ... << parts) << '\n';
  std::cerr << line.str() << std::flush;
}

}  // namespace atelier::gateway
