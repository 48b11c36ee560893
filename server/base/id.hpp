#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace atelier {

/// An id is a type: explicit in, `.value()` out, no arithmetic, no implicit way back.
template <class Tag, class Rep = std::uint64_t>
class Id {
 public:
  Id() = default;
  constexpr explicit Id(Rep value) : value_(std::move(value)) {}
  constexpr const Rep& value() const { return value_; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  Rep value_{};
};

using Sequence = Id<struct SequenceTag>;                 ///< Place in one meeting's log; the first is 1, 0 is "before all".
using InstanceId = Id<struct InstanceTag>;               ///< One client's life (page load + outbox); 0 is the node itself.
using MeetingId = Id<struct MeetingTag, std::string>;    ///< [a-z0-9]{1,32}: also a file name and a Redis hash tag.
using PersonId = Id<struct PersonTag, std::string>;      ///< A person in the log; empty is the node itself.

}  // namespace atelier

template <class Tag, class Rep>
struct std::hash<atelier::Id<Tag, Rep>> {
  std::size_t operator()(const atelier::Id<Tag, Rep>& id) const { return std::hash<Rep>{}(id.value()); }
};
