#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/id.hpp"

namespace atelier::room {

/// Where the private keys of sealed votes live while a vote is open: never the meeting's log, never memory alone.
class KeyVault {
 public:
  virtual ~KeyVault() = default;
  /// Keeps the 32-byte seed of a vote's key pair; it is durable when this returns true. Several seeds of one vote may be kept
  /// (two nodes that open it at once): `public_key` tells them apart.
  virtual bool put(const MeetingId& meeting, std::string_view vote, BytesView public_key, BytesView seed) = 0;
  virtual std::optional<Bytes> get(const MeetingId& meeting, std::string_view vote, BytesView public_key) = 0;
  /// Forgets all seeds of that vote for good; true when nothing of them is left.
  virtual bool erase(const MeetingId& meeting, std::string_view vote) = 0;
};

}  // namespace atelier::room
