#include "outcome/describe.hpp"

#include <optional>
#include <utility>

namespace atelier::outcome {

namespace {

using Kind = v1::Command::KindCase;
/// id, text, act
using Words = std::optional<Told>;

Told words(std::string id, std::string text, std::string act) {
  return Told{.kind = {}, .id = std::move(id), .text = std::move(text), .act = std::move(act)};
}

std::string joined(const auto& ids) {
  std::string all;
  for (const std::string& id : ids) all += (all.empty() ? "" : ", ") + id;
  return all;
}

Words tell_agenda(const v1::Command& command) {
  switch (command.kind_case()) {
    case Kind::kMeetingOpen: return words("", command.meeting_open().title(), "opened the meeting");
    case Kind::kMeetingClose: return words("", "", "closed the meeting");
    case Kind::kPhaseStart: {
      const auto& start = command.phase_start();
      return words(start.phase(), start.phase(), "started " + start.phase() + " (" + std::to_string(start.minutes()) + " minutes)");
    }
    case Kind::kPhaseEnd: return words(command.phase_end().phase(), command.phase_end().phase(), "ended " + command.phase_end().phase());
    case Kind::kTimer: return words("", "", "set the timer");
    case Kind::kInputFreeze: return words("", "", command.input_freeze().frozen() ? "paused all input" : "let everybody write again");
    case Kind::kSummon: return words("", "", command.summon().active() ? "called everybody to the running item" : "released everybody");
    case Kind::kProjection:
      return words(command.projection().id(), command.projection().kind(),
                   "showed " + command.projection().kind() + " " + command.projection().id() + " on the projector");
    case Kind::kReportPublish: return words(command.report_publish().report(), "", "published the report " + command.report_publish().report());
    case Kind::kReplayStart: return words(command.replay_start().report(), "", "started the replay");
    default: return std::nullopt;
  }
}

Words tell_people(const v1::Command& command) {
  switch (command.kind_case()) {
    case Kind::kJoin: return words(command.join().network(), "", "joined from " + command.join().network());
    case Kind::kLeave: return words("", "", "left");
    case Kind::kDrop: return words("", command.drop().why(), "lost the connection");
    case Kind::kReconnect: return words("", "", "came back");
    case Kind::kRoleGrant: return words(command.role_grant().person(), "", "gave " + command.role_grant().person() + " another role");
    case Kind::kReady: return words("", "", command.ready().ready() ? "is ready" : "is not ready any more");
    case Kind::kQuestionPost: return words(command.question_post().id(), command.question_post().text(), "asked");
    case Kind::kQuestionUpvote:
      return words(command.question_upvote().question(), "", "voted up the question " + command.question_upvote().question());
    case Kind::kEvidenceFlag: return words("", joined(command.evidence_flag().cards()), "flagged");
    default: return std::nullopt;
  }
}

Words tell_texts(const v1::Command& command) {
  switch (command.kind_case()) {
    case Kind::kTextOpen: return words(command.text_open().text(), command.text_open().plain(), "opened the text " + command.text_open().text());
    case Kind::kTextEdit: return words(command.text_edit().text(), "", "wrote in " + command.text_edit().text());
    case Kind::kTextRevert:
      return words(command.text_revert().text(), command.text_revert().note(), "took back an edit of " + command.text_revert().text());
    case Kind::kTextFreeze: {
      const auto& freeze = command.text_freeze();
      const std::string texts = joined(freeze.texts());
      return words(freeze.texts_size() == 1 ? freeze.texts(0) : "", "", (freeze.frozen() ? "froze " : "opened again ") + texts);
    }
    case Kind::kTableBoards: return words("", "", "gave the tables their texts");
    default: return std::nullopt;
  }
}

Words tell_wall(const v1::Command& command) {
  switch (command.kind_case()) {
    case Kind::kNoteAdd: return words(command.note_add().id(), command.note_add().text(), "put a note on " + command.note_add().board());
    case Kind::kNoteHide: return words(command.note_hide().id(), command.note_hide().why(), "hid the note " + command.note_hide().id());
    case Kind::kIdeaAdd: return words(command.idea_add().id(), command.idea_add().text(), "put an idea in " + command.idea_add().column());
    case Kind::kIdeasMerge:
      return words(command.ideas_merge().id(), command.ideas_merge().text(), "merged " + joined(command.ideas_merge().of()));
    case Kind::kIdeasSplit: return words(command.ideas_split().id(), "", "split " + command.ideas_split().id());
    case Kind::kMergeObject:
      return words(command.merge_object().id(), command.merge_object().text(), "objected to " + command.merge_object().id());
    case Kind::kListFreeze: return words(command.list_freeze().list(), "", "froze the list of " + command.list_freeze().list());
    default: return std::nullopt;
  }
}

Words tell_votes(const v1::Command& command) {
  switch (command.kind_case()) {
    case Kind::kVoteOpen: return words(command.vote_open().vote(), command.vote_open().question(), "opened the vote " + command.vote_open().vote());
    case Kind::kBallotCast: {
      const auto& cast = command.ballot_cast();
      return words(cast.vote(), "", "voted in " + cast.vote() + (cast.network().empty() ? "" : " for " + cast.network()));
    }
    case Kind::kVoteClose: return words(command.vote_close().vote(), "", "closed the vote " + command.vote_close().vote());
    case Kind::kVoteReveal: return words(command.vote_reveal().vote(), "", "showed the result of " + command.vote_reveal().vote());
    case Kind::kConcernsHear:
      return words(command.concerns_hear().vote(), joined(command.concerns_hear().options()), "heard the concerns about");
    default: return std::nullopt;
  }
}

Words tell_plan(const v1::Command& command) {
  switch (command.kind_case()) {
    case Kind::kActivityDraft:
      return words(command.activity_draft().id(), command.activity_draft().title(), "drafted the activity " + command.activity_draft().id());
    case Kind::kActivityClaim: {
      const auto& claim = command.activity_claim();
      const bool owner = claim.as() == v1::ActivityClaim::AS_OWNER;
      return words(claim.id(), "", "took " + claim.id() + " for " + claim.network() + (owner ? " as owner" : " as partner"));
    }
    case Kind::kActivityEdit:
      return words(command.activity_edit().id(), command.activity_edit().value(),
                   "changed the " + command.activity_edit().field() + " of " + command.activity_edit().id());
    case Kind::kPark: return words(command.park().id(), command.park().why(), "parked " + command.park().id());
    case Kind::kStepPlace:
      return words(command.step_place().network(), command.step_place().text(),
                   "placed " + command.step_place().network() + " on step " + std::to_string(command.step_place().step()));
    case Kind::kMatrixSet: return words(command.matrix_set().network(), "", "filled the comparison of " + command.matrix_set().network());
    case Kind::kPracticePost:
      return words(command.practice_post().practice().id(), command.practice_post().practice().title(), "posted a practice");
    case Kind::kPracticeReact:
      return words(command.practice_react().practice(), "", "found " + command.practice_react().practice() + " " + command.practice_react().kind());
    case Kind::kPledgeAdd: return words(command.pledge_add().id(), command.pledge_add().text(), "pledged to try " + command.pledge_add().practice());
    default: return std::nullopt;
  }
}

}  // namespace

Told describe(const v1::Command& command) {
  Told told;
  for (const auto tell : {tell_agenda, tell_people, tell_texts, tell_wall, tell_votes, tell_plan})
    if (auto found = tell(command)) told = std::move(*found);
  const auto* field = v1::Command::descriptor()->FindFieldByNumber(command.kind_case());
  if (field != nullptr) told.kind = field->name();
  return told;
}

std::string shortened(std::string_view text, std::size_t characters) {
  std::string out;
  std::size_t count = 0;
  for (const char c : text) {
    const bool starts = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (starts && ++count > characters) return out + "…";
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out;
}

}  // namespace atelier::outcome
