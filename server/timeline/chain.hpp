#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "timeline/event_log.hpp"

namespace atelier::timeline {

/// The running hash of a log: a changed, missing or swapped entry changes every value after it.
///
/// h(0) is 32 zero bytes, and with numbers as 8 bytes little-endian (time_ms in two's complement):
///
///     h(n) = BLAKE2b-256( h(n-1)           32 bytes
///                         epoch            16 bytes
///                         seq
///                         time_ms
///                         length of actor, actor
///                         instance
///                         counter
///                         previous
///                         length of salt
///                         BLAKE2b-256( salt || payload )   32 bytes )
///
/// where actor … payload are the fields of the serialized atelier.v1.Body. The payload stands in it by its hash, so that a
/// payload can be erased and the chain of the others still be checked; the salt keeps a short payload from being guessed.
class Chain {
 public:
  /// Before the first entry.
  Chain();
  /// After entry `seq`, whose value is `value` (32 bytes; from a snapshot or a checkpoint). `time_ms` is that entry's time
  /// if it is known: times before it are refused.
  Chain(Sequence seq, Bytes value, std::int64_t time_ms = INT64_MIN);

  /// Takes the next entry. Fails with `corrupt`, and then stays as it was, if `entry` is not the next one, its time is before the
  /// last one's, its epoch has not 16 bytes, or its body is no Body or has fields that this version does not know.
  Result<void, Errc> add(const Entry& entry);

  Sequence seq() const { return seq_; }
  const Bytes& value() const { return value_; }

 private:
  Sequence seq_;
  std::int64_t time_ms_ = INT64_MIN;
  Bytes value_;
};

}  // namespace atelier::timeline
