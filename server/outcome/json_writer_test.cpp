#include "outcome/json_writer.hpp"

#include <gtest/gtest.h>

namespace atelier::outcome {
namespace {

TEST(JsonWriter, WritesKeysInTheOrderGiven) {
  JsonWriter json(0);
  json.open_object().key("b").integer(std::int64_t{-1}).key("a").open_array().text("x").truth(true).close().close();
  EXPECT_EQ(json.finish(), "{\"b\": -1, \"a\": [\"x\", true]}\n");
}

TEST(JsonWriter, PutsOneMemberOnALineDownToTheDepthAsked) {
  JsonWriter json(1);
  json.open_object().key("a").open_object().key("b").integer(std::uint64_t{1}).close().key("c").open_object().close().close();
  EXPECT_EQ(json.finish(), "{\n \"a\": {\"b\": 1},\n \"c\": {}\n}\n");
}

TEST(JsonWriter, EscapesWhatJsonReserves) {
  JsonWriter json;
  json.text("\"\\\n\t\x01</script>é");
  EXPECT_EQ(json.finish(), "\"\\\"\\\\\\n\\u0009\\u0001</script>é\"\n");
}

TEST(JsonWriter, WritesDecimalsWithoutRoundingThem) {
  JsonWriter json(0);
  json.open_array().decimal("3.667").decimal("4.050").decimal("0.0000").decimal("-1.5").decimal("12").decimal("1e5").decimal("");
  EXPECT_EQ(json.close().finish(), "[3.667, 4.05, 0, -1.5, 12, 0, 0]\n");
}

}  // namespace
}  // namespace atelier::outcome
