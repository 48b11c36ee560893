#include "outcome/report.hpp"

#include "outcome/message_json.hpp"
#include "outcome/test_history.hpp"

namespace atelier::outcome {
namespace {

using ::testing::Test;
using testing::short_meeting;

class TheReport : public Test {
 protected:
  testing::Room room = short_meeting();
  std::string in(Format format) const {
    return report(room.meeting, {testing::chain_of(testing::entries_of(room)), testing::epoch}, format);
  }
  static bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
};

TEST_F(TheReport, AsJsonHasTheFieldsOfTheExpectedFile) {
  const std::string json = in(Format::json);
  EXPECT_TRUE(has(json, "\"V1\": {\"counts\": {\"yes\": 1, \"no\": 1}, \"ballots\": 2}") ||
              has(json, "\"yes\": 1, \"no\": 1"))
      << json;
  EXPECT_TRUE(has(json, "\"participants\": 4"));
  EXPECT_TRUE(has(json, "\"A1\": \"Young people choose. They stay.\""));
  EXPECT_TRUE(has(json, "\"A1\": \"Younger people choose. They <b>all</b> stay.\""));
  EXPECT_TRUE(has(json, "\"ACT-01\": {\"owner\": \"N02\", \"partners\": []}"));
  EXPECT_TRUE(has(json, "\"rejected_events\": 1"));
  EXPECT_TRUE(has(json, "\"rejected_reasons\": [\"empty note\"]"));
}

TEST_F(TheReport, AsJsonHasEveryEntityWithoutWhatAServerMadeUpAmongItsFields) {
  const std::string json = in(Format::json);
  EXPECT_TRUE(has(json, "\"letters_by\": {\"\": 31, \"P01\": 2, \"P02\": 11}")) << json;
  EXPECT_TRUE(has(json, "\"times\": {\"posted_s\": 50}"));
  EXPECT_TRUE(has(json, "\"made\": {\"seq\": "));
}

TEST_F(TheReport, AsHtmlShowsPeoplesTextAsText) {
  const std::string html = in(Format::html);
  EXPECT_FALSE(has(html, "<script"));
  EXPECT_FALSE(has(html, "<b>"));
  EXPECT_TRUE(has(html, "They &lt;b&gt;all&lt;/b&gt; stay."));
  EXPECT_TRUE(has(html, "Why &quot;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; &amp; who?"));
}

TEST_F(TheReport, AsHtmlNeedsNothingFromElsewhere) {
  const std::string html = in(Format::html);
  EXPECT_FALSE(has(html, "src="));
  EXPECT_FALSE(has(html, "href="));
  EXPECT_FALSE(has(html, "url("));
  EXPECT_TRUE(has(html, "default-src 'none'"));
}

TEST_F(TheReport, AsMarkdownEscapesWhatMarkdownWouldRead) {
  const std::string markdown = in(Format::markdown);
  EXPECT_FALSE(has(markdown, "<b>"));
  EXPECT_TRUE(has(markdown, "Why \"\\<script\\>alert"));
  EXPECT_TRUE(has(markdown, "# Annual meeting"));
}

TEST_F(TheReport, NamesTheChecksumsThatVerifyGives) {
  const std::string html = in(Format::html);
  EXPECT_TRUE(has(html, to_hex(room.meeting.digest())));
  EXPECT_TRUE(has(html, to_hex(testing::chain_of(testing::entries_of(room)))));
}

TEST_F(TheReport, IsAPureFunctionOfTheLog) {
  const auto again = meeting::testing::fold(room);
  const Provenance provenance{testing::chain_of(testing::entries_of(room)), testing::epoch};
  for (const Format format : {Format::json, Format::markdown, Format::html})
    EXPECT_EQ(report(again, provenance, format), in(format));
}

TEST_F(TheReport, OfARunningMeetingSaysSo) { EXPECT_TRUE(has(in(Format::markdown), "The meeting is not closed yet")); }

TEST(Seconds, HaveNoMoreDecimalsThanTheyNeed) {
  EXPECT_EQ(seconds(640'000), "640");
  EXPECT_EQ(seconds(12'500), "12.5");
  EXPECT_EQ(seconds(-1), "-0.001");
}

TEST(EnumNames, LoseTheirPrefix) {
  EXPECT_EQ(short_enum_name("VoteMethod", "VOTE_METHOD_FIST_TO_FIVE"), "fist_to_five");
  EXPECT_EQ(short_enum_name("State", "OTHER_OPEN"), "other_open");
}

}  // namespace
}  // namespace atelier::outcome
