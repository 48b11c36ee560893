#include <algorithm>

#include "script_mapper.hpp"

// Votes and ballots of scripts.
namespace atelier::cli {

namespace {

constexpr std::int64_t value_max = 1'000'000;

v1::VoteMethod method_of(const Fields& fields) {
  const std::string kind = fields.text("kind");
  if (kind == "choice") return v1::VOTE_METHOD_SINGLE_CHOICE;
  if (kind == "fist_to_five") return v1::VOTE_METHOD_FIST_TO_FIVE;
  if (kind == "dot") return v1::VOTE_METHOD_DOTS;
  if (kind == "consent") return v1::VOTE_METHOD_CONSENT;
  if (kind == "rating") return v1::VOTE_METHOD_SCORE;
  fields.complain("kind", "must be choice, fist_to_five, dot, consent or rating");
  return v1::VOTE_METHOD_UNSPECIFIED;
}

v1::Electorate electorate_of(const Fields& fields) {
  const std::string electorate = fields.text("electorate");
  if (electorate == "participants") return v1::ELECTORATE_PERSONS;
  if (electorate == "networks") return v1::ELECTORATE_NETWORKS;
  if (electorate == "organisations") return v1::ELECTORATE_ORGANISATIONS;
  fields.complain("electorate", "must be participants, networks or organisations");
  return v1::ELECTORATE_UNSPECIFIED;
}

}  // namespace

void ScriptMapper::map_votes(const ScriptEvent& event, const Fields& fields, v1::Command& command) {
  if (event.verb == "vote_open") {
    vote_open(fields, *command.mutable_vote_open());
  } else if (event.verb == "vote_cast" || event.verb == "vote_change") {
    *command.mutable_ballot_cast() = ballot(event, fields);
  } else if (event.verb == "vote_close") {
    command.mutable_vote_close()->set_vote(fields.text("vote"));
  } else if (event.verb == "hear_concerns") {
    v1::ConcernsHear& hear = *command.mutable_concerns_hear();
    hear.set_vote(fields.text("vote"));
    for (const std::string& option : fields.texts("options")) hear.add_options(option);
    concerns_ = hear;
  }
}

void ScriptMapper::vote_open(const Fields& fields, v1::VoteOpen& open) {
  open.set_vote(fields.text("vote"));
  open.set_method(method_of(fields));
  open.set_question(fields.text_or("question", ""));
  open.set_electorate(electorate_of(fields));
  const bool sealed = fields.flag_or("secret", false) || fields.flag_or("anonymous", false);
  open.set_secrecy(sealed ? v1::SECRECY_SEALED : v1::SECRECY_OPEN);
  vote_options(fields, open);
  if (fields.has("delegates")) {
    for (const auto& [network, person] : fields.text_members("delegates")) {
      v1::Delegate& delegate = *open.add_delegates();
      delegate.set_network(network);
      delegate.set_person(person);
    }
  }
  open.set_dots(static_cast<std::uint32_t>(fields.whole_or("dots", 0, value_max, 0)));
  open.set_max_per_option(
      static_cast<std::uint32_t>(fields.whole_or("max_per_option", 0, value_max, 0)));
  if (fields.has("scale")) {
    const boost::json::value& scale = *fields.find("scale");
    const bool two = scale.is_array() && scale.get_array().size() == 2 &&
                     scale.get_array()[0].is_int64() && scale.get_array()[1].is_int64();
    if (!two) fields.complain("scale", "must be two whole numbers, like [1, 5]");
    open.set_scale_min(two ? static_cast<std::int32_t>(scale.get_array()[0].get_int64()) : 0);
    open.set_scale_max(two ? static_cast<std::int32_t>(scale.get_array()[1].get_int64()) : 0);
  }
  Vote vote{open.method(), {}};
  for (const v1::VoteOption& option : open.options()) vote.options.push_back(option.id());
  // The next fist to five on nothing but options whose concerns were heard is the second round of
  // that vote.
  const auto was_heard = [&](const std::string& option) {
    return std::ranges::find(concerns_.options(), option) != concerns_.options().end();
  };
  if (open.method() == v1::VOTE_METHOD_FIST_TO_FIVE && !vote.options.empty() &&
      std::ranges::all_of(vote.options, was_heard)) {
    open.set_second_of(concerns_.vote());
    concerns_.Clear();
  }
  votes_[open.vote()] = std::move(vote);
}

void ScriptMapper::vote_options(const Fields& fields, v1::VoteOpen& open) const {
  const char* key = fields.has("options") ? "options" : fields.has("choices") ? "choices" : "items";
  for (const std::string& text : fields.texts(key)) {
    v1::VoteOption& option = *open.add_options();
    option.set_id(text);
    option.set_text(text);
  }
}

v1::BallotCast ScriptMapper::ballot(const ScriptEvent& event, const Fields& fields) {
  v1::BallotCast cast;
  cast.set_vote(fields.text("vote"));
  cast.set_network(fields.text_or("net", ""));
  const BallotKey key{cast.vote(), event.person, cast.network()};
  v1::Ballot& ballot = *cast.mutable_ballot();
  if (event.verb == "vote_change" && !ballots_.contains(key))
    fields.complain("do", "changes a ballot that this person has not cast before; use vote_cast");
  // Dots are one distribution: they are changed as a whole.
  if (event.verb == "vote_change" && !fields.has("dots")) ballot = ballots_[key];
  if (fields.has("choice")) {
    ballot.set_choice(fields.text("choice"));
    ballot.set_reason(fields.text_or("reason", ""));  // a reason belongs to its choice
  } else if (fields.has("values") || fields.has("dots")) {
    ballot_values(fields, votes_[cast.vote()], ballot);
  } else {
    fields.complain("choice", "is missing; a ballot needs choice, values or dots");
  }
  if (!event.must_be_refused) ballots_[key] = ballot;
  return cast;
}

void ScriptMapper::ballot_values(const Fields& fields, const Vote& vote, v1::Ballot& ballot) const {
  const auto set = [&](const std::string& option, std::int64_t value) {
    const auto same = std::ranges::find(*ballot.mutable_values(), option, &v1::OptionValue::option);
    v1::OptionValue& target = same != ballot.mutable_values()->end() ? *same : *ballot.add_values();
    target.set_option(option);  // a reason that was given before stays until another is given
    target.set_value(static_cast<std::int32_t>(value));
  };
  if (fields.is_list("values")) {
    const auto& list = fields.find("values")->get_array();
    if (list.size() != vote.options.size()) {
      fields.complain("values", "must be a list with one value for each of the " +
                                    std::to_string(vote.options.size()) +
                                    " items of the vote, which must be opened before");
      return;
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!list[i].is_int64())
        fields.complain("values[" + std::to_string(i) + "]", "must be a whole number");
      set(vote.options[i],
          list[i].is_int64() ? std::clamp<std::int64_t>(list[i].get_int64(), -value_max, value_max)
                             : 0);
    }
    return;
  }
  for (const auto& [option, value] :
       fields.whole_members(fields.has("dots") ? "dots" : "values", -value_max, value_max))
    set(option, value);
  if (!fields.has("reasons")) return;
  for (const auto& [option, reason] : fields.text_members("reasons")) {
    const auto found =
        std::ranges::find(*ballot.mutable_values(), option, &v1::OptionValue::option);
    if (found == ballot.mutable_values()->end()) {
      fields.complain("reasons", "gives a reason for " + option + ", which has no value");
    } else {
      found->set_reason(reason);
    }
  }
}

}  // namespace atelier::cli
