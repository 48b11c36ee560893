#include "outcome/events.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "atelier/v1/record.pb.h"
#include "crdt/rich_text.hpp"
#include "meeting/refusal.hpp"
#include "meeting/state.hpp"
#include "outcome/describe.hpp"
#include "outcome/json_writer.hpp"
#include "outcome/limits.hpp"
#include "timeline/chain.hpp"

namespace atelier::outcome {

namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

/// What stands in `after` between the beginning and the end that it shares with `before`; whole characters.
std::string put_in(std::string_view before, std::string_view after) {
  const std::size_t shortest = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shortest && before[head] == after[head]) ++head;
  while (head > 0 && head < after.size() && continues_character(after[head])) --head;
  std::size_t tail = 0;
  while (tail < shortest - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  while (tail > 0 && continues_character(after[after.size() - tail])) --tail;
  return std::string(after.substr(head, after.size() - tail - head));
}

class Reader {
 public:
  explicit Reader(History& history) : history_(history) {}

  Result<Story, Errc> read() {
    while (true) {
      const auto page = history_.entries(story_.meeting.seq(), page_entries);
      if (!page) return std::unexpected(Errc::unreadable);
      if (page->empty()) break;
      for (const timeline::Entry& entry : *page)
        if (const auto taken = take(entry); !taken) return std::unexpected(taken.error());
    }
    if (story_.meeting.seq() == Sequence{0}) return std::unexpected(Errc::no_meeting);
    story_.origin_ms = story_.meeting.origin_ms();
    story_.end_ms = story_.meeting.time_ms() - story_.origin_ms;
    story_.chain = chain_.value();
    for (Event& event : story_.events) event.at_ms -= story_.origin_ms;
    return std::move(story_);
  }

 private:
  Result<void, Errc> take(const timeline::Entry& entry) {
    if (!chain_.add(entry)) return std::unexpected(Errc::unreadable);
    const auto applied = story_.meeting.apply({entry.seq, entry.time_ms}, entry.body);
    if (!applied) return std::unexpected(Errc::unknown_record);
    story_.epoch = entry.epoch;
    if (!applied->verdict.duplicate && !applied->actor.value().empty()) tell(entry, *applied);
    for (const meeting::TextChange& change : applied->texts) plain_[change.text] = plain_text(change.text);
    return {};
  }

  void tell(const timeline::Entry& entry, const meeting::Applied& applied) {
    v1::Body body;
    v1::Payload payload;
    if (!body.ParseFromString(entry.body) || !payload.ParseFromString(body.payload()) || !payload.has_command()) return;
    Told told = describe(payload.command());
    if (payload.command().has_text_edit() && !applied.texts.empty())
      told.text = put_in(plain_[told.id], plain_text(told.id));
    Event event{.seq = entry.seq, .at_ms = entry.time_ms, .person = applied.actor.value(), .kind = std::move(told.kind),
                .id = std::move(told.id), .text = shortened(told.text, event_text_characters_max), .sentence = {},
                .refusal = applied.verdict.refusal};
    event.sentence = event.person + " " + told.act + (event.text.empty() ? "" : ": " + event.text);
    if (event.refusal != v1::REFUSAL_OK)
      event.sentence += " (not accepted: " + std::string(meeting::reason(event.refusal)) + ")";
    story_.events.push_back(std::move(event));
  }

  std::string plain_text(std::string_view id) const {
    const crdt::Doc* doc = story_.meeting.text(id);
    return doc == nullptr ? std::string() : crdt::plain_text(*doc);
  }

  History& history_;
  Story story_;
  timeline::Chain chain_;
  std::map<std::string, std::string, std::less<>> plain_;  ///< every text as the last record left it
};

}  // namespace

Result<Story, Errc> read_story(History& history) { return Reader(history).read(); }

std::vector<std::uint32_t> edit_density(const Story& story, std::size_t buckets) {
  buckets = std::clamp<std::size_t>(buckets, 1, density_buckets_max);
  std::vector<std::uint32_t> density(buckets, 0);
  const std::uint64_t length = static_cast<std::uint64_t>(std::max<std::int64_t>(story.end_ms, 0)) + 1;
  for (const Event& event : story.events) {
    if (event.kind != "text_edit" || event.refusal != v1::REFUSAL_OK) continue;
    const auto at = std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(event.at_ms, 0)), length - 1);
    ++density[at * buckets / length];
  }
  return density;
}

std::string events_json(const Story& story) {
  JsonWriter json(1);
  json.open_object().key("origin_ms").integer(story.origin_ms).key("end_ms").integer(story.end_ms);
  json.key("events").open_array();
  for (const Event& event : story.events) {
    json.open_object().key("seq").integer(event.seq.value()).key("at_ms").integer(event.at_ms);
    json.key("person").text(event.person).key("kind").text(event.kind).key("id").text(event.id).key("text").text(event.text);
    json.key("sentence").text(event.sentence).key("refusal").text(v1::Refusal_Name(event.refusal)).close();
  }
  json.close().key("authors").open_object();
  for (const auto& [id, text] : story.meeting.state().texts) {
    json.key(id).open_object();
    for (const auto& [client, person] : text.clients) json.key(std::to_string(client)).text(person);
    json.close();
  }
  return json.close().close().finish();
}

}  // namespace atelier::outcome
