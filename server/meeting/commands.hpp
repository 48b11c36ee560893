#pragma once

#include <expected>

#include "meeting/ask.hpp"

/// Every command as two functions: `decide` may refuse and changes nothing, `evolve` changes the state and cannot fail.
/// The accepted command is the event. decide() is asked after the table of permissions and the meeting's stage.
namespace atelier::meeting {

using Judged = std::expected<crdt::Checked, v1::Refusal>;

// agenda.cpp
v1::Refusal decide(const State& state, const Ask& ask, const v1::MeetingOpen& command);
void evolve(State& state, const Ask& ask, const v1::MeetingOpen& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::MeetingClose& command);
void evolve(State& state, const Ask& ask, const v1::MeetingClose& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::PhaseStart& command);
void evolve(State& state, const Ask& ask, const v1::PhaseStart& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::PhaseEnd& command);
void evolve(State& state, const Ask& ask, const v1::PhaseEnd& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::Timer& command);
void evolve(State& state, const Ask& ask, const v1::Timer& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::InputFreeze& command);
void evolve(State& state, const Ask& ask, const v1::InputFreeze& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::Summon& command);
void evolve(State& state, const Ask& ask, const v1::Summon& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::Projection& command);
void evolve(State& state, const Ask& ask, const v1::Projection& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::ReportPublish& command);
void evolve(State& state, const Ask& ask, const v1::ReportPublish& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::ReplayStart& command);
void evolve(State& state, const Ask& ask, const v1::ReplayStart& command, Changes& changes);

// attendance.cpp
v1::Refusal decide(const State& state, const Ask& ask, const v1::Join& command);
void evolve(State& state, const Ask& ask, const v1::Join& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::Leave& command);
void evolve(State& state, const Ask& ask, const v1::Leave& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::Drop& command);
void evolve(State& state, const Ask& ask, const v1::Drop& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::Reconnect& command);
void evolve(State& state, const Ask& ask, const v1::Reconnect& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::RoleGrant& command);
void evolve(State& state, const Ask& ask, const v1::RoleGrant& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::Ready& command);
void evolve(State& state, const Ask& ask, const v1::Ready& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::TableBoards& command);
void evolve(State& state, const Ask& ask, const v1::TableBoards& command, Changes& changes);

// texts.cpp. What the engine finds while it judges an update is needed to record who wrote what, so these three come as
// judge (may refuse, changes nothing) and evolve with what judge found.
Judged judge(const State& state, const Ask& ask, const v1::TextOpen& command);
void evolve(State& state, const Ask& ask, const v1::TextOpen& command, const crdt::Checked& checked, Changes& changes);
Judged judge(const State& state, const Ask& ask, const v1::TextEdit& command);
void evolve(State& state, const Ask& ask, const v1::TextEdit& command, const crdt::Checked& checked, Changes& changes);
Judged judge(const State& state, const Ask& ask, const v1::TextRevert& command);
void evolve(State& state, const Ask& ask, const v1::TextRevert& command, const crdt::Checked& checked, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::TextFreeze& command);
void evolve(State& state, const Ask& ask, const v1::TextFreeze& command, Changes& changes);
/// Counts the words of texts that changed and whose last count is old enough by `time_ms`.
void count_words(State& state, std::int64_t time_ms, Changes& changes);

// wall.cpp
v1::Refusal decide(const State& state, const Ask& ask, const v1::QuestionPost& command);
void evolve(State& state, const Ask& ask, const v1::QuestionPost& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::QuestionUpvote& command);
void evolve(State& state, const Ask& ask, const v1::QuestionUpvote& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::EvidenceFlag& command);
void evolve(State& state, const Ask& ask, const v1::EvidenceFlag& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::NoteAdd& command);
void evolve(State& state, const Ask& ask, const v1::NoteAdd& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::NoteHide& command);
void evolve(State& state, const Ask& ask, const v1::NoteHide& command, Changes& changes);

// ideas.cpp
v1::Refusal decide(const State& state, const Ask& ask, const v1::IdeaAdd& command);
void evolve(State& state, const Ask& ask, const v1::IdeaAdd& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::IdeasMerge& command);
void evolve(State& state, const Ask& ask, const v1::IdeasMerge& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::IdeasSplit& command);
void evolve(State& state, const Ask& ask, const v1::IdeasSplit& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::MergeObject& command);
void evolve(State& state, const Ask& ask, const v1::MergeObject& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::ListFreeze& command);
void evolve(State& state, const Ask& ask, const v1::ListFreeze& command, Changes& changes);

// votes.cpp
v1::Refusal decide(const State& state, const Ask& ask, const v1::VoteOpen& command);
void evolve(State& state, const Ask& ask, const v1::VoteOpen& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::BallotCast& command);
void evolve(State& state, const Ask& ask, const v1::BallotCast& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::VoteClose& command);
void evolve(State& state, const Ask& ask, const v1::VoteClose& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::VoteReveal& command);
void evolve(State& state, const Ask& ask, const v1::VoteReveal& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::ConcernsHear& command);
void evolve(State& state, const Ask& ask, const v1::ConcernsHear& command, Changes& changes);

// plan.cpp
v1::Refusal decide(const State& state, const Ask& ask, const v1::ActivityDraft& command);
void evolve(State& state, const Ask& ask, const v1::ActivityDraft& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::ActivityClaim& command);
void evolve(State& state, const Ask& ask, const v1::ActivityClaim& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::ActivityEdit& command);
void evolve(State& state, const Ask& ask, const v1::ActivityEdit& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::Park& command);
void evolve(State& state, const Ask& ask, const v1::Park& command, Changes& changes);

// model.cpp
v1::Refusal decide(const State& state, const Ask& ask, const v1::StepPlace& command);
void evolve(State& state, const Ask& ask, const v1::StepPlace& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::MatrixSet& command);
void evolve(State& state, const Ask& ask, const v1::MatrixSet& command, Changes& changes);

// practices.cpp
v1::Refusal decide(const State& state, const Ask& ask, const v1::PracticePost& command);
void evolve(State& state, const Ask& ask, const v1::PracticePost& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::PracticeReact& command);
void evolve(State& state, const Ask& ask, const v1::PracticeReact& command, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::PledgeAdd& command);
void evolve(State& state, const Ask& ask, const v1::PledgeAdd& command, Changes& changes);

// What nodes write (attendance.cpp, votes.cpp). All of them may come twice.
v1::Refusal decide(const State& state, const Ask& ask, const v1::PersonAdmitted& event);
void evolve(State& state, const Ask& ask, const v1::PersonAdmitted& event, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::Attendance& event);
void evolve(State& state, const Ask& ask, const v1::Attendance& event, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::BallotsOpened& event);
void evolve(State& state, const Ask& ask, const v1::BallotsOpened& event, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::SealingKeyDeleted& event);
void evolve(State& state, const Ask& ask, const v1::SealingKeyDeleted& event, Changes& changes);
v1::Refusal decide(const State& state, const Ask& ask, const v1::MeetingCreated& event);
void evolve(State& state, const Ask& ask, const v1::MeetingCreated& event, Changes& changes);

}  // namespace atelier::meeting
