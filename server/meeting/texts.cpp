#include <algorithm>

#include "crdt/rich_text.hpp"
#include "meeting/blame.hpp"
#include "meeting/commands.hpp"
#include "meeting/words.hpp"

namespace atelier::meeting {

namespace {

v1::Refusal refusal_of(crdt::Errc error) {
  switch (error) {
    case crdt::Errc::over_limit: return v1::REFUSAL_UPDATE_OVER_LIMIT;
    case crdt::Errc::foreign_client: return v1::REFUSAL_UPDATE_FOREIGN_CLIENT;
    case crdt::Errc::not_causal: return v1::REFUSAL_UPDATE_NOT_CAUSAL;
    case crdt::Errc::not_allowed: return v1::REFUSAL_UPDATE_NOT_ALLOWED;
    default: return v1::REFUSAL_UPDATE_MALFORMED;
  }
}

crdt::Gate gate(const State& state, std::function<bool(crdt::ClientId)> may_write) {
  crdt::Gate gate;
  gate.limits.update_bytes_max = state.limits.update_bytes_max();
  gate.may_write = std::move(may_write);
  gate.roots = {std::string(crdt::rich_text_root)};
  gate.nodes = {"paragraph", "heading", "bullet_list", "ordered_list", "list_item", "hard_break"};
  gate.marks = {"strong", "em"};
  return gate;
}

/// An update that a node made: only reserved client ids.
Judged judge_server_update(const State& state, const crdt::Doc& doc, BytesView update) {
  const auto reserved = [](crdt::ClientId client) {
    return client.value() >= 1 && client.value() <= limits::reserved_client_max;
  };
  auto checked = doc.check(update, gate(state, reserved));
  if (!checked) return std::unexpected(refusal_of(checked.error()));
  return *std::move(checked);
}

/// Would the document stay within its size?
v1::Refusal check_size(const State& state, const Text& text, BytesView update) {
  const bool fits = text.bytes + update.size() <= state.limits.text_bytes_max() &&
                    text.clients.size() <= limits::clients_per_text_max;
  return fits ? v1::REFUSAL_OK : v1::REFUSAL_UPDATE_OVER_LIMIT;
}

/// Keeps `bytes` an upper bound without encoding the document at each keystroke.
void measure(Text& text, std::size_t update_bytes) {
  text.bytes += update_bytes;
  const std::uint64_t since = text.bytes - text.bytes_measured;
  if (since < std::max(limits::text_measure_bytes, text.bytes_measured / 4)) return;
  text.bytes = text.bytes_measured = text.doc.encode_state().size();
}

std::uint32_t author_index(Text& text, std::string_view person) {
  const auto found = std::find(text.authors.begin(), text.authors.end(), person);
  const auto index = static_cast<std::uint32_t>(found - text.authors.begin());
  if (found == text.authors.end()) text.authors.emplace_back(person);
  return index;
}

/// Integrates a judged update and writes down who brought what.
void integrate(State& state, const Ask& ask, Text& text, std::string_view id, const Bytes& update,
               const crdt::Checked& checked, Changes& changes) {
  if (!text.doc.apply(update)) return;  // judged: cannot be
  const std::uint64_t seq = ask.header.seq.value();
  for (const crdt::ClientId client : checked.new_clients) text.clients.emplace(client.value(), ask.actor);
  for (const crdt::ClockRange& range : checked.inserted) {
    text.inserted[range.client.value()].push_back({range.clock, seq});
  }
  for (const crdt::ClockRange& range : checked.deleted) {
    text.deleted.push_back({range.client.value(), range.clock, range.length, seq});
  }
  text.records.push_back({seq, ask.header.time_ms, author_index(text, ask.actor)});
  measure(text, update.size());
  if (!text.words_stale) {
    text.words_stale = true;
    state.words_due_ms = std::min(state.words_due_ms, text.words_ms + limits::word_count_interval_ms);
  }
  changes.texts.push_back({std::string(id), update});
}

void count_words_of(Text& text, std::string_view id, std::int64_t time_ms, Changes& changes) {
  const std::uint32_t words = word_count(crdt::plain_text(text.doc));
  text.words_stale = false;
  text.words_ms = time_ms;
  if (words == text.words) return;
  text.words = words;
  changes.entity("text", id);
}

}  // namespace

Judged judge(const State& state, const Ask& ask, const v1::TextOpen& command) {
  auto refusal = first_of(check_new_id(command.text()), check_line(command.title()), check_line(command.version()));
  if (refusal == v1::REFUSAL_OK && state.texts.contains(command.text())) refusal = v1::REFUSAL_ID_TAKEN;
  if (refusal == v1::REFUSAL_OK && state.texts.size() >= state.limits.texts_max()) refusal = v1::REFUSAL_TOO_MANY;
  if (refusal == v1::REFUSAL_OK && command.plain().size() > limits::plain_bytes_max) refusal = v1::REFUSAL_TOO_LONG;
  if (refusal != v1::REFUSAL_OK) return std::unexpected(refusal);
  if (command.update().empty()) {
    // Before the log the seed is not made yet; in the log only a text that starts empty has none.
    if (ask.mode == Mode::apply && !command.plain().empty()) return std::unexpected(v1::REFUSAL_UPDATE_MALFORMED);
    return crdt::Checked{};
  }
  return judge_server_update(state, crdt::Doc(crdt::Doc::Options{.gc = false}), command.update());
}

void evolve(State& state, const Ask& ask, const v1::TextOpen& command, const crdt::Checked& checked,
            Changes& changes) {
  Text& text = state.texts[command.text()];
  text.title = command.title();
  if (text.title.empty()) {
    for (const v1::StrategyText& known : state.content.texts()) {
      if (known.id() == command.text()) text.title = known.title();
    }
  }
  text.version = command.version();
  text.plain_before = command.plain();
  text.word_limit = command.word_limit();
  text.order = static_cast<std::uint32_t>(state.text_order.size());
  text.opened_ms = ask.header.time_ms;
  state.text_order.push_back(command.text());
  if (!command.update().empty()) integrate(state, ask, text, command.text(), command.update(), checked, changes);
  count_words_of(text, command.text(), ask.header.time_ms, changes);
  changes.entity("text", command.text());
}

Judged judge(const State& state, const Ask& ask, const v1::TextEdit& command) {
  const Text* text = find(state.texts, command.text());
  if (text == nullptr) return std::unexpected(v1::REFUSAL_UNKNOWN_ID);
  if (text->frozen) return std::unexpected(v1::REFUSAL_TEXT_FROZEN);
  const auto own = [text, &ask](crdt::ClientId client) {
    if (client.value() <= limits::reserved_client_max) return false;
    const auto known = text->clients.find(client.value());
    return known == text->clients.end() || known->second == ask.actor;
  };
  auto checked = text->doc.check(command.update(), gate(state, own));
  if (!checked) return std::unexpected(refusal_of(checked.error()));
  if (const auto size = check_size(state, *text, command.update()); size != v1::REFUSAL_OK) return std::unexpected(size);
  return *std::move(checked);
}

void evolve(State& state, const Ask& ask, const v1::TextEdit& command, const crdt::Checked& checked,
            Changes& changes) {
  if (checked.changes_nothing) return;
  Text& text = *find(state.texts, command.text());
  integrate(state, ask, text, command.text(), command.update(), checked, changes);
}

Judged judge(const State& state, const Ask& ask, const v1::TextRevert& command) {
  const Text* text = find(state.texts, command.text());
  if (text == nullptr) return std::unexpected(v1::REFUSAL_UNKNOWN_ID);
  if (text->frozen) return std::unexpected(v1::REFUSAL_TEXT_FROZEN);
  if (command.records().empty()) return std::unexpected(v1::REFUSAL_BAD_VALUE);
  if (static_cast<std::size_t>(command.records_size()) > limits::revert_records_max) {
    return std::unexpected(v1::REFUSAL_TOO_MANY);
  }
  if (const auto wrong = check_line(command.note()); wrong != v1::REFUSAL_OK) return std::unexpected(wrong);
  for (const std::uint64_t seq : command.records()) {
    if (text_record(*text, seq) == nullptr) return std::unexpected(v1::REFUSAL_UNKNOWN_ID);
  }
  if (command.update().empty()) {  // in the log: nothing was left to take back
    if (ask.mode == Mode::apply) return std::unexpected(v1::REFUSAL_ALREADY_DONE);
    return crdt::Checked{};
  }
  return judge_server_update(state, text->doc, command.update());
}

void evolve(State& state, const Ask& ask, const v1::TextRevert& command, const crdt::Checked& checked,
            Changes& changes) {
  Text& text = *find(state.texts, command.text());
  integrate(state, ask, text, command.text(), command.update(), checked, changes);
  text.reverts.push_back({ask.header.seq.value(), std::string(ask.actor), command.note(),
                          {command.records().begin(), command.records().end()}});
}

v1::Refusal decide(const State& state, const Ask&, const v1::TextFreeze& command) {
  if (command.texts().empty()) return v1::REFUSAL_BAD_VALUE;
  for (const std::string& id : command.texts()) {
    if (!state.texts.contains(id)) return v1::REFUSAL_UNKNOWN_ID;
  }
  return v1::REFUSAL_OK;
}

void evolve(State& state, const Ask& ask, const v1::TextFreeze& command, Changes& changes) {
  for (const std::string& id : command.texts()) {
    Text& text = *find(state.texts, id);
    if (text.frozen == command.frozen()) continue;
    text.frozen = command.frozen();
    if (text.words_stale) count_words_of(text, id, ask.header.time_ms, changes);
    changes.entity("text", id);
  }
}

void count_words(State& state, std::int64_t time_ms, Changes& changes) {
  if (time_ms < state.words_due_ms) return;
  state.words_due_ms = INT64_MAX;
  for (auto& [id, text] : state.texts) {
    if (!text.words_stale) continue;
    const std::int64_t due_ms = text.words_ms + limits::word_count_interval_ms;
    if (due_ms <= time_ms) {
      count_words_of(text, id, time_ms, changes);
    } else {
      state.words_due_ms = std::min(state.words_due_ms, due_ms);
    }
  }
}

}  // namespace atelier::meeting
