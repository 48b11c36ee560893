#include "gateway/registry.hpp"

#include "base/bytes.hpp"

namespace atelier::gateway {
namespace {

std::string folder(const MeetingId& meeting, std::string_view vote) {
  // A vote's id is a client's: in hexadecimal no id is a part of another one's path.
  return "key/" + meeting.value() + "/" + to_hex(vote) + "/";
}

}  // namespace

bool RegistryVault::put(const MeetingId& meeting, std::string_view vote, BytesView public_key, BytesView seed) {
  return registry_.write({{folder(meeting, vote) + to_hex(public_key), to_hex(seed)}});
}

std::optional<Bytes> RegistryVault::get(const MeetingId& meeting, std::string_view vote, BytesView public_key) {
  const auto seed = registry_.read(folder(meeting, vote) + to_hex(public_key));
  if (!seed) return std::nullopt;
  return from_hex(*seed);
}

bool RegistryVault::erase(const MeetingId& meeting, std::string_view vote) {
  std::vector<Registry::Change> changes;
  for (const auto& [key, value] : registry_.list(folder(meeting, vote))) changes.push_back({key, std::nullopt});
  return changes.empty() || registry_.write(changes);
}

}  // namespace atelier::gateway
