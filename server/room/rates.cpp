#include "room/rates.hpp"

#include "room/limits.hpp"

namespace atelier::room {
namespace {

enum class Kind { edit, vote, post, other };

Kind kind_of(const v1::Command& command) {
  switch (command.kind_case()) {
    case v1::Command::kTextEdit:
    case v1::Command::kTextRevert: return Kind::edit;
    case v1::Command::kBallotCast:
    case v1::Command::kQuestionUpvote:
    case v1::Command::kPracticeReact: return Kind::vote;
    case v1::Command::kQuestionPost:
    case v1::Command::kNoteAdd:
    case v1::Command::kIdeaAdd:
    case v1::Command::kPracticePost:
    case v1::Command::kPledgeAdd: return Kind::post;
    default: return Kind::other;
  }
}

}  // namespace

bool PersonRates::take(const v1::Command& command, std::chrono::milliseconds now) {
  const Kind kind = kind_of(command);
  if (kind == Kind::edit) return true;
  if (!commands_.has(limits::commands, now)) return false;
  if (kind == Kind::vote) {
    if (!votes_.has(limits::votes, now)) return false;
    votes_.take(limits::votes, now);
  } else if (kind == Kind::post) {
    if (!posts_.has(limits::posts, now)) return false;
    posts_.take(limits::posts, now);
  }
  commands_.take(limits::commands, now);
  return true;
}

}  // namespace atelier::room
