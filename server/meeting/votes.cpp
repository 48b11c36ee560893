#include <algorithm>

#include "meeting/commands.hpp"
#include "meeting/tally.hpp"

namespace atelier::meeting {

namespace {

constexpr std::uint32_t default_floor = 3;
constexpr std::uint32_t grade_max = 5;
constexpr std::uint32_t second_round_percent = 5;
constexpr std::size_t sealing_key_bytes = 32;

v1::VoteOpen with_defaults(v1::VoteOpen rules) {
  if (rules.electorate() == v1::ELECTORATE_UNSPECIFIED) rules.set_electorate(v1::ELECTORATE_PERSONS);
  if (rules.secrecy() == v1::SECRECY_UNSPECIFIED) rules.set_secrecy(v1::SECRECY_OPEN);
  if (rules.method() == v1::VOTE_METHOD_CONSENT && rules.options().empty()) {
    for (const char* choice : {"consent", "consent with a concern", "objection"}) {
      rules.add_options()->set_id(choice);
    }
  }
  if (rules.method() == v1::VOTE_METHOD_FIST_TO_FIVE) {
    if (rules.pass_floor() == 0) rules.set_pass_floor(default_floor);
    if (rules.below_max_percent() == 0 && !rules.second_of().empty()) rules.set_below_max_percent(second_round_percent);
  }
  return rules;
}

v1::Refusal check_options(const v1::VoteOpen& rules) {
  if (rules.options().empty()) return v1::REFUSAL_BAD_VALUE;
  if (static_cast<std::size_t>(rules.options_size()) > limits::options_max) return v1::REFUSAL_TOO_MANY;
  IdSet ids;
  bool can_object = false;
  for (const v1::VoteOption& option : rules.options()) {
    if (option.id().empty() || !ids.insert(option.id()).second) return v1::REFUSAL_BAD_VALUE;
    can_object |= is_objection(option.id());
    const auto wrong = first_of(check_line(option.id()), check_passage(option.text()));
    if (wrong != v1::REFUSAL_OK) return wrong;
  }
  return rules.method() == v1::VOTE_METHOD_CONSENT && !can_object ? v1::REFUSAL_BAD_VALUE : v1::REFUSAL_OK;
}

v1::Refusal check_parameters(const State& state, const v1::VoteOpen& rules) {
  switch (rules.method()) {
    case v1::VOTE_METHOD_DOTS:
      return rules.dots() == 0 || rules.dots() > limits::dots_max ? v1::REFUSAL_BAD_VALUE : v1::REFUSAL_OK;
    case v1::VOTE_METHOD_SCORE: {
      const std::int64_t span = std::int64_t{rules.scale_max()} - rules.scale_min();
      return span <= 0 || span > limits::score_span_max ? v1::REFUSAL_BAD_VALUE : v1::REFUSAL_OK;
    }
    case v1::VOTE_METHOD_FIST_TO_FIVE:
      if (rules.pass_floor() > grade_max || rules.below_max_percent() > 100) return v1::REFUSAL_BAD_VALUE;
      return rules.second_of().empty() || state.votes.contains(rules.second_of()) ? v1::REFUSAL_OK
                                                                                 : v1::REFUSAL_VOTE_UNKNOWN;
    default: return v1::REFUSAL_OK;
  }
}

v1::Refusal check_delegates(const State& state, const v1::VoteOpen& rules) {
  if (rules.electorate() != v1::ELECTORATE_NETWORKS) {
    return rules.delegates().empty() ? v1::REFUSAL_OK : v1::REFUSAL_BAD_VALUE;
  }
  IdSet networks;
  for (const v1::Delegate& delegate : rules.delegates()) {
    const v1::Network* network = find_network(state, delegate.network());
    const Person* person = find(state.persons, delegate.person());
    if (network == nullptr || person == nullptr) return v1::REFUSAL_UNKNOWN_ID;
    if (network->kind() == v1::NETWORK_KIND_OBSERVER || is_observer(state, *person)) return v1::REFUSAL_OBSERVER;
    if (network->kind() != v1::NETWORK_KIND_MEMBER || !networks.insert(delegate.network()).second) {
      return v1::REFUSAL_BAD_VALUE;
    }
    if (person->network != delegate.network()) return v1::REFUSAL_NOT_YOUR_NETWORK;
  }
  return v1::REFUSAL_OK;
}

v1::Refusal check_secrecy(const v1::VoteOpen& rules, Mode mode) {
  if (rules.secrecy() != v1::SECRECY_SEALED) return v1::REFUSAL_OK;
  // A named delegate's ballot and an objection are never secret.
  const bool named = rules.electorate() == v1::ELECTORATE_NETWORKS || rules.method() == v1::VOTE_METHOD_CONSENT;
  const bool no_key = mode == Mode::apply && rules.sealing_key().size() != sealing_key_bytes;
  return named || no_key ? v1::REFUSAL_BAD_VALUE : v1::REFUSAL_OK;
}

bool is_member(const State& state, std::string_view id) {
  const v1::Network* network = find_network(state, id);
  return network != nullptr && network->kind() == v1::NETWORK_KIND_MEMBER;
}

/// The network a ballot is for: named, or the voter's own.
std::string_view ballot_network(const Ask& ask, const v1::BallotCast& command) {
  return command.network().empty() ? std::string_view(ask.person->network) : std::string_view(command.network());
}

/// May this person vote for a network here? Observers never; else the delegate, or without delegates any of its people.
v1::Refusal check_for_network(const State& state, const Ask& ask, const Vote& vote, const v1::BallotCast& command) {
  if (is_observer(state, *ask.person)) return v1::REFUSAL_OBSERVER;
  const std::string_view network = ballot_network(ask, command);
  if (network != ask.person->network) return v1::REFUSAL_NOT_YOUR_NETWORK;
  if (vote.rules.delegates().empty()) return is_member(state, network) ? v1::REFUSAL_OK : v1::REFUSAL_NOT_ENTITLED;
  for (const v1::Delegate& delegate : vote.rules.delegates()) {
    if (delegate.network() != network) continue;
    if (delegate.person() == ask.actor) return v1::REFUSAL_OK;
    return v1::REFUSAL_THROUGH_DELEGATE;
  }
  return v1::REFUSAL_NOT_ENTITLED;
}

v1::Refusal check_content(const Ask& ask, const Vote& vote, const v1::BallotCast& command) {
  if (ask.mode == Mode::dry) return check_ballot(vote.rules, command.ballot());
  if (command.content_refusal() != v1::REFUSAL_OK) return command.content_refusal();
  if (vote.rules.secrecy() != v1::SECRECY_SEALED) return check_ballot(vote.rules, command.ballot());
  if (command.sealed().empty()) return v1::REFUSAL_BAD_VALUE;
  return command.sealed().size() > limits::sealed_bytes_max ? v1::REFUSAL_TOO_LONG : v1::REFUSAL_OK;
}

void follow_objection(Vote& vote, std::string_view network, const CastBallot& ballot) {
  const auto open = std::find_if(vote.objections.begin(), vote.objections.end(), [&](const VoteObjection& o) {
    return o.network == network && (!network.empty() || o.person == ballot.person) && o.integrated_ms == 0;
  });
  if (!is_objection(ballot.ballot.choice())) {
    if (open != vote.objections.end()) open->integrated_ms = ballot.time_ms;
  } else if (open != vote.objections.end()) {
    open->reason = ballot.ballot.reason();
  } else {
    vote.objections.push_back({std::string(network), ballot.person, ballot.ballot.reason(), ballot.time_ms, 0});
  }
}

}  // namespace

v1::Refusal decide(const State& state, const Ask& ask, const v1::VoteOpen& command) {
  if (const auto wrong = check_new_id(command.vote()); wrong != v1::REFUSAL_OK) return wrong;
  if (state.votes.contains(command.vote())) return v1::REFUSAL_ID_TAKEN;
  if (state.votes.size() >= limits::votes_max) return v1::REFUSAL_TOO_MANY;
  const v1::VoteOpen rules = with_defaults(command);
  const bool known = is_counted(rules.method()) && v1::Secrecy_IsValid(rules.secrecy()) &&
                     (rules.electorate() == v1::ELECTORATE_PERSONS || rules.electorate() == v1::ELECTORATE_NETWORKS);
  if (!known) return v1::REFUSAL_BAD_VALUE;
  return first_of(check_passage(rules.question()), check_options(rules), check_parameters(state, rules),
                  check_delegates(state, rules), check_secrecy(rules, ask.mode));
}

void evolve(State& state, const Ask& ask, const v1::VoteOpen& command, Changes& changes) {
  const auto order = static_cast<std::uint32_t>(state.votes.size());
  Vote& vote = state.votes[command.vote()];
  vote.rules = with_defaults(command);
  vote.order = order;
  vote.opened_ms = ask.header.time_ms;
  if (vote.rules.electorate() == v1::ELECTORATE_NETWORKS) {
    const auto& networks = state.content.networks();
    const auto members = std::count_if(networks.begin(), networks.end(), [](const v1::Network& network) {
      return network.kind() == v1::NETWORK_KIND_MEMBER;
    });
    vote.entitled = static_cast<std::uint32_t>(vote.rules.delegates().empty() ? members : vote.rules.delegates_size());
  }
  for (const v1::Delegate& delegate : vote.rules.delegates()) changes.own(delegate.person(), "me");
  changes.entity("vote", command.vote());
}

v1::Refusal decide(const State& state, const Ask& ask, const v1::BallotCast& command) {
  const Vote* vote = find(state.votes, command.vote());
  if (vote == nullptr) return v1::REFUSAL_VOTE_UNKNOWN;
  if (vote->closed) return v1::REFUSAL_VOTE_CLOSED;
  if (vote->rules.electorate() == v1::ELECTORATE_NETWORKS) {
    if (const auto wrong = check_for_network(state, ask, *vote, command); wrong != v1::REFUSAL_OK) return wrong;
  }
  return check_content(ask, *vote, command);
}

void evolve(State& state, const Ask& ask, const v1::BallotCast& command, Changes& changes) {
  Vote& vote = *find(state.votes, command.vote());
  const bool by_network = vote.rules.electorate() == v1::ELECTORATE_NETWORKS;
  const std::string_view network = by_network ? ballot_network(ask, command) : std::string_view();
  CastBallot& ballot = vote.ballots[std::string(by_network ? network : ask.actor)];
  if (!ballot.person.empty() && ballot.person != ask.actor) changes.own(ballot.person, "my-ballot/" + command.vote());
  ballot = {.ballot = {}, .sealed = command.sealed(), .person = std::string(ask.actor),
            .seq = ask.header.seq.value(), .time_ms = ask.header.time_ms};
  if (vote.rules.secrecy() != v1::SECRECY_SEALED) ballot.ballot = command.ballot();
  if (vote.rules.method() == v1::VOTE_METHOD_CONSENT) follow_objection(vote, network, ballot);
  ++vote.casts;
  changes.entity("vote", command.vote());
  changes.own(ask.actor, "my-ballot/" + command.vote());
}

v1::Refusal decide(const State& state, const Ask&, const v1::VoteClose& command) {
  const Vote* vote = find(state.votes, command.vote());
  if (vote == nullptr) return v1::REFUSAL_VOTE_UNKNOWN;
  return vote->closed ? v1::REFUSAL_VOTE_CLOSED : v1::REFUSAL_OK;
}

void evolve(State& state, const Ask& ask, const v1::VoteClose& command, Changes& changes) {
  Vote& vote = *find(state.votes, command.vote());
  vote.closed = true;
  vote.closed_ms = ask.header.time_ms;
  if (vote.rules.electorate() == v1::ELECTORATE_PERSONS) vote.entitled = voters(state);
  changes.entity("vote", command.vote());
}

v1::Refusal decide(const State& state, const Ask&, const v1::VoteReveal& command) {
  const Vote* vote = find(state.votes, command.vote());
  if (vote == nullptr) return v1::REFUSAL_VOTE_UNKNOWN;
  if (vote->revealed) return v1::REFUSAL_ALREADY_DONE;
  const bool counted = vote->closed && (vote->opened || vote->rules.secrecy() != v1::SECRECY_SEALED);
  return counted ? v1::REFUSAL_OK : v1::REFUSAL_BAD_VALUE;
}

void evolve(State& state, const Ask&, const v1::VoteReveal& command, Changes& changes) {
  find(state.votes, command.vote())->revealed = true;
  changes.entity("vote", command.vote());
}

v1::Refusal decide(const State& state, const Ask&, const v1::ConcernsHear& command) {
  const Vote* vote = find(state.votes, command.vote());
  if (vote == nullptr) return v1::REFUSAL_VOTE_UNKNOWN;
  for (const std::string& option : command.options()) {
    const auto& known = vote->rules.options();
    if (std::none_of(known.begin(), known.end(), [&](const auto& other) { return other.id() == option; })) {
      return v1::REFUSAL_UNKNOWN_OPTION;
    }
  }
  return static_cast<std::size_t>(command.options_size()) > limits::options_max ? v1::REFUSAL_TOO_MANY : v1::REFUSAL_OK;
}

void evolve(State& state, const Ask&, const v1::ConcernsHear& command, Changes& changes) {
  find(state.votes, command.vote())->concerns.assign(command.options().begin(), command.options().end());
  changes.entity("vote", command.vote());
}

}  // namespace atelier::meeting
