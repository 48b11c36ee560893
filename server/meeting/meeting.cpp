#include "meeting/meeting.hpp"

#include <algorithm>
#include <utility>

#include "meeting/commands.hpp"
#include "meeting/dispatch.hpp"
#include "meeting/known.hpp"
#include "meeting/state.hpp"

namespace atelier::meeting {

namespace {

/// The answer that a counter got when it was first applied.
Verdict remembered(const Instance& instance, std::uint64_t counter) {
  Verdict verdict{.refusal = v1::REFUSAL_OK, .duplicate = true, .seq = Sequence(1)};
  const auto found = std::lower_bound(instance.answers.begin(), instance.answers.end(), counter,
                                      [](const Answer& answer, std::uint64_t c) { return answer.counter < c; });
  if (found == instance.answers.end()) return verdict;
  verdict.seq = Sequence(found->seq);  // of an answer that is forgotten: the oldest one known
  if (found->counter == counter) verdict.refusal = found->refusal;
  return verdict;
}

void remember(Instance& instance, std::uint64_t counter, const Verdict& verdict) {
  instance.last = counter;
  instance.answers.push_back({counter, verdict.seq.value(), verdict.refusal});
  if (instance.answers.size() > limits::verdicts_per_instance) instance.answers.pop_front();
}

/// Applies a command of a person: once for each counter of a client instance, in their order.
Verdict apply_command(State& state, const Ask& ask, const v1::Body& body, const v1::Command& command,
                      Changes& changes) {
  Verdict verdict{.refusal = v1::REFUSAL_OK, .duplicate = false, .seq = ask.header.seq};
  const auto known = state.instances.find(body.instance());
  if (known != state.instances.end()) {
    if (known->second.person != ask.actor) {
      verdict.refusal = v1::REFUSAL_NOT_ALLOWED;  // an instance is one person's
      return verdict;
    }
    if (body.counter() <= known->second.last) return remembered(known->second, body.counter());
  }
  const std::uint64_t last = known == state.instances.end() ? 0 : known->second.last;
  if (body.counter() == 0 || body.previous() != last) {
    verdict.refusal = v1::REFUSAL_OUT_OF_ORDER;  // and the counter is not used up
    return verdict;
  }
  if (known == state.instances.end() && state.instances.size() >= limits::instances_max) {
    verdict.refusal = v1::REFUSAL_TOO_MANY;
    return verdict;
  }
  verdict.refusal = run(state, ask, command, changes);
  Instance& instance = known == state.instances.end() ? state.instances[body.instance()] : known->second;
  if (instance.person.empty()) instance.person = std::string(ask.actor);
  remember(instance, body.counter(), verdict);
  return verdict;
}

/// Counts what was answered to a person. Text comes key by key: the keys behind a refused one were typed before the client
/// knew, so such a burst counts once. What only came out of order is sent again and does not count.
void count_answer(State& state, const v1::Body& body, const v1::Command& command, const Verdict& verdict) {
  if (verdict.duplicate || verdict.refusal == v1::REFUSAL_OUT_OF_ORDER) return;
  const bool refused = verdict.refusal != v1::REFUSAL_OK;
  bool follows = false;
  if (const auto found = state.instances.find(body.instance()); found != state.instances.end()) {
    Instance& instance = found->second;
    const std::string text = refused && command.has_text_edit() ? command.text_edit().text() : std::string();
    follows = !text.empty() && text == instance.refused_text &&
              state.time_ms - instance.refused_ms <= limits::refused_burst_ms;
    instance.refused_text = text;
    instance.refused_ms = text.empty() ? 0 : state.time_ms;
  }
  if (!refused) ++state.accepted;
  if (refused && !follows) ++state.refusals[static_cast<std::uint32_t>(verdict.refusal)];
}

template <class Event>
v1::Refusal apply_event(State& state, const Ask& ask, const Event& event, Changes& changes) {
  if constexpr (!std::is_same_v<Event, v1::MeetingCreated>) {
    if (state.stage == v1::MeetingView::STATE_UNSPECIFIED) return v1::REFUSAL_MEETING_NOT_OPEN;
  }
  const v1::Refusal refusal = decide(state, ask, event);
  if (refusal == v1::REFUSAL_OK) evolve(state, ask, event, changes);
  return refusal;
}

/// What a node wrote. It may come twice, from two nodes: the second changes nothing.
v1::Refusal apply_node(State& state, const Ask& ask, const v1::Payload& payload, Changes& changes) {
  switch (payload.kind_case()) {
    case v1::Payload::kCommand: return v1::REFUSAL_NOT_ALLOWED;  // a command has a person
    case v1::Payload::kCreated: return apply_event(state, ask, payload.created(), changes);
    case v1::Payload::kPersonAdmitted: return apply_event(state, ask, payload.person_admitted(), changes);
    case v1::Payload::kBallotsOpened: return apply_event(state, ask, payload.ballots_opened(), changes);
    case v1::Payload::kSealingKeyDeleted: return apply_event(state, ask, payload.sealing_key_deleted(), changes);
    case v1::Payload::kAttendance: return apply_event(state, ask, payload.attendance(), changes);
    case v1::Payload::kCheckpoint: return v1::REFUSAL_OK;  // for those who keep the chain
    case v1::Payload::KIND_NOT_SET: break;
  }
  return v1::REFUSAL_BAD_COMMAND;
}

void note_changes(State& state, Changes& changes) {
  std::sort(changes.dirty.begin(), changes.dirty.end());
  changes.dirty.erase(std::unique(changes.dirty.begin(), changes.dirty.end()), changes.dirty.end());
  for (const Dirty& dirty : changes.dirty) {
    if (dirty.person.value().empty()) {
      state.changed[dirty.key] = state.seq;
    } else {
      state.changed_private[dirty.person.value()][dirty.key] = state.seq;
    }
  }
}

}  // namespace

Meeting::Meeting() : state_(std::make_unique<State>()) {}
Meeting::~Meeting() = default;
Meeting::Meeting(Meeting&&) noexcept = default;
Meeting& Meeting::operator=(Meeting&&) noexcept = default;

Result<Applied, Errc> Meeting::apply(const Header& header, BytesView bytes) {
  State& state = *state_;
  if (header.seq.value() != state.seq + 1) return std::unexpected(Errc::out_of_order);
  v1::Body body;
  v1::Payload payload;
  if (!read_record(bytes, body, payload)) return std::unexpected(Errc::unknown_record);

  state.seq = header.seq.value();
  state.time_ms = std::max(state.time_ms, header.time_ms);  // a meeting's time never goes back
  Applied applied{.actor = PersonId(body.actor()), .instance = InstanceId(body.instance()), .counter = body.counter(),
                  .verdict = {.refusal = v1::REFUSAL_OK, .duplicate = false, .seq = header.seq}, .dirty = {}, .texts = {}};
  Changes changes;
  const Ask ask{.header = {header.seq, state.time_ms}, .actor = body.actor(), .person = find(state.persons, body.actor()),
                .mode = Mode::apply};
  if (body.actor().empty()) {
    applied.verdict.refusal = apply_node(state, ask, payload, changes);
  } else if (payload.has_command()) {
    applied.verdict = apply_command(state, ask, body, payload.command(), changes);
    count_answer(state, body, payload.command(), applied.verdict);
  } else {
    applied.verdict.refusal = v1::REFUSAL_NOT_ALLOWED;  // only nodes write these
  }
  const bool accepted = applied.verdict.refusal == v1::REFUSAL_OK && !applied.verdict.duplicate;
  if (accepted) count_words(state, state.time_ms, changes);  // a refused record changes nothing that anybody sees
  note_changes(state, changes);
  applied.dirty = std::move(changes.dirty);
  applied.texts = std::move(changes.texts);
  return applied;
}

v1::Refusal Meeting::check(const PersonId& actor, const v1::Command& command) const {
  const Ask ask{.header = {Sequence(state_->seq + 1), state_->time_ms}, .actor = actor.value(),
                .person = find(state_->persons, actor.value()), .mode = Mode::dry};
  return judge_only(*state_, ask, command);
}

Sequence Meeting::seq() const { return Sequence(state_->seq); }
std::int64_t Meeting::time_ms() const { return state_->time_ms; }
std::int64_t Meeting::origin_ms() const { return state_->rehearsal ? state_->created_ms : state_->opened_ms; }
std::string_view Meeting::id() const { return state_->id; }
bool Meeting::rehearsal() const { return state_->rehearsal; }

v1::Role Meeting::role(const PersonId& person) const {
  const Person* known = find(state_->persons, person.value());
  return known == nullptr ? v1::ROLE_UNSPECIFIED : known->role;
}

std::uint64_t Meeting::last_counter(InstanceId instance) const {
  const auto known = state_->instances.find(instance.value());
  return known == state_->instances.end() ? 0 : known->second.last;
}

std::vector<std::string> Meeting::texts() const { return state_->text_order; }

const crdt::Doc* Meeting::text(std::string_view id) const {
  const Text* text = find(std::as_const(*state_).texts, id);
  return text == nullptr ? nullptr : &text->doc;
}

const State& Meeting::state() const { return *state_; }

}  // namespace atelier::meeting
