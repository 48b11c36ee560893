#include <algorithm>

#include "meeting/commands.hpp"

namespace atelier::meeting {

v1::Refusal decide(const State& state, const Ask& ask, const v1::StepPlace& command) {
  const auto wrong = first_of(check_network(state, *ask.person, command.network()), check_passage(command.text()));
  if (wrong != v1::REFUSAL_OK) return wrong;
  const bool exists = std::any_of(state.content.steps().begin(), state.content.steps().end(),
                                  [&](const v1::RoadmapStep& step) { return step.number() == command.step(); });
  return exists ? v1::REFUSAL_OK : v1::REFUSAL_UNKNOWN_ID;
}

void evolve(State& state, const Ask&, const v1::StepPlace& command, Changes& changes) {
  state.steps[command.network()] = {command.step(), command.text()};
  changes.entity("step", command.network());
}

v1::Refusal decide(const State& state, const Ask& ask, const v1::MatrixSet& command) {
  if (const auto wrong = check_network(state, *ask.person, command.network()); wrong != v1::REFUSAL_OK) return wrong;
  if (command.cells().empty()) return v1::REFUSAL_BAD_VALUE;
  if (static_cast<std::size_t>(command.cells_size()) > limits::matrix_cells_max) return v1::REFUSAL_TOO_MANY;
  for (const v1::MatrixSet::Cell& cell : command.cells()) {
    const bool exists = std::any_of(state.content.aspects().begin(), state.content.aspects().end(),
                                    [&](const v1::Aspect& aspect) { return aspect.id() == cell.aspect(); });
    if (!exists) return v1::REFUSAL_UNKNOWN_ID;
    if (cell.value() > 5) return v1::REFUSAL_BAD_VALUE;
  }
  return v1::REFUSAL_OK;
}

void evolve(State& state, const Ask&, const v1::MatrixSet& command, Changes& changes) {
  ById<std::uint32_t>& row = state.matrix[command.network()];
  for (const v1::MatrixSet::Cell& cell : command.cells()) {
    if (cell.value() == 0) {
      row.erase(cell.aspect());  // empty is not zero
    } else {
      row[cell.aspect()] = cell.value();
    }
  }
  changes.entity("matrix", command.network());
}

}  // namespace atelier::meeting
