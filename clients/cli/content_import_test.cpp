#include "content_import.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "csv.hpp"

namespace atelier::cli {
namespace {

const ContentFiles& halfday() {
  static const ContentFiles files =
      read_content_folder(std::string(ATELIER_TEST_DATA) + "/halfday").value();
  return files;
}

v1::MeetingContent halfday_content() {
  return import_content(halfday()).value().content;
}

std::vector<Problem> problems_with(const std::string& file, const std::string& from,
                                   const std::string& to) {
  ContentFiles files = halfday();
  std::string& text = files.at(file);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const auto imported = import_content(files);
  return imported ? std::vector<Problem>{} : imported.error();
}

const v1::RosterPerson& person(const v1::MeetingContent& content, const std::string& id) {
  return *std::ranges::find(content.roster(), id, &v1::RosterPerson::id);
}

TEST(ContentImport, TakesEverythingOfTheHalfDay) {
  const auto content = halfday_content();
  EXPECT_EQ(content.title(), "Annual meeting of the Tidemark Network of Networks (SAMPLE)");
  EXPECT_EQ(content.agenda_size(), 11);
  EXPECT_EQ(content.networks_size(), 10);
  EXPECT_EQ(content.organisations_size(), 26);
  EXPECT_EQ(content.roster_size(), 63);
  EXPECT_EQ(content.tables_size(), 10);
  EXPECT_EQ(content.texts_size(), 6);
  EXPECT_EQ(content.evidence_size(), 36 + 20);
  EXPECT_EQ(content.activities_size(), 26);
  EXPECT_EQ(content.practices_size(), 30);
  EXPECT_EQ(content.aspects_size(), 15);
  EXPECT_EQ(content.steps_size(), 7);
  EXPECT_TRUE(import_content(halfday())->absent.empty());
}

TEST(ContentImport, CountsTheAgendaInSecondsAfterTheStart) {
  const auto content = halfday_content();
  EXPECT_EQ(content.agenda(3).phase(), "strategy_cafe");
  EXPECT_EQ(content.agenda(3).title(), "Strategy cafe");
  EXPECT_EQ(content.agenda(3).starts_s(), 2400u);
  EXPECT_EQ(content.agenda(3).ends_s(), 5100u);
}

TEST(ContentImport, TellsMembersObserversAndTheUmbrellaApart) {
  const auto content = halfday_content();
  EXPECT_EQ(network_kind(content, "N00"), v1::NETWORK_KIND_UMBRELLA);
  EXPECT_EQ(network_kind(content, "N04"), v1::NETWORK_KIND_MEMBER);
  EXPECT_EQ(network_kind(content, "N09"), v1::NETWORK_KIND_OBSERVER);
}

TEST(ContentImport, GivesEverybodyTheirRole) {
  const auto content = halfday_content();
  EXPECT_EQ(person(content, "ORG1").role(), v1::ROLE_ORGANISER);
  EXPECT_EQ(person(content, "F1").role(), v1::ROLE_FACILITATOR);
  EXPECT_EQ(person(content, "F2").role(), v1::ROLE_CO_FACILITATOR);
  EXPECT_EQ(person(content, "P14").role(), v1::ROLE_TABLE_HOST);
  EXPECT_EQ(person(content, "P02").role(), v1::ROLE_PARTICIPANT);
  EXPECT_EQ(person(content, "P60").role(), v1::ROLE_OBSERVER);
  EXPECT_EQ(person(content, "P60").organisation(), "O25");
}

TEST(ContentImport, ShowsTheSurveyOnlyInAggregates) {
  const auto content = halfday_content();
  const auto survey = std::ranges::find(content.evidence(), "S01", &v1::Evidence::id);
  EXPECT_EQ(survey->kind(), "survey");
  EXPECT_EQ(survey->score(), "mean 4.3 (n 38)");  // survey_expected.json: 4.263 of 38
  EXPECT_EQ(content.SerializeAsString().find("Meer tijd voor docenten"), std::string::npos);
}

TEST(ContentImport, HidesTheMeanOfFewerThanFiveAnswers) {
  ContentFiles files = halfday();
  files["survey_items.csv"] =
      "item,block,text,aspiration,scale_min,scale_max\nS01,image,Do we?,A1,1,5\n";
  files["survey_vet_leaders.csv"] = "respondent,S01\nR1,5\nR2,\nR3,4\nR4,4\nR5,4\n";
  const auto content = import_content(files).value().content;
  EXPECT_EQ(std::ranges::find(content.evidence(), "S01", &v1::Evidence::id)->score(),
            "fewer than 5 answers");
}

TEST(ContentImport, WritesResourcesAndPeriodsAsPeopleReadThem) {
  const auto content = halfday_content();
  EXPECT_EQ(content.activities(0).resources(), "46 person days, EUR 3000");
  EXPECT_EQ(content.activities(0).target(), "20000");
  EXPECT_EQ(content.practices(0).period(), "2023-02 to ongoing");
  EXPECT_EQ(content.practices(0).keywords(), "guidance, image, learner voice");
}

TEST(ContentImport, NamesFileAndFieldOfAMissingText) {
  const auto problems = problems_with("meeting_halfday.json", "\"phase\": \"arrive\",", "");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].where, "meeting_halfday.json: agenda[0].phase");
  EXPECT_EQ(problems[0].advice, "is missing; add this text");
}

TEST(ContentImport, NamesFileLineAndColumnOfABadScore) {
  const auto problems =
      problems_with("baseline_audit_findings.csv", "document review,2,4,medium,Agree",
                    "document review,two,4,medium,Agree");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].where, "baseline_audit_findings.csv:2: score_now");
}

TEST(ContentImport, RefusesTwoPeopleWithOneId) {
  const auto problems = problems_with("meeting_halfday.json", "\"id\": \"P02\"", "\"id\": \"P01\"");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].where, "person P01");
}

TEST(ContentImport, RefusesATimeThatIsNone) {
  EXPECT_EQ(problems_with("meeting_halfday.json", "\"ends\": \"13:10\"", "\"ends\": \"25:10\"")
                .at(0)
                .where,
            "meeting_halfday.json: agenda[0].ends");
}

TEST(ContentImport, RefusesAPersonOfAnUnknownNetwork) {
  EXPECT_EQ(
      problems_with("meeting_halfday.json", "\"net\": \"N01\"", "\"net\": \"N77\"").at(0).where,
      "participant P01");
}

TEST(ContentImport, NeedsAMeetingAndNetworks) {
  const auto imported = import_content({});
  ASSERT_FALSE(imported);
  EXPECT_EQ(imported.error().size(), 2u);
}

TEST(ContentImport, GoesOnWithoutOptionalFilesAndSaysSo) {
  ContentFiles files = halfday();
  files.erase("roadmap.json");
  const auto imported = import_content(files);
  ASSERT_TRUE(imported);
  EXPECT_EQ(imported->absent, std::vector<std::string>{"roadmap.json"});
}

TEST(ContentImport, TellsWhatIsWrongWithBrokenJson) {
  const auto problems = problems_with("roadmap.json", "\"steps\"", "steps");
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].where, "roadmap.json");
}

TEST(Csv, ReadsQuotedFieldsWithCommasQuotesAndLines) {
  Problems problems;
  const auto table = CsvTable::parse("a,b\r\n\"x, \"\"y\"\"\nz\",2\r\n3,4", "f.csv", problems);
  ASSERT_TRUE(problems.empty());
  ASSERT_EQ(table.rows().size(), 2u);
  EXPECT_EQ(table.cell(table.rows()[0], "a", problems), "x, \"y\"\nz");
  EXPECT_EQ(table.rows()[1].line, 4u);
  EXPECT_EQ(table.cell(table.rows()[1], "b", problems), "4");
}

TEST(Csv, NamesTheLineOfAnOpenQuoteAndOfAShortRow) {
  Problems open;
  CsvTable::parse("a,b\n1,\"2\n3", "f.csv", open);
  ASSERT_FALSE(open.empty());
  EXPECT_EQ(open.list()[0].where, "f.csv:2");
  Problems narrow;
  CsvTable::parse("a,b\n1,2\n3\n", "f.csv", narrow);
  ASSERT_EQ(narrow.list().size(), 1u);
  EXPECT_EQ(narrow.list()[0].where, "f.csv:3");
}

TEST(Csv, RefusesWhatIsNotUtf8) {
  Problems problems;
  CsvTable::parse("a\n\xc0\xaf\n", "f.csv", problems);
  EXPECT_EQ(problems.list().at(0).advice, "is not UTF-8; save it as UTF-8");
  EXPECT_TRUE(is_utf8("ΕΠΑΛ 🙂 é"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));
}

}  // namespace
}  // namespace atelier::cli
