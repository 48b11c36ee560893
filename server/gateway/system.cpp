#include "gateway/system.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cassert>

namespace atelier::gateway {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

milliseconds SystemClock::wall() const { return duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()); }
milliseconds SystemClock::steady() const { return duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()); }

Bytes SystemRandom::bytes(std::size_t count) {
  Bytes bytes(count, '\0');
  constexpr std::size_t once_max = 256;  // up to here getrandom() is never interrupted
  for (std::size_t at = 0; at < count;) {
    const auto got = ::getrandom(bytes.data() + at, std::min(once_max, count - at), 0);
    assert(got > 0);
    at += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace atelier::gateway
