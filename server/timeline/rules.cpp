#include "timeline/rules.hpp"

#include <algorithm>
#include <optional>

#include "atelier/v1/record.pb.h"
#include "base/hash.hpp"
#include "timeline/limits.hpp"

namespace atelier::timeline {
namespace {

constexpr std::size_t checksum_bytes = 32;
constexpr std::size_t number_bytes = 8;

}  // namespace

bool well_named(const MeetingId& meeting) {
  const auto& name = meeting.value();
  return !name.empty() && name.size() <= meeting_id_max && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
}

Result<void, Errc> storable(const Draft& draft) {
  if (draft.body.size() > entry_bytes_max) return std::unexpected(Errc::too_large);
  v1::Body body;
  if (!body.ParseFromString(draft.body) || !body.GetReflection()->GetUnknownFields(body).empty())
    return std::unexpected(Errc::corrupt);
  return {};
}

std::vector<Sequence> surplus_snapshots(const std::vector<Sequence>& kept) {
  std::vector<Sequence> surplus;
  std::optional<std::uint64_t> stride;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const std::uint64_t mine = kept[i].value() / snapshot_stride;
    const bool newest = i + snapshots_newest >= kept.size();
    if (!newest && mine == stride) surplus.push_back(kept[i]);
    stride = mine;
  }
  return surplus;
}

/// seq (8 bytes little-endian), chain (32), state, BLAKE2b-256 of all before (32).
Bytes pack(const Snapshot& snapshot) {
  Bytes bytes;
  bytes.reserve(number_bytes + snapshot.chain.size() + snapshot.state.size() + checksum_bytes);
  for (std::size_t i = 0; i < number_bytes; ++i)
    bytes.push_back(static_cast<char>(snapshot.seq.value() >> (8 * i) & 255));
  bytes += snapshot.chain;
  bytes += snapshot.state;
  bytes += hash(bytes);
  return bytes;
}

Result<Snapshot, Errc> unpack_snapshot(BytesView bytes) {
  if (bytes.size() < number_bytes + chain_bytes + checksum_bytes)
    return std::unexpected(Errc::corrupt);
  const BytesView content = bytes.substr(0, bytes.size() - checksum_bytes);
  if (hash(content) != bytes.substr(content.size())) return std::unexpected(Errc::corrupt);
  std::uint64_t seq = 0;
  for (std::size_t i = number_bytes; i-- > 0;)
    seq = seq << 8 | static_cast<unsigned char>(content[i]);
  return Snapshot{Sequence(seq), Bytes(content.substr(number_bytes, chain_bytes)),
                  Bytes(content.substr(number_bytes + chain_bytes))};
}

}  // namespace atelier::timeline
