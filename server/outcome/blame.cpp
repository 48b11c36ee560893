#include "outcome/blame.hpp"

#include <algorithm>

#include "crdt/rich_text.hpp"
#include "meeting/state.hpp"
#include "outcome/json_writer.hpp"

namespace atelier::outcome {

namespace {

/// Splits author runs where another record begins.
class Blamer {
 public:
  Blamer(const meeting::Text& text, std::int64_t origin_ms) : text_(text), origin_ms_(origin_ms) {}

  void add(const crdt::AuthorRun& run) {
    std::string_view rest = run.text;
    std::uint64_t clock = run.clock;
    while (!rest.empty()) {
      const auto [seq, ends] = record_of(run.client.value(), clock);
      const std::size_t units = crdt::utf16_length(rest);
      const std::size_t taken = ends - clock < units ? std::max<std::size_t>(1, crdt::utf16_to_byte(rest, ends - clock))
                                                      : rest.size();
      append(rest.substr(0, taken), seq, run.client.value());
      clock += crdt::utf16_length(rest.substr(0, taken));
      rest.remove_prefix(taken);
    }
    if (!run.paragraph_end) return;
    if (runs_.empty() || runs_.back().block_end) append("", 0, run.client.value());
    runs_.back().block_end = true;
  }

  std::vector<BlameRun> take() { return std::move(runs_); }

 private:
  struct Brought {
    std::uint64_t seq = 0;
    std::uint64_t ends = UINT64_MAX;  ///< the first clock of the next record
  };
  Brought record_of(std::uint64_t client, std::uint64_t clock) const {
    const auto found = text_.inserted.find(client);
    if (found == text_.inserted.end()) return {};
    const auto& from = found->second;
    const auto behind = std::upper_bound(from.begin(), from.end(), clock,
                                         [](std::uint64_t at, const meeting::InsertedFrom& entry) { return at < entry.clock; });
    Brought brought;
    if (behind != from.begin()) brought.seq = std::prev(behind)->seq;
    if (behind != from.end()) brought.ends = behind->clock;
    return brought;
  }

  void append(std::string_view letters, std::uint64_t seq, std::uint64_t client) {
    if (!runs_.empty() && runs_.back().seq == seq && !runs_.back().block_end) {
      runs_.back().text += letters;
      return;
    }
    BlameRun run{.text = std::string(letters), .person = {}, .seq = seq, .at_ms = 0, .seed = false, .block_end = false};
    const auto record = std::lower_bound(text_.records.begin(), text_.records.end(), seq,
                                         [](const meeting::TextRecord& entry, std::uint64_t place) { return entry.seq < place; });
    if (record != text_.records.end() && record->seq == seq) {
      run.person = text_.authors[record->author];
      run.at_ms = record->time_ms - origin_ms_;
      run.seed = record == text_.records.begin() && !text_.plain_before.empty();
    } else if (const auto author = text_.clients.find(client); author != text_.clients.end()) {
      run.person = author->second;
    }
    runs_.push_back(std::move(run));
  }

  const meeting::Text& text_;
  std::int64_t origin_ms_;
  std::vector<BlameRun> runs_;
};

}  // namespace

std::vector<BlameRun> blame(const meeting::Meeting& meeting, std::string_view text) {
  const meeting::Text* found = meeting::find(meeting.state().texts, text);
  if (found == nullptr) return {};
  Blamer blamer(*found, meeting.origin_ms());
  for (const crdt::AuthorRun& run : crdt::author_runs(found->doc)) blamer.add(run);
  return blamer.take();
}

std::string blame_json(const meeting::Meeting& meeting, std::string_view text) {
  JsonWriter json;
  json.open_object().key("text").text(text).key("runs").open_array();
  for (const BlameRun& run : blame(meeting, text)) {
    json.open_object().key("text").text(run.text).key("person").text(run.person).key("seq").integer(run.seq);
    json.key("at_ms").integer(run.at_ms).key("seed").truth(run.seed).key("block_end").truth(run.block_end).close();
  }
  return json.close().close().finish();
}

}  // namespace atelier::outcome
