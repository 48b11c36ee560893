#include "meeting/dispatch.hpp"

#include "meeting/commands.hpp"
#include "meeting/permissions.hpp"

namespace atelier::meeting {

namespace {

template <class Visitor>
v1::Refusal visit(const v1::Command& command, const Visitor& visitor) {
  switch (command.kind_case()) {
    case v1::Command::kMeetingOpen: return visitor(command.meeting_open());
    case v1::Command::kMeetingClose: return visitor(command.meeting_close());
    case v1::Command::kPhaseStart: return visitor(command.phase_start());
    case v1::Command::kPhaseEnd: return visitor(command.phase_end());
    case v1::Command::kTimer: return visitor(command.timer());
    case v1::Command::kInputFreeze: return visitor(command.input_freeze());
    case v1::Command::kSummon: return visitor(command.summon());
    case v1::Command::kProjection: return visitor(command.projection());
    case v1::Command::kJoin: return visitor(command.join());
    case v1::Command::kLeave: return visitor(command.leave());
    case v1::Command::kDrop: return visitor(command.drop());
    case v1::Command::kReconnect: return visitor(command.reconnect());
    case v1::Command::kRoleGrant: return visitor(command.role_grant());
    case v1::Command::kReady: return visitor(command.ready());
    case v1::Command::kQuestionPost: return visitor(command.question_post());
    case v1::Command::kQuestionUpvote: return visitor(command.question_upvote());
    case v1::Command::kEvidenceFlag: return visitor(command.evidence_flag());
    case v1::Command::kTextOpen: return visitor(command.text_open());
    case v1::Command::kTextEdit: return visitor(command.text_edit());
    case v1::Command::kTextRevert: return visitor(command.text_revert());
    case v1::Command::kTextFreeze: return visitor(command.text_freeze());
    case v1::Command::kTableBoards: return visitor(command.table_boards());
    case v1::Command::kNoteAdd: return visitor(command.note_add());
    case v1::Command::kNoteHide: return visitor(command.note_hide());
    case v1::Command::kIdeaAdd: return visitor(command.idea_add());
    case v1::Command::kIdeasMerge: return visitor(command.ideas_merge());
    case v1::Command::kIdeasSplit: return visitor(command.ideas_split());
    case v1::Command::kMergeObject: return visitor(command.merge_object());
    case v1::Command::kListFreeze: return visitor(command.list_freeze());
    case v1::Command::kVoteOpen: return visitor(command.vote_open());
    case v1::Command::kBallotCast: return visitor(command.ballot_cast());
    case v1::Command::kVoteClose: return visitor(command.vote_close());
    case v1::Command::kVoteReveal: return visitor(command.vote_reveal());
    case v1::Command::kConcernsHear: return visitor(command.concerns_hear());
    case v1::Command::kActivityDraft: return visitor(command.activity_draft());
    case v1::Command::kActivityClaim: return visitor(command.activity_claim());
    case v1::Command::kActivityEdit: return visitor(command.activity_edit());
    case v1::Command::kPark: return visitor(command.park());
    case v1::Command::kStepPlace: return visitor(command.step_place());
    case v1::Command::kMatrixSet: return visitor(command.matrix_set());
    case v1::Command::kPracticePost: return visitor(command.practice_post());
    case v1::Command::kPracticeReact: return visitor(command.practice_react());
    case v1::Command::kPledgeAdd: return visitor(command.pledge_add());
    case v1::Command::kReportPublish: return visitor(command.report_publish());
    case v1::Command::kReplayStart: return visitor(command.replay_start());
    case v1::Command::KIND_NOT_SET: break;
  }
  return v1::REFUSAL_BAD_COMMAND;
}

/// Texts are judged by the engine, which tells more than yes or no.
template <class Message>
constexpr bool is_text_change = std::is_same_v<Message, v1::TextOpen> || std::is_same_v<Message, v1::TextEdit> ||
                                std::is_same_v<Message, v1::TextRevert>;

v1::Refusal check_stage(v1::MeetingView::State stage, Stage possible) {
  const bool is_open = stage == v1::MeetingView::STATE_OPEN;
  const bool is_closed = stage == v1::MeetingView::STATE_CLOSED;
  if (possible == Stage::any || (is_open && possible != Stage::before)) return v1::REFUSAL_OK;
  if (is_closed) return possible == Stage::from_start ? v1::REFUSAL_OK : v1::REFUSAL_MEETING_CLOSED;
  if (is_open) return v1::REFUSAL_ALREADY_DONE;  // opened twice
  return possible == Stage::until_end || possible == Stage::before ? v1::REFUSAL_OK : v1::REFUSAL_MEETING_NOT_OPEN;
}

}  // namespace

v1::Refusal check_permission(const State& state, const Ask& ask, v1::Command::KindCase kind) {
  const CommandRule* rule = command_rule(kind);
  if (rule == nullptr) return v1::REFUSAL_BAD_COMMAND;
  if (state.stage == v1::MeetingView::STATE_UNSPECIFIED) return v1::REFUSAL_MEETING_NOT_OPEN;
  if (ask.person == nullptr || (rule->roles & role_bit(ask.person->role)) == 0) return v1::REFUSAL_NOT_ALLOWED;
  if (const auto wrong = check_stage(state.stage, rule->stage); wrong != v1::REFUSAL_OK) return wrong;
  if (!takes_part(ask.person->role)) return v1::REFUSAL_OK;
  if (rule->must_have_joined && !ask.person->joined) return v1::REFUSAL_NOT_JOINED;
  return rule->is_input && state.input_frozen ? v1::REFUSAL_INPUT_FROZEN : v1::REFUSAL_OK;
}

v1::Refusal run(State& state, const Ask& ask, const v1::Command& command, Changes& changes) {
  const auto permission = check_permission(state, ask, command.kind_case());
  if (permission != v1::REFUSAL_OK) return permission;
  return visit(command, [&]<class Message>(const Message& message) {
    if constexpr (is_text_change<Message>) {
      const Judged judged = judge(state, ask, message);
      if (!judged) return judged.error();
      evolve(state, ask, message, *judged, changes);
      return v1::REFUSAL_OK;
    } else {
      const v1::Refusal refusal = decide(state, ask, message);
      if (refusal == v1::REFUSAL_OK) evolve(state, ask, message, changes);
      return refusal;
    }
  });
}

v1::Refusal judge_only(const State& state, const Ask& ask, const v1::Command& command) {
  const auto permission = check_permission(state, ask, command.kind_case());
  if (permission != v1::REFUSAL_OK) return permission;
  return visit(command, [&]<class Message>(const Message& message) {
    if constexpr (is_text_change<Message>) {
      const Judged judged = judge(state, ask, message);
      return judged ? v1::REFUSAL_OK : judged.error();
    } else {
      return decide(state, ask, message);
    }
  });
}

}  // namespace atelier::meeting
