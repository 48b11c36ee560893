// Any bytes as a relative position: refused, or written back so that it reads the same; resolving never breaks.
#include <cstddef>
#include <cstdint>

#include "crdt/position.hpp"
#include "crdt/rich_text.hpp"
#include "demand.hpp"

using namespace atelier;
using namespace atelier::crdt;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Doc doc = [] {
    Doc made;
    static_cast<void>(made.apply(seed_rich_text(ClientId(7), "one\ntwo")));
    return made;
  }();
  const auto position = decode_position(BytesView(reinterpret_cast<const char*>(data), size));
  if (!position) return 0;
  const Bytes written = encode_position(*position);
  const auto again = decode_position(written);
  demand(again && encode_position(*again) == written, "a position does not read back");
  static_cast<void>(absolute_position(doc, *position));
  return 0;
}
