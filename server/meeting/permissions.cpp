#include "meeting/permissions.hpp"

#include <array>

namespace atelier::meeting {

namespace {

using Kind = v1::Command;

constexpr unsigned organiser = role_bit(v1::ROLE_ORGANISER);
constexpr unsigned leads = organiser | role_bit(v1::ROLE_FACILITATOR);
constexpr unsigned staff = leads | role_bit(v1::ROLE_CO_FACILITATOR);
constexpr unsigned voters =
    role_bit(v1::ROLE_TABLE_HOST) | role_bit(v1::ROLE_PARTICIPANT) | role_bit(v1::ROLE_OBSERVER);
constexpr unsigned everybody = staff | voters;  // the projector only looks

constexpr bool no_join = false;
constexpr bool join = true;
constexpr bool input = true;

constexpr std::array rules{
    CommandRule{Kind::kMeetingOpen, "meeting_open", leads, Stage::before, no_join},
    CommandRule{Kind::kMeetingClose, "meeting_close", leads},
    CommandRule{Kind::kPhaseStart, "phase_start", staff},
    CommandRule{Kind::kPhaseEnd, "phase_end", staff},
    CommandRule{Kind::kTimer, "timer", staff},
    CommandRule{Kind::kInputFreeze, "input_freeze", staff},
    CommandRule{Kind::kSummon, "summon", staff},
    CommandRule{Kind::kProjection, "projection", staff, Stage::any},
    CommandRule{Kind::kJoin, "join", everybody, Stage::until_end, no_join},
    CommandRule{Kind::kLeave, "leave", everybody, Stage::any},
    CommandRule{Kind::kDrop, "drop", everybody, Stage::any},
    CommandRule{Kind::kReconnect, "reconnect", everybody, Stage::any},
    CommandRule{Kind::kRoleGrant, "role_grant", leads, Stage::until_end},
    CommandRule{Kind::kReady, "ready", voters},
    CommandRule{Kind::kQuestionPost, "question_post", everybody, Stage::open, join, input},
    CommandRule{Kind::kQuestionUpvote, "question_upvote", everybody, Stage::open, join, input},
    CommandRule{Kind::kEvidenceFlag, "evidence_flag", voters, Stage::open, join, input},
    CommandRule{Kind::kTextOpen, "text_open", staff, Stage::until_end},
    CommandRule{Kind::kTextEdit, "text_edit", everybody, Stage::open, join, input},
    CommandRule{Kind::kTextRevert, "text_revert", staff},
    CommandRule{Kind::kTextFreeze, "text_freeze", staff},
    CommandRule{Kind::kTableBoards, "table_boards", staff, Stage::until_end},
    CommandRule{Kind::kNoteAdd, "note_add", everybody, Stage::open, join, input},
    CommandRule{Kind::kNoteHide, "note_hide", staff},
    CommandRule{Kind::kIdeaAdd, "idea_add", everybody, Stage::open, join, input},
    CommandRule{Kind::kIdeasMerge, "ideas_merge", staff},
    CommandRule{Kind::kIdeasSplit, "ideas_split", staff},
    CommandRule{Kind::kMergeObject, "merge_object", everybody, Stage::open, join, input},
    CommandRule{Kind::kListFreeze, "list_freeze", staff},
    CommandRule{Kind::kVoteOpen, "vote_open", staff},
    CommandRule{Kind::kBallotCast, "ballot_cast", voters, Stage::open, join, input},
    CommandRule{Kind::kVoteClose, "vote_close", staff},
    CommandRule{Kind::kVoteReveal, "vote_reveal", staff, Stage::from_start},
    CommandRule{Kind::kConcernsHear, "concerns_hear", staff},
    CommandRule{Kind::kActivityDraft, "activity_draft", staff},
    CommandRule{Kind::kActivityClaim, "activity_claim", everybody, Stage::open, join, input},
    CommandRule{Kind::kActivityEdit, "activity_edit", everybody, Stage::open, join, input},
    CommandRule{Kind::kPark, "park", staff},
    CommandRule{Kind::kStepPlace, "step_place", everybody, Stage::open, join, input},
    CommandRule{Kind::kMatrixSet, "matrix_set", everybody, Stage::open, join, input},
    CommandRule{Kind::kPracticePost, "practice_post", everybody, Stage::open, join, input},
    CommandRule{Kind::kPracticeReact, "practice_react", everybody, Stage::open, join, input},
    CommandRule{Kind::kPledgeAdd, "pledge_add", everybody, Stage::open, join, input},
    CommandRule{Kind::kReportPublish, "report_publish", leads, Stage::from_start},
    CommandRule{Kind::kReplayStart, "replay_start", staff, Stage::any},
};

constexpr int command_numbers = 128;  // field numbers of Command's oneof stay below

constexpr std::array<const CommandRule*, command_numbers> by_number = [] {
  std::array<const CommandRule*, command_numbers> table{};
  for (const CommandRule& rule : rules) table[static_cast<std::size_t>(rule.command)] = &rule;
  return table;
}();

}  // namespace

const CommandRule* command_rule(v1::Command::KindCase command) {
  const auto number = static_cast<std::size_t>(command);
  return number < by_number.size() ? by_number[number] : nullptr;
}

bool facilitates(v1::Role role) { return (role_bit(role) & staff) != 0; }

}  // namespace atelier::meeting
