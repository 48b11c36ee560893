#include <algorithm>

#include "meeting/commands.hpp"

namespace atelier::meeting {

namespace {

Phase* find_phase(State& state, std::string_view id) {
  const auto found = std::find_if(state.phases.begin(), state.phases.end(), [&](const Phase& p) { return p.id == id; });
  return found == state.phases.end() ? nullptr : &*found;
}

void end_phase(State& state, const Ask& ask, Phase& phase, Changes& changes) {
  phase.state = v1::PhaseView::STATE_DONE;
  phase.ended_ms = ask.header.time_ms;
  changes.entity("phase", phase.id);
  if (state.running_phase == phase.id) state.running_phase.clear();
}

}  // namespace

v1::Refusal decide(const State&, const Ask&, const v1::MeetingOpen& command) { return check_line(command.title()); }

void evolve(State& state, const Ask& ask, const v1::MeetingOpen& command, Changes& changes) {
  state.stage = v1::MeetingView::STATE_OPEN;
  state.opened_ms = ask.header.time_ms;
  if (!command.title().empty()) state.title = command.title();
  changes.entity("meeting");
}

v1::Refusal decide(const State&, const Ask&, const v1::MeetingClose&) { return v1::REFUSAL_OK; }

void evolve(State& state, const Ask& ask, const v1::MeetingClose&, Changes& changes) {
  state.stage = v1::MeetingView::STATE_CLOSED;
  state.closed_ms = ask.header.time_ms;
  if (Phase* running = find_phase(state, state.running_phase)) end_phase(state, ask, *running, changes);
  state.timer = {};
  state.summoned = false;
  changes.entity("meeting");
}

v1::Refusal decide(const State& state, const Ask&, const v1::PhaseStart& command) {
  if (command.phase().empty()) return v1::REFUSAL_BAD_VALUE;
  const bool known = std::any_of(state.phases.begin(), state.phases.end(),
                                 [&](const Phase& phase) { return phase.id == command.phase(); });
  if (known) return v1::REFUSAL_OK;
  return first_of(check_new_id(command.phase()),
                  state.phases.size() >= limits::phases_max ? v1::REFUSAL_TOO_MANY : v1::REFUSAL_OK);
}

void evolve(State& state, const Ask& ask, const v1::PhaseStart& command, Changes& changes) {
  if (state.running_phase == command.phase()) return;  // runs already
  if (Phase* running = find_phase(state, state.running_phase)) end_phase(state, ask, *running, changes);
  Phase* phase = find_phase(state, command.phase());
  if (phase == nullptr) {  // one that the agenda did not foresee
    phase = &state.phases.emplace_back();
    phase->id = command.phase();
    phase->title = command.phase();
  }
  phase->state = v1::PhaseView::STATE_NOW;
  phase->minutes = command.minutes();
  phase->rounds = command.rounds();
  phase->started_ms = ask.header.time_ms;
  phase->ended_ms = 0;
  state.running_phase = phase->id;
  for (auto& [id, person] : state.persons) {
    if (person.ready) changes.entity("person", id);
    person.ready = false;
  }
  changes.entity("phase", phase->id);
  changes.entity("meeting");
}

v1::Refusal decide(const State& state, const Ask&, const v1::PhaseEnd& command) {
  for (const Phase& phase : state.phases) {
    if (phase.id == command.phase()) return v1::REFUSAL_OK;
  }
  return v1::REFUSAL_UNKNOWN_ID;
}

void evolve(State& state, const Ask& ask, const v1::PhaseEnd& command, Changes& changes) {
  Phase& phase = *find_phase(state, command.phase());
  if (phase.state != v1::PhaseView::STATE_NOW) return;  // ended already
  end_phase(state, ask, phase, changes);
  changes.entity("meeting");
}

v1::Refusal decide(const State& state, const Ask& ask, const v1::Timer& command) {
  using State_ = v1::TimerView;
  const bool too_long = command.seconds() > limits::timer_seconds_max;
  const bool running = state.timer.state == State_::STATE_RUNNING;
  const bool paused = state.timer.state == State_::STATE_PAUSED;
  switch (command.action()) {
    case v1::Timer::ACTION_START:
      return command.seconds() == 0 || too_long ? v1::REFUSAL_BAD_VALUE : v1::REFUSAL_OK;
    case v1::Timer::ACTION_PAUSE:
      return running && state.timer.ends_ms > ask.header.time_ms ? v1::REFUSAL_OK : v1::REFUSAL_ALREADY_DONE;
    case v1::Timer::ACTION_RESUME: return paused ? v1::REFUSAL_OK : v1::REFUSAL_ALREADY_DONE;
    case v1::Timer::ACTION_EXTEND:
      if (command.seconds() == 0 || too_long) return v1::REFUSAL_BAD_VALUE;
      return running || paused ? v1::REFUSAL_OK : v1::REFUSAL_ALREADY_DONE;
    case v1::Timer::ACTION_STOP: return running || paused ? v1::REFUSAL_OK : v1::REFUSAL_ALREADY_DONE;
    default: return v1::REFUSAL_BAD_VALUE;
  }
}

void evolve(State& state, const Ask& ask, const v1::Timer& command, Changes& changes) {
  TimerState& timer = state.timer;
  const std::int64_t now = ask.header.time_ms;
  const std::int64_t milliseconds = std::int64_t{command.seconds()} * 1000;
  switch (command.action()) {
    case v1::Timer::ACTION_START: timer = {v1::TimerView::STATE_RUNNING, now + milliseconds, 0}; break;
    case v1::Timer::ACTION_PAUSE: timer = {v1::TimerView::STATE_PAUSED, 0, timer.ends_ms - now}; break;
    case v1::Timer::ACTION_RESUME: timer = {v1::TimerView::STATE_RUNNING, now + timer.remaining_ms, 0}; break;
    case v1::Timer::ACTION_EXTEND:
      if (timer.state == v1::TimerView::STATE_RUNNING) {
        timer.ends_ms = std::max(timer.ends_ms, now) + milliseconds;  // an ended timer runs again
      } else {
        timer.remaining_ms += milliseconds;
      }
      break;
    default: timer = {}; break;
  }
  changes.entity("meeting");
}

v1::Refusal decide(const State&, const Ask&, const v1::InputFreeze&) { return v1::REFUSAL_OK; }

void evolve(State& state, const Ask&, const v1::InputFreeze& command, Changes& changes) {
  state.input_frozen = command.frozen();
  changes.entity("meeting");
}

v1::Refusal decide(const State&, const Ask&, const v1::Summon&) { return v1::REFUSAL_OK; }

void evolve(State& state, const Ask&, const v1::Summon& command, Changes& changes) {
  state.summoned = command.active();
  changes.entity("meeting");
}

v1::Refusal decide(const State&, const Ask&, const v1::Projection& command) {
  return first_of(check_line(command.kind()), check_line(command.id()));
}

void evolve(State& state, const Ask&, const v1::Projection& command, Changes& changes) {
  state.projection_kind = command.kind();
  state.projection_id = command.id();
  changes.entity("meeting");
}

v1::Refusal decide(const State& state, const Ask&, const v1::ReportPublish& command) {
  if (state.reports.contains(command.report())) return v1::REFUSAL_ID_TAKEN;
  if (state.reports.size() >= limits::reports_max) return v1::REFUSAL_TOO_MANY;
  return check_new_id(command.report());
}

void evolve(State& state, const Ask& ask, const v1::ReportPublish& command, Changes& changes) {
  state.reports.emplace(command.report(), ask.header.time_ms);
  changes.entity("report", command.report());
}

v1::Refusal decide(const State& state, const Ask&, const v1::ReplayStart& command) {
  return state.reports.contains(command.report()) ? v1::REFUSAL_OK : v1::REFUSAL_UNKNOWN_ID;
}

void evolve(State& state, const Ask&, const v1::ReplayStart&, Changes&) { ++state.replays; }

}  // namespace atelier::meeting
