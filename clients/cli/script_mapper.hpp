#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "json_fields.hpp"
#include "script.hpp"

namespace atelier::cli {

/// Maps one event after the other; remembers what later events refer to. Inside this folder only.
class ScriptMapper {
 public:
  /// The act of `event`, whose fields are `fields`. A problem goes to the fields' problems.
  Act map(const ScriptEvent& event, const Fields& fields);

 private:
  struct Vote {
    v1::VoteMethod method = v1::VOTE_METHOD_UNSPECIFIED;
    std::vector<std::string> options;
  };
  using BallotKey = std::tuple<std::string, std::string, std::string>;  // vote, person, network

  void map_facilitation(const ScriptEvent& event, const Fields& fields, v1::Command& command);
  void map_attendance(const ScriptEvent& event, const Fields& fields, v1::Command& command);
  void map_texts(const ScriptEvent& event, const Fields& fields, v1::Command& command);
  void map_wall(const ScriptEvent& event, const Fields& fields, v1::Command& command);
  void map_plan(const ScriptEvent& event, const Fields& fields, v1::Command& command);
  void map_model(const ScriptEvent& event, const Fields& fields, v1::Command& command);
  void map_votes(const ScriptEvent& event, const Fields& fields, v1::Command& command);

  void vote_open(const Fields& fields, v1::VoteOpen& open);
  void vote_options(const Fields& fields, v1::VoteOpen& open) const;
  v1::BallotCast ballot(const ScriptEvent& event, const Fields& fields);
  void ballot_values(const Fields& fields, const Vote& vote, v1::Ballot& ballot) const;
  void matrix_cells(const Fields& fields, v1::MatrixSet& set);
  /// The id that the event names, or a made-up one where it names none (events that are to be
  /// refused).
  static std::string id_of(const ScriptEvent& event, const Fields& fields);

  std::vector<std::string> aspects_;  // of the last full list
  std::map<std::string, Vote> votes_;
  std::map<BallotKey, v1::Ballot> ballots_;
  v1::ConcernsHear concerns_;  // the last that were heard
};

}  // namespace atelier::cli
