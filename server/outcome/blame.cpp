#include "outcome/blame.hpp"

#include <utility>

#include "meeting/blame.hpp"
#include "meeting/state.hpp"
#include "outcome/json_writer.hpp"

namespace atelier::outcome {

std::vector<BlameRun> blame(const meeting::Meeting& meeting, std::string_view id) {
  const meeting::Text* text = meeting::find(meeting.state().texts, id);
  if (text == nullptr) return {};
  const std::uint64_t seed = text->plain_before.empty() || text->records.empty() ? 0 : text->records.front().seq;
  std::vector<BlameRun> runs;
  for (meeting::BlameRun& run : meeting::blame(meeting.state(), id))
    runs.push_back({.text = std::move(run.text), .person = std::move(run.person), .seq = run.first_seq, .last_seq = run.last_seq,
                    .at_ms = run.first_ms - meeting.origin_ms(), .seed = run.first_seq == seed && seed != 0,
                    .block_end = run.paragraph_end});
  return runs;
}

std::string blame_json(const meeting::Meeting& meeting, std::string_view text) {
  JsonWriter json;
  json.open_object().key("text").text(text).key("runs").open_array();
  for (const BlameRun& run : blame(meeting, text)) {
    json.open_object().key("text").text(run.text).key("person").text(run.person).key("seq").integer(run.seq).key("last_seq").integer(run.last_seq);
    json.key("at_ms").integer(run.at_ms).key("seed").truth(run.seed).key("block_end").truth(run.block_end).close();
  }
  return json.close().close().finish();
}

}  // namespace atelier::outcome
