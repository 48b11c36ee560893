#pragma once

#include <cstdio>
#include <cstdlib>

/// What must hold for any input; a breach stops the fuzzer there.
inline void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}
