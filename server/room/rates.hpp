#pragma once

#include <algorithm>
#include <chrono>

#include "atelier/v1/command.pb.h"

namespace atelier::room {

/// `burst` at once, then one more `every` so often.
struct Rate {
  std::chrono::milliseconds every;
  int burst;
};

/// What was spent of a rate; whole milliseconds, no fractions.
class Bucket {
 public:
  bool has(const Rate& rate, std::chrono::milliseconds now) const {
    return std::max(spent_until_, now) + rate.every - now <= rate.every * rate.burst;
  }
  void take(const Rate& rate, std::chrono::milliseconds now) { spent_until_ = std::max(spent_until_, now) + rate.every; }

 private:
  std::chrono::milliseconds spent_until_ = std::chrono::milliseconds::min() / 2;
};

/// What one person may ask for in a live meeting (limits.hpp). Edits of texts are never counted: refusing one would cost its
/// author work, so the gateway reads the socket later instead.
class PersonRates {
 public:
  /// Takes one command out of its buckets; false, and nothing taken, if one of them is empty.
  bool take(const v1::Command& command, std::chrono::milliseconds now);

 private:
  Bucket commands_, votes_, posts_;
};

}  // namespace atelier::room
