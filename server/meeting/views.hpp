#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "meeting/meeting.hpp"
#include "meeting/state.hpp"

/// Entities as an audience may see them, one function a kind. Each fills `entity`; false: there is none (to be seen).
namespace atelier::meeting {

// views_agenda.cpp
bool view_meeting(const State& state, v1::Entity& entity);
bool view_content(const State& state, v1::Entity& entity);
bool view_phase(const State& state, std::string_view id, v1::Entity& entity);
bool view_person(const State& state, std::string_view id, v1::Entity& entity);
bool view_table(const State& state, std::string_view id, v1::Entity& entity);
bool view_report(const State& state, std::string_view id, v1::Entity& entity);
bool view_me(const State& state, const PersonId& person, v1::Entity& entity);

// views_wall.cpp
bool view_question(const State& state, std::string_view id, v1::Entity& entity);
bool view_evidence(const State& state, std::string_view id, v1::Entity& entity);
bool view_text(const State& state, std::string_view id, v1::Entity& entity);
bool view_note(const State& state, std::string_view id, Audience audience, v1::Entity& entity);
bool view_idea(const State& state, std::string_view id, v1::Entity& entity);
bool view_list(const State& state, std::string_view id, v1::Entity& entity);
bool view_activity(const State& state, std::string_view id, v1::Entity& entity);
bool view_step(const State& state, std::string_view id, v1::Entity& entity);
bool view_matrix_row(const State& state, std::string_view id, v1::Entity& entity);
bool view_practice(const State& state, std::string_view id, v1::Entity& entity);
bool view_pledge(const State& state, std::string_view id, v1::Entity& entity);

// views_votes.cpp
bool view_vote(const State& state, std::string_view id, Audience audience, v1::Entity& entity);
bool view_my_ballot(const State& state, std::string_view vote, const PersonId& person, v1::Entity& entity);

}  // namespace atelier::meeting
