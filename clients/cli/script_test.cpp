#include "script.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "content_import.hpp"

namespace atelier::cli {
namespace {

const Script& halfday() {
  static const Script script = [] {
    const std::string folder = std::string(ATELIER_TEST_DATA) + "/halfday/script_halfday_";
    return read_script_files({folder + "1_strategy.jsonl", folder + "2_action_plan.jsonl",
                              folder + "3_network_model.jsonl"})
        .value();
  }();
  return script;
}

/// The one event of the half-day at this second by this person.
const ScriptEvent& at(std::int64_t second, const std::string& person) {
  return *std::ranges::find_if(halfday().events, [&](const ScriptEvent& e) {
    return e.second == second && e.person == person;
  });
}

const v1::Command& command(const ScriptEvent& event) {
  return std::get<v1::Command>(event.act);
}

Script script_of(const std::string& lines) {
  return read_script({{"s.jsonl", lines}}).value();
}

std::vector<Problem> problems_of(const std::string& lines) {
  const auto script = read_script({{"s.jsonl", lines}});
  return script ? std::vector<Problem>{} : script.error();
}

TEST(Script, ReadsAllEventsOfTheHalfDayAndKnowsWhichAreToBeRefused) {
  EXPECT_EQ(halfday().events.size(), 958u);
  EXPECT_EQ(halfday().people.size(), 63u);
  EXPECT_EQ(std::ranges::count_if(halfday().events, &ScriptEvent::must_be_refused), 11);
}

TEST(Script, MapsEveryVerbOfTheHalfDayToACommand) {
  for (const ScriptEvent& event : halfday().events) {
    const auto* mapped = std::get_if<v1::Command>(&event.act);
    EXPECT_TRUE(!mapped || mapped->kind_case() != v1::Command::KIND_NOT_SET) << event.place();
  }
}

TEST(Script, TakesSameOrderFromTheLastFullListOfAspects) {
  const auto& second_list = command(at(9807, "P15")).matrix_set();
  ASSERT_EQ(second_list.cells_size(), 15);
  EXPECT_EQ(second_list.cells(2).aspect(), "legal-form");
  EXPECT_EQ(second_list.cells(2).value(), 2u);
}

TEST(Script, LeavesACellEmptyWhereNothingWasAssessed) {
  const auto script = script_of(
      R"({"t":1,"by":"P1","do":"matrix_set","net":"N1","aspects":["legal form","purpose"],"values":[null,3]})");
  EXPECT_EQ(command(script.events[0]).matrix_set().cells(0).value(), 0u);
  EXPECT_EQ(command(script.events[0]).matrix_set().cells(1).value(), 3u);
}

TEST(Script, CompletesAChangedBallotWithThePersonsPreviousOne) {
  const auto& changed = command(at(5290, "P33")).ballot_cast().ballot();
  EXPECT_EQ(changed.values_size(), 4);
  const auto a4 = std::ranges::find(changed.values(), "A4", &v1::OptionValue::option);
  EXPECT_EQ(a4->value(), 4);
  EXPECT_TRUE(a4->reason().empty());
}

TEST(Script, KeepsTheReasonOfAGradeUntilAnotherIsGiven) {
  const auto script = script_of(
      R"({"t":1,"by":"F1","do":"vote_open","vote":"V","kind":"fist_to_five","options":["A"],"electorate":"participants"})"
      "\n"
      R"({"t":2,"by":"P1","do":"vote_cast","vote":"V","values":{"A":1},"reasons":{"A":"too broad"}})"
      "\n"
      R"({"t":3,"by":"P1","do":"vote_change","vote":"V","values":{"A":2}})");
  const v1::OptionValue& value = command(script.events[2]).ballot_cast().ballot().values(0);
  EXPECT_EQ(value.value(), 2);
  EXPECT_EQ(value.reason(), "too broad");
}

TEST(Script, DropsTheReasonOfAChoiceThatWasChanged) {
  const auto& changed = command(at(12100, "P26")).ballot_cast();
  EXPECT_EQ(changed.network(), "N04");
  EXPECT_EQ(changed.ballot().choice(), "consent");
  EXPECT_TRUE(changed.ballot().reason().empty());
}

TEST(Script, OpensVotesWithTheirMethodsElectoratesAndSecrecy) {
  std::map<std::string, v1::VoteOpen> votes;
  for (const ScriptEvent& event : halfday().events)
    if (event.verb == "vote_open")
      votes[command(event).vote_open().vote()] = command(event).vote_open();
  EXPECT_EQ(votes["V1"].method(), v1::VOTE_METHOD_SINGLE_CHOICE);
  EXPECT_EQ(votes["V1"].secrecy(), v1::SECRECY_OPEN);
  EXPECT_EQ(votes["V3"].method(), v1::VOTE_METHOD_FIST_TO_FIVE);
  EXPECT_EQ(votes["V3"].second_of(), "");
  EXPECT_EQ(votes["V3b"].second_of(), "V3");
  EXPECT_EQ(votes["V4"].secrecy(), v1::SECRECY_SEALED);
  EXPECT_EQ(votes["V4"].dots(), 4u);
  EXPECT_EQ(votes["V4"].max_per_option(), 2u);
  EXPECT_EQ(votes["V6"].electorate(), v1::ELECTORATE_NETWORKS);
  EXPECT_EQ(votes["V6"].delegates_size(), 8);
  EXPECT_EQ(votes["V7"].method(), v1::VOTE_METHOD_SCORE);
  EXPECT_EQ(votes["V7"].secrecy(), v1::SECRECY_SEALED);
  EXPECT_EQ(votes["V7"].scale_max(), 5);
  EXPECT_EQ(votes["V7"].options_size(), 3);
}

TEST(Script, GivesAListOfValuesToTheItemsOfTheVoteInOrder) {
  const auto& ballot = command(at(12635, "P42")).ballot_cast().ballot();
  ASSERT_EQ(ballot.values_size(), 3);
  EXPECT_EQ(ballot.values(0).option(), "worth my time");
  EXPECT_EQ(ballot.values(2).value(), 2);
}

TEST(Script, KeepsTheReasonsOfLowGrades) {
  const auto& ballot = command(at(5112, "P22")).ballot_cast().ballot();
  EXPECT_EQ(std::ranges::find(ballot.values(), "A1", &v1::OptionValue::option)->reason(),
            "too broad");
}

TEST(Script, TurnsAnUndoIntoTheSecondOfTheEdit) {
  const auto& undo = std::get<UndoText>(at(3312, "F2").act);
  EXPECT_EQ(undo.text, "A3");
  EXPECT_EQ(undo.second, 3300);
}

TEST(Script, TypesATextEditInsteadOfSendingACommand) {
  const auto& edit = std::get<TypeText>(at(2700, "P21").act);
  EXPECT_EQ(edit.find, "Young people and adults");
  EXPECT_EQ(edit.put, "Young people, adults and parents");
}

TEST(Script, MakesUpTheIdThatARefusedEventDoesNotHave) {
  const auto& note = command(at(3000, "P21")).note_add();
  EXPECT_FALSE(note.id().empty());
  EXPECT_EQ(note.text(), "   ");
  EXPECT_NE(note.id(), command(at(13560, "P06")).note_add().id());
}

TEST(Script, CompletesAPracticeFromTheLibraryAndLetsTheScriptStand) {
  const std::string folder = std::string(ATELIER_TEST_DATA) + "/halfday";
  const auto content = import_content(read_content_folder(folder).value()).value().content;
  auto post = command(at(10240, "P23"));
  post.mutable_practice_post()->mutable_practice()->set_title("Our title");
  complete(post, "P23", content);
  const v1::Practice& practice = post.practice_post().practice();
  EXPECT_EQ(practice.id(), "GP05");
  EXPECT_EQ(practice.title(), "Our title");
  EXPECT_FALSE(practice.evidence().empty());
  auto join = command(at(30, "P18"));
  complete(join, "P18", content);
  EXPECT_EQ(join.join().organisation(), "O09");
}

TEST(Script, NamesFileAndLineOfEveryBrokenLine) {
  const auto problems = problems_of(
      "{\"t\":1,\"by\":\"F1\",\"do\":\"vote_close\",\"vote\":\"V1\"}\n{broken\n{\"t\":2,\"by\":"
      "\"F1\",\"do\":\"vote_close\"}\n");
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].where, "s.jsonl:2");
  EXPECT_EQ(problems[1].where, "s.jsonl:3: vote");
}

TEST(Script, RefusesAVerbThatItDoesNotKnow) {
  EXPECT_EQ(problems_of(R"({"t":1,"by":"F1","do":"dance"})").at(0).where, "s.jsonl:1: do");
}

TEST(Script, RefusesTimeThatGoesBack) {
  const auto problems = problems_of(
      "{\"t\":5,\"by\":\"P1\",\"do\":\"leave\"}\n{\"t\":4,\"by\":\"P1\",\"do\":\"leave\"}");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].where, "s.jsonl:2: t");
}

TEST(Script, RefusesAChangeOfABallotThatWasNotCast) {
  EXPECT_EQ(
      problems_of(R"({"t":1,"by":"P1","do":"vote_change","vote":"V1","choice":"yes"})").at(0).where,
      "s.jsonl:1: do");
}

TEST(Script, RefusesSameOrderBeforeAnyList) {
  EXPECT_EQ(
      problems_of(
          R"({"t":1,"by":"P1","do":"matrix_set","net":"N1","aspects":"same order","values":[1]})")
          .at(0)
          .where,
      "s.jsonl:1: aspects");
}

TEST(Script, RefusesAnEmptyScript) {
  EXPECT_EQ(problems_of("\n\n").size(), 1u);
}

}  // namespace
}  // namespace atelier::cli
