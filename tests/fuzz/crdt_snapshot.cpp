// Any bytes as a snapshot: refused, or written back so that it reads the same; reading at it never breaks.
#include <cstddef>
#include <cstdint>

#include "crdt/rich_text.hpp"
#include "crdt/snapshot.hpp"
#include "crdt/tree.hpp"
#include "demand.hpp"

using namespace atelier;
using namespace atelier::crdt;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Doc doc = [] {
    Doc made({.client = ClientId(7), .gc = false});
    static_cast<void>(made.apply(seed_rich_text(ClientId(7), "one\ntwo 😀")));
    static_cast<void>(delete_text(made, 1, 4));
    return made;
  }();
  for (const Format format : {Format::v1, Format::v2}) {
    const auto snapshot = decode_snapshot(BytesView(reinterpret_cast<const char*>(data), size), format);
    if (!snapshot) continue;
    const Bytes written = encode_snapshot(*snapshot, format);
    const auto again = decode_snapshot(written, format);
    demand(again && encode_snapshot(*again, format) == written, "a snapshot does not read back");
    static_cast<void>(read_root_at(doc, *snapshot, rich_text_root, TypeRef::xml_fragment));
  }
  return 0;
}
