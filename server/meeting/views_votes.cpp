#include <algorithm>

#include "meeting/opening.hpp"
#include "meeting/views.hpp"

namespace atelier::meeting {

namespace {

/// Is there anything counted that could be shown to somebody?
bool has_result(const Vote& vote) {
  if (vote.rules.secrecy() == v1::SECRECY_SEALED) return vote.opened;
  return vote.closed || vote.rules.secrecy() == v1::SECRECY_OPEN;  // an open vote counts live
}

bool may_see_result(const Vote& vote, Audience audience) {
  if (!has_result(vote)) return false;
  return audience == Audience::facilitator || !vote.rules.hidden_until_reveal() || vote.revealed;
}

/// Who has voted: networks always (their delegates are named), persons only in an open vote.
bool names_voters(const Vote& vote) {
  return vote.rules.electorate() == v1::ELECTORATE_NETWORKS || vote.rules.secrecy() == v1::SECRECY_OPEN;
}

}  // namespace

bool view_vote(const State& state, std::string_view id, Audience audience, v1::Entity& entity) {
  const Vote* vote = find(state.votes, id);
  if (vote == nullptr) return false;
  v1::VoteView& view = *entity.mutable_vote();
  *view.mutable_rules() = vote->rules;
  view.mutable_rules()->clear_sealing_key();
  const bool shows_result = may_see_result(*vote, audience);
  view.set_state(!vote->closed  ? v1::VoteView::STATE_OPEN
                 : shows_result ? v1::VoteView::STATE_RESULT
                                : v1::VoteView::STATE_CLOSED);
  const bool live = !vote->closed && vote->rules.electorate() == v1::ELECTORATE_PERSONS;
  view.set_entitled(live ? voters(state) : vote->entitled);
  view.set_voted(static_cast<std::uint32_t>(vote->ballots.size()));
  if (names_voters(*vote)) {
    for (const auto& [voter, ballot] : vote->ballots) view.add_voted_by(voter);
  }
  view.set_opened_ms(vote->opened_ms);
  view.set_closed_ms(vote->closed_ms);
  if (shows_result) *view.mutable_result() = result_of(state, *vote);
  view.set_revealed(vote->revealed);
  for (const std::string& concern : vote->concerns) view.add_concerns(concern);
  return true;
}

bool view_my_ballot(const State& state, std::string_view vote_id, const PersonId& person, v1::Entity& entity) {
  const Vote* vote = find(state.votes, vote_id);
  if (vote == nullptr) return false;
  for (const auto& [voter, ballot] : vote->ballots) {
    if (ballot.person != person.value()) continue;
    v1::MyBallotView& view = *entity.mutable_my_ballot();
    view.set_vote(std::string(vote_id));
    if (vote->rules.secrecy() != v1::SECRECY_SEALED) *view.mutable_ballot() = ballot.ballot;
    if (vote->rules.electorate() == v1::ELECTORATE_NETWORKS) view.set_network(voter);
    view.set_cast_seq(ballot.seq);
    return true;
  }
  return false;
}

}  // namespace atelier::meeting
