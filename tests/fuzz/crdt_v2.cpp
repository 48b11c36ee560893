// Any bytes as an update v2: refused, or read into a document that encodes what it holds, in both formats.
#include <cstddef>
#include <cstdint>

#include "crdt/doc.hpp"
#include "demand.hpp"

using namespace atelier;
using namespace atelier::crdt;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  for (const bool collect : {true, false}) {
    Doc doc({.client = ClientId(1), .gc = collect});
    if (!doc.apply(bytes, Format::v2)) {
      demand(doc.structs() == 0 && !doc.has_pending(), "a refused update changed the document");
      continue;
    }
    const Bytes state = doc.encode_state();
    Doc again({.client = ClientId(1), .gc = collect});
    demand(again.apply(state).has_value(), "our own v1 is refused");
    demand(again.state_vector() == doc.state_vector(), "our own v1 reads differently");
    Doc other({.client = ClientId(1), .gc = collect});
    demand(other.apply(doc.encode_state_v2(), Format::v2).has_value(), "our own v2 is refused");
    demand(other.state_vector() == doc.state_vector(), "our own v2 reads differently");
    demand(doc.apply(bytes, Format::v2).has_value(), "the same update is refused the second time");
    demand(doc.state_vector() == again.state_vector(), "the same update twice brings more than once");
  }
  return 0;
}
