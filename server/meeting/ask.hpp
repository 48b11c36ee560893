#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "meeting/meeting.hpp"
#include "meeting/state.hpp"

/// What every area of the reducer shares. Inside this module only.
namespace atelier::meeting {

enum class Mode {
  apply,  ///< a record from the log: the fields that a node fills are there
  dry,    ///< a question before the log: they are not
};

/// Who asks, when. `person` is the actor's entry in the state at the moment of asking.
struct Ask {
  Header header;
  std::string_view actor;
  const Person* person = nullptr;
  Mode mode = Mode::apply;
};

/// What one record changed, for apply()'s answer.
struct Changes {
  std::vector<Dirty> dirty;
  std::vector<TextChange> texts;

  void entity(std::string_view kind, std::string_view id) {
    dirty.push_back({std::string(kind).append("/").append(id), PersonId()});
  }
  void entity(std::string_view key) { dirty.push_back({std::string(key), PersonId()}); }
  void own(std::string_view person, std::string key) {
    dirty.push_back({std::move(key), PersonId(std::string(person))});
  }
};

// Checks of values (values.cpp). Each answers REFUSAL_OK or why not.

/// An id for a new entity: 1..64 bytes of [A-Za-z0-9._-].
v1::Refusal check_new_id(std::string_view id);
/// A name that a script or a person gives (a board, a column, a kind): any text of at most one line's length.
v1::Refusal check_line(std::string_view text);
v1::Refusal check_passage(std::string_view text);
/// The text of a card: not blank (EMPTY_NOTE), not longer than the meeting's limit.
v1::Refusal check_card(const State& state, std::string_view text);
/// Nothing but white space (Unicode's, and the invisible ones)?
bool is_blank(std::string_view utf8);
/// Code points of UTF-8.
std::size_t characters(std::string_view utf8);
/// May this person act for `network`? Facilitators may for all, others for their own, a member's people also for the umbrella.
v1::Refusal check_network(const State& state, const Person& person, std::string_view network);

/// The first of `refusals` that is not OK.
template <class... Refusals>
v1::Refusal first_of(v1::Refusal first, Refusals... rest) {
  if constexpr (sizeof...(rest) == 0) {
    return first;
  } else {
    return first != v1::REFUSAL_OK ? first : first_of(rest...);
  }
}

}  // namespace atelier::meeting
