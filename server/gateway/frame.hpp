#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"

/// RFC 6455 framing of the server's side, sans-I/O.
namespace atelier::gateway::ws {

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// RFC 6455 section 7.4.1, and 4008 for a reader that is too slow.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  invalid_payload = 1007,
  policy_violation = 1008,
  too_big = 1009,
  internal_error = 1011,
  try_again = 1013,
  too_slow = 4008,
};

/// What a client sent, whole: a binary message (its fragments joined), a ping, a pong or a close.
struct Event {
  Opcode kind = Opcode::binary;
  Bytes payload;  ///< of a close: code and reason as they came
};

/// Reads what a client sends, in pieces of any size. It takes memory only for bytes that have come, and never for more than
/// one message of at most `message_max` bytes.
class Reader {
 public:
  explicit Reader(std::size_t message_max) : message_max_(message_max) {}

  /// Takes `bytes` and calls `sink` for each event that they complete; `sink` answers false to take no more of them (the
  /// rest is dropped). Fails with the code to close with, and is then of no further use.
  Result<void, CloseCode> feed(BytesView bytes, const std::function<bool(Event)>& sink);

  /// From the next message on they may be so large.
  void allow(std::size_t message_max) { message_max_ = message_max; }

  /// Has a message or frame begun that is not complete?
  bool midway() const { return header_.size() > 0 || in_payload_ || fragmented_; }

 private:
  Result<bool, CloseCode> read_header(BytesView& bytes);
  Result<void, CloseCode> begin();
  Result<std::optional<Event>, CloseCode> end();
  void read_payload(BytesView& bytes);

  std::size_t message_max_;
  Bytes header_;
  Bytes message_;
  Bytes control_;
  std::uint64_t left_ = 0;    ///< payload bytes of this frame that are to come
  std::uint32_t taken_ = 0;   ///< payload bytes of this frame modulo 4, for the mask
  unsigned char mask_[4] = {};
  Opcode opcode_ = Opcode::binary;
  bool final_ = false;
  bool in_payload_ = false;
  bool fragmented_ = false;   ///< a message has begun, its last fragment has not come
};

/// One whole frame of a server: final, not masked.
Bytes frame(Opcode opcode, BytesView payload);
/// The payload of a close frame; a reason is cut to what fits.
Bytes close_payload(CloseCode code, BytesView reason);
/// The code of a close frame that came: nothing for an empty one; protocol_error or invalid_payload for one that is wrong.
Result<std::optional<std::uint16_t>, CloseCode> read_close(BytesView payload);
/// Sec-WebSocket-Accept of a Sec-WebSocket-Key (RFC 6455 section 4.2.2).
Bytes accept_key(BytesView key);

}  // namespace atelier::gateway::ws
