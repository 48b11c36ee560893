#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "timeline/redis/connection.hpp"

namespace atelier::timeline {

struct RedisOptions {
  RedisAddress address;
  /// Take appendfsync everysec: then up to a second (or more, on a slow disk) of what was acknowledged can be lost with Redis.
  bool allow_everysec = false;
  std::chrono::milliseconds answer_within{10'000};  ///< then the connection counts as dead
  std::chrono::milliseconds poll_every{1'000};      ///< the settings and the heads of what is followed
  /// A sentence for the operator.
  std::function<void(const std::string&)> report = [](const std::string&) {};
};

}  // namespace atelier::timeline
