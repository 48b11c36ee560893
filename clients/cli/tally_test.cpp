#include "tally.hpp"

#include <gtest/gtest.h>

#include "json_difference.hpp"

namespace atelier::cli {
namespace {

ScriptEvent refused_event(const std::string& why) {
  return {.file = "s.jsonl",
          .line = 3,
          .person = "P1",
          .verb = "note_add",
          .must_be_refused = true,
          .why = why,
          .act = {}};
}

v1::Ack refusal(v1::Refusal code, const std::string& reason) {
  v1::Ack ack;
  ack.set_refusal(code);
  ack.set_reason(reason);
  return ack;
}

TEST(Tally, CountsARefusalWithItsReasonAsExpected) {
  Tally tally;
  tally.judge(refused_event("empty note"), {0, {refusal(v1::REFUSAL_EMPTY_NOTE, "empty note")}});
  EXPECT_EQ(tally.events_refused_as_expected, 1u);
  EXPECT_TRUE(tally.faults().empty());
}

TEST(Tally, ReportsARefusalThatNobodyExpects) {
  Tally tally;
  ScriptEvent event = refused_event("");
  event.must_be_refused = false;
  tally.judge(event, {0, {refusal(v1::REFUSAL_TOO_LONG, "too long")}});
  ASSERT_EQ(tally.faults().size(), 1u);
  EXPECT_EQ(tally.faults()[0],
            "s.jsonl:3: note_add of P1 was refused: too long (REFUSAL_TOO_LONG)");
}

TEST(Tally, ReportsAnAcceptedEventThatMustBeRefused) {
  Tally tally;
  tally.judge(refused_event("empty note"), {1, {}});
  EXPECT_EQ(tally.events_unexpected, 1u);
}

TEST(Tally, ReportsAnotherReasonThanTheScripts) {
  Tally tally;
  tally.judge(refused_event("empty note"), {0, {refusal(v1::REFUSAL_TOO_LONG, "too long")}});
  EXPECT_EQ(tally.events_unexpected, 1u);
}

TEST(Tally, ReportsAReasonThatHasTwoCodes) {
  Tally tally;
  tally.judge(refused_event("list is frozen"),
              {0, {refusal(v1::REFUSAL_LIST_FROZEN, "list is frozen")}});
  tally.judge(refused_event("list is frozen"),
              {0, {refusal(v1::REFUSAL_TEXT_FROZEN, "list is frozen")}});
  EXPECT_EQ(tally.events_unexpected, 1u);
}

TEST(Tally, GivesThePercentilesOfWhatItHasSeen) {
  Latencies latencies;
  EXPECT_EQ(latencies.percentile_ms(50), 0);
  for (int ms = 100; ms >= 1; --ms) latencies.add(std::chrono::milliseconds(ms));
  EXPECT_EQ(latencies.percentile_ms(50), 50);
  EXPECT_EQ(latencies.percentile_ms(99), 99);
  EXPECT_EQ(latencies.max_ms(), 100);
}

TEST(JsonDifference, NamesTheFirstPlaceThatDiffers) {
  EXPECT_EQ(json_difference(R"({"a":{"b":[1,2]}})", R"({"a":{"b":[1,2]}})"), "");
  EXPECT_EQ(json_difference(R"({"a":{"b":[1,2]}})", R"({"a":{"b":[1,3]}})"), "/a/b[1]: 2 became 3");
  EXPECT_EQ(json_difference(R"({"a":1})", R"({"a":1,"b":2})"), "/b: is new");
  EXPECT_EQ(json_difference(R"({"a":1,"b":2})", R"({"a":1})"), "/b: 2 became nothing");
  EXPECT_NE(json_difference("", "{}"), "");
}

}  // namespace
}  // namespace atelier::cli
