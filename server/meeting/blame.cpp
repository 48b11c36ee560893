#include "meeting/blame.hpp"

#include <algorithm>
#include <iterator>

#include "crdt/rich_text.hpp"

namespace atelier::meeting {

namespace {

struct Piece {
  std::uint64_t seq = 0;
  std::string_view text;
};

/// Cuts a run of one client where another record begins.
std::vector<Piece> cut_at_records(const Text& text, const crdt::AuthorRun& run) {
  const auto client = text.inserted.find(run.client.value());
  if (client == text.inserted.end()) return {{0, run.text}};
  const std::vector<InsertedFrom>& entries = client->second;
  auto entry = std::upper_bound(entries.begin(), entries.end(), run.clock,
                                [](std::uint64_t clock, const InsertedFrom& from) { return clock < from.clock; });
  std::vector<Piece> pieces;
  std::string_view rest = run.text;
  std::uint64_t clock = run.clock;
  while (!rest.empty()) {
    const std::uint64_t seq = entry == entries.begin() ? 0 : std::prev(entry)->seq;
    std::size_t bytes = rest.size();
    if (entry != entries.end()) {
      const std::uint64_t units = entry->clock - clock;
      bytes = std::min(bytes, crdt::utf16_to_byte(rest, static_cast<std::size_t>(units)));
      clock = entry->clock;
      ++entry;
    }
    if (bytes > 0) pieces.push_back({seq, rest.substr(0, bytes)});
    rest.remove_prefix(bytes);
  }
  return pieces;
}

/// The record that the text was opened with; 0 if it was opened empty.
std::uint64_t seed_of(const Text& text) {
  return text.plain_before.empty() || text.records.empty() ? 0 : text.records.front().seq;
}

bool joins(const BlameRun& run, const std::string& person, const TextRecord& record, std::uint64_t seed) {
  if (run.paragraph_end || run.person != person) return false;
  if ((run.first_seq == seed) != (record.seq == seed)) return false;  // the seed stays apart from its opener's own edits
  if (run.first_seq == record.seq && run.last_seq == record.seq) return true;
  return record.time_ms >= run.first_ms - blame_join_ms && record.time_ms <= run.last_ms + blame_join_ms;
}

void add(std::vector<BlameRun>& runs, const Text& text, const Piece& piece) {
  const TextRecord* found = text_record(text, piece.seq);
  const TextRecord record = found == nullptr ? TextRecord{} : *found;
  const std::string person = found == nullptr ? std::string() : text.authors[record.author];
  if (runs.empty() || !joins(runs.back(), person, record, seed_of(text))) {
    runs.push_back({.person = person, .text = {}, .first_seq = record.seq, .last_seq = record.seq,
                    .first_ms = record.time_ms, .last_ms = record.time_ms});
  }
  BlameRun& run = runs.back();
  run.text += piece.text;
  run.first_seq = std::min(run.first_seq, record.seq);
  run.last_seq = std::max(run.last_seq, record.seq);
  run.first_ms = std::min(run.first_ms, record.time_ms);
  run.last_ms = std::max(run.last_ms, record.time_ms);
}

}  // namespace

const TextRecord* text_record(const Text& text, std::uint64_t seq) {
  const auto found = std::lower_bound(text.records.begin(), text.records.end(), seq,
                                      [](const TextRecord& record, std::uint64_t s) { return record.seq < s; });
  return found != text.records.end() && found->seq == seq ? &*found : nullptr;
}

std::vector<BlameRun> blame(const State& state, std::string_view id) {
  std::vector<BlameRun> runs;
  const Text* text = find(state.texts, id);
  if (text == nullptr) return runs;
  for (const crdt::AuthorRun& run : crdt::author_runs(text->doc)) {
    for (const Piece& piece : cut_at_records(*text, run)) add(runs, *text, piece);
    if (!run.paragraph_end) continue;
    if (runs.empty()) runs.emplace_back();
    runs.back().paragraph_end = true;
  }
  return runs;
}

}  // namespace atelier::meeting
