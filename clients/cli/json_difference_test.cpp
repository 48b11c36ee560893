#include "json_difference.hpp"

#include <gtest/gtest.h>

namespace atelier::cli {
namespace {

TEST(JsonDifference, NamesTheFirstMemberThatDiffers) {
  EXPECT_EQ(json_difference(R"({"a":{"b":[1,2]}})", R"({"a":{"b":[1,3]}})"), "/a/b[1]: 2 became 3");
  EXPECT_EQ(json_difference(R"({"a":1,"b":2})", R"({"b":2,"a":1})"), "");
}

TEST(UncountedVotes, AreClosedOnesWithoutAResult) {
  const auto dump = [](const std::string& vote) { return R"({"entities":{"meeting":{},"vote/V1":{"vote":)" + vote + "}}}"; };
  EXPECT_TRUE(has_uncounted_vote(dump(R"({"state":"STATE_CLOSED","rules":{}})")));
  EXPECT_FALSE(has_uncounted_vote(dump(R"({"state":"STATE_RESULT","rules":{}})")));
  EXPECT_FALSE(has_uncounted_vote(dump(R"({"state":"STATE_CLOSED","rules":{"hidden_until_reveal":true}})")));
  EXPECT_FALSE(has_uncounted_vote("not JSON"));
}

}  // namespace
}  // namespace atelier::cli
