// Validate, apply, encode: what the gate lets through is integrated whole, and leaves a document that all readers can read.
#include <cstddef>
#include <cstdint>
#include <string>

#include "crdt/doc.hpp"
#include "crdt/rich_text.hpp"
#include "demand.hpp"

using namespace atelier;
using namespace atelier::crdt;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(reinterpret_cast<const char*>(data), size);
  Gate gate;
  gate.roots = {std::string(rich_text_root)};
  gate.nodes = {"paragraph", "heading", "bullet_list", "list_item"};
  gate.marks = {"strong", "em"};
  Doc doc({.client = ClientId(1), .gc = false});
  demand(doc.apply(seed_rich_text(ClientId(7), "one\ntwo")).has_value(), "the seed is refused");
  const Bytes before = doc.encode_state();
  const auto checked = doc.check(bytes, gate);
  demand(doc.encode_state() == before, "a check changed the document");
  if (!checked) return 0;
  demand(doc.apply(bytes).has_value(), "what the gate lets through is refused");
  demand(!doc.has_pending(), "what the gate lets through is pending");
  demand(!checked->changes_nothing || doc.encode_state() == before, "it changed something");
  demand(doc.check(bytes, gate)->changes_nothing, "the same update still changes something");
  std::string text;
  for (const AuthorRun& run : author_runs(doc)) text += run.text + (run.paragraph_end ? "\n" : "");
  if (!text.empty()) text.pop_back();
  demand(text == plain_text(doc), "author runs are not the plain text");
  static_cast<void>(html(doc));
  static_cast<void>(markdown(doc));
  const auto undo = revert(doc, {bytes}, ClientId(99));
  demand(undo.has_value(), "it cannot be reverted");
  if (!undo->empty()) demand(doc.apply(*undo).has_value() && !doc.has_pending(), "its revert is refused");
  return 0;
}
