#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/registry.hpp"

namespace atelier::gateway {

struct RedisPlace {
  std::string socket;  ///< path of a Unix socket; if empty, the next two
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
};

/// "redis://HOST:PORT" or "unix:/path"; nothing if it is neither.
std::optional<RedisPlace> read_redis_url(std::string_view url);

/// A registry in Redis, shared by all nodes, under keys that begin with `space`. As durable as that Redis is (ops/redis.conf).
/// Waits for the answer of Redis, at most 2 s. Nothing if Redis cannot be reached now.
std::unique_ptr<Registry> open_redis_registry(const RedisPlace& place, const std::string& space);

}  // namespace atelier::gateway
