// Any bytes on a WebSocket, in any pieces: the same events or the same close code, and never more memory than a message.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "demand.hpp"
#include "gateway/frame.hpp"

using namespace atelier;
using namespace atelier::gateway;

namespace {

constexpr std::size_t message_max = 1'000;

struct Heard {
  std::vector<ws::Event> events;
  std::optional<ws::CloseCode> fault;
};

Heard read(BytesView bytes, std::size_t piece) {
  ws::Reader reader(message_max);
  Heard heard;
  while (!bytes.empty() && !heard.fault) {
    const BytesView part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    const auto fed = reader.feed(part, [&](ws::Event event) {
      demand(event.payload.size() <= message_max, "a message is over the limit");
      heard.events.push_back(std::move(event));
      return true;
    });
    if (!fed) heard.fault = fed.error();
  }
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const BytesView bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Heard whole = read(bytes, SIZE_MAX);
  const Heard pieces = read(bytes, 1 + data[0] % 16);
  demand(whole.fault == pieces.fault, "pieces end otherwise than the whole");
  demand(whole.events.size() == pieces.events.size(), "pieces tell otherwise than the whole");
  for (std::size_t at = 0; at < whole.events.size(); ++at) {
    demand(whole.events[at].kind == pieces.events[at].kind, "another kind");
    demand(whole.events[at].payload == pieces.events[at].payload, "another payload");
  }
  return 0;
}
