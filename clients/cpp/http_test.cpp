#include "http.hpp"

#include <gtest/gtest.h>

namespace atelier::client {
namespace {

TEST(ServerUrl, TakesHostAndPort) {
  const auto url = parse_server_url("http://127.0.0.1:8080/").value();
  EXPECT_EQ(url.host, "127.0.0.1");
  EXPECT_EQ(url.port, "8080");
  EXPECT_EQ(parse_server_url("http://workshop.example")->port, "80");
}

TEST(ServerUrl, SaysWhatToWriteInstead) {
  for (const char* text :
       {"", "localhost:80", "http://", "http://host:port", "http://a b:1", "http://host:80/path"})
    EXPECT_FALSE(parse_server_url(text)) << text;
  EXPECT_NE(parse_server_url("https://host").error().find("http:// only"), std::string::npos);
}

TEST(Http, SaysThatNobodyAnswers) {
  const auto answer = ask({"127.0.0.1", "1"}, {.target = "/healthz"}, std::chrono::seconds(5));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().find("http://127.0.0.1:1"), std::string::npos);
}

}  // namespace
}  // namespace atelier::client
