#pragma once

#include <optional>
#include <string>

#include "crdt/update.hpp"

namespace atelier::crdt {

/// A shared type by the name of its root, or by the id of the item that holds it.
struct TypeName {
  std::string root;
  std::optional<WireId> item;
};

/// A place that stays with its neighbours while others edit (yjs/src/utils/RelativePosition.js).
struct RelativePosition {
  std::optional<WireId> item;  ///< the unit beside it; none: at the end (or, leaning left, at the beginning) of `type`
  TypeName type;               ///< meaningful only without item
  std::int64_t lean = 0;       ///< assoc: below 0 it belongs to the unit on the left
};

struct AbsolutePosition {
  TypeName type;
  std::uint64_t index = 0;
};

/// The place before the `index`th unit (or element) of a type; empty if there is no such type.
std::optional<RelativePosition> relative_position(const Doc& doc, const TypeName& type, std::uint64_t index, std::int64_t lean);
/// Where it is now; empty if the document does not know it (any more).
std::optional<AbsolutePosition> absolute_position(const Doc& doc, const RelativePosition& position);

Bytes encode_position(const RelativePosition& position);
/// Old positions have no lean: it is 0 then.
Result<RelativePosition, Errc> decode_position(BytesView bytes);

}  // namespace atelier::crdt
