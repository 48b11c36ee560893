#include "timeline/chain.hpp"

#include <utility>

#include "atelier/v1/record.pb.h"
#include "base/hash.hpp"
#include "timeline/limits.hpp"

namespace atelier::timeline {

Chain::Chain() : value_(chain_bytes, '\0') {}

Chain::Chain(Sequence seq, Bytes value, std::int64_t time_ms)
    : seq_(seq), time_ms_(time_ms), value_(std::move(value)) {}

Result<void, Errc> Chain::add(const Entry& entry) {
  if (entry.seq.value() != seq_.value() + 1 || entry.time_ms < time_ms_ ||
      entry.epoch.size() != epoch_bytes || value_.size() != chain_bytes)
    return std::unexpected(Errc::corrupt);
  v1::Body body;
  if (!body.ParseFromString(entry.body) ||
      !body.GetReflection()->GetUnknownFields(body).empty())
    return std::unexpected(Errc::corrupt);
  value_ = Hash()
               .update(value_)
               .update(entry.epoch)
               .update(entry.seq.value())
               .update(static_cast<std::uint64_t>(entry.time_ms))
               .update(std::uint64_t{body.actor().size()})
               .update(body.actor())
               .update(std::uint64_t{body.instance()})
               .update(std::uint64_t{body.counter()})
               .update(std::uint64_t{body.previous()})
               .update(std::uint64_t{body.salt().size()})
               .update(Hash().update(body.salt()).update(body.payload()).finish())
               .finish();
  seq_ = entry.seq;
  time_ms_ = entry.time_ms;
  return {};
}

}  // namespace atelier::timeline
