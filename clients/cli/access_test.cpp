#include "access.hpp"

#include <gtest/gtest.h>

namespace atelier::cli {
namespace {

constexpr const char* text =
    R"({"server":"http://127.0.0.1:8080","meeting":"k3","rehearsal":true,"join_code":"ABCDE12345",
  "tokens":{"organiser":"o","facilitator":"f","projector":"p"},"links":{}})";

TEST(Access, ReadsWhatCreatePrinted) {
  const Access access = parse_access(text, "a.json", "").value();
  EXPECT_EQ(access.server.port, "8080");
  EXPECT_EQ(access.meeting, "k3");
  EXPECT_TRUE(access.rehearsal);
  EXPECT_EQ(access.organiser_token, "o");
}

TEST(Access, LetsTheCommandLineNameAnotherServer) {
  EXPECT_EQ(parse_access(text, "a.json", "http://localhost:9").value().server.host, "localhost");
}

TEST(Access, SaysWhichFileToGive) {
  const auto access = parse_access("{}", "a.json", "http://localhost:9");
  ASSERT_FALSE(access);
  EXPECT_NE(access.error().find("a.json: meeting"), std::string::npos);
  EXPECT_NE(access.error().find("atelier create"), std::string::npos);
}

}  // namespace
}  // namespace atelier::cli
