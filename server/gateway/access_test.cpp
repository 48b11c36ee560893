#include "gateway/access.hpp"

#include <gtest/gtest.h>

#include <map>

#include "gateway/limits.hpp"

namespace atelier::gateway {
namespace {

class MapRegistry final : public Registry {
 public:
  bool write(const std::vector<Change>& changes) override {
    for (const auto& change : changes) {
      if (change.value) entries_[change.key] = *change.value;
      else entries_.erase(change.key);
    }
    return true;
  }
  std::optional<std::string> read(std::string_view key) override {
    const auto found = entries_.find(std::string(key));
    if (found == entries_.end()) return std::nullopt;
    return found->second;
  }
  std::vector<std::pair<std::string, std::string>> list(std::string_view prefix) override {
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [key, value] : entries_) {
      if (key.starts_with(prefix)) found.emplace_back(key, value);
    }
    return found;
  }
  std::map<std::string, std::string> entries_;
};

class CountingRandom final : public Random {
 public:
  Bytes bytes(std::size_t count) override {
    Bytes bytes;
    while (bytes.size() < count) bytes.push_back(static_cast<char>(++value_));
    return bytes;
  }
  unsigned value_ = 0;
};

struct FakeClock final : Clock {
  std::chrono::milliseconds wall() const override { return now; }
  std::chrono::milliseconds steady() const override { return now; }
  std::chrono::milliseconds now{1'000'000};
};

struct AccessTest : testing::Test {
  MapRegistry registry;
  CountingRandom random;
  FakeClock clock;
  Access access{registry, random, clock};
  Identity ana{MeetingId{"m1"}, PersonId{"P01"}};
};

TEST_F(AccessTest, KnowsWhoeverHoldsATokenAndKeepsOnlyItsHash) {
  const auto token = access.make_token(ana);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->size(), 43u);
  ASSERT_TRUE(access.by_token(*token));
  EXPECT_EQ(access.by_token(*token)->person, ana.person);
  EXPECT_FALSE(access.by_token(*token + "x"));
  EXPECT_FALSE(access.by_token(""));
  for (const auto& [key, value] : registry.entries_) EXPECT_EQ((key + value).find(*token), std::string::npos);
}

TEST_F(AccessTest, ASeatNeedsItsOwnSecretAndEndsAfterThreeDays) {
  const auto one = access.make_seat(ana);
  const auto other = access.make_seat(ana);
  ASSERT_TRUE(one && other);
  EXPECT_TRUE(access.by_seat(one->id, one->secret));
  EXPECT_FALSE(access.by_seat(one->id, other->secret));
  clock.now += limits::seat_lives;
  EXPECT_TRUE(access.by_seat(one->id, one->secret));
  clock.now += std::chrono::milliseconds(1);
  EXPECT_FALSE(access.by_seat(one->id, one->secret));
}

TEST_F(AccessTest, ReadsAJoinCodeAsPeopleTypeIt) {
  const auto code = access.make_code(ana.meeting);
  ASSERT_TRUE(code);
  EXPECT_EQ(code->size(), limits::code_characters);
  EXPECT_EQ(access.by_code(code->substr(0, 5) + "-" + code->substr(5)), ana.meeting);
  EXPECT_EQ(normal_code("abcde-fgh1o"), "ABCDEFGH10");
  EXPECT_EQ(normal_code("ABCDE"), "");
}

TEST_F(AccessTest, SlowsAnAddressDownAfterThirtyWrongCodesAndNoOther) {
  for (std::size_t tries = 0; tries < limits::code_failures_max; ++tries) {
    EXPECT_TRUE(access.may_try("10.0.0.1"));
    access.failed("10.0.0.1");
  }
  EXPECT_FALSE(access.may_try("10.0.0.1"));
  EXPECT_TRUE(access.may_try("10.0.0.2"));
  clock.now += std::chrono::seconds(1);
  EXPECT_TRUE(access.may_try("10.0.0.1"));
  access.failed("10.0.0.1");
  EXPECT_FALSE(access.may_try("10.0.0.1"));
  clock.now += limits::code_window;
  EXPECT_TRUE(access.may_try("10.0.0.1"));
}

TEST_F(AccessTest, LetsEveryTryWaitAfterFiftyWrongCodesInASecondWhereverTheyCameFrom) {
  clock.now += std::chrono::seconds(10);
  for (std::size_t tries = 0; tries < limits::code_failures_second_max; ++tries) {
    EXPECT_EQ(access.delay().count(), 0) << tries;
    access.failed("10.0.0." + std::to_string(tries));
  }
  EXPECT_EQ(access.delay(), limits::code_delay);
  EXPECT_TRUE(access.may_try("10.0.1.1")) << "waits, but is not turned away";
  clock.now += std::chrono::seconds(1);
  EXPECT_EQ(access.delay().count(), 0);
}

TEST(Base64Url, WritesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url("foobar"), "Zm9vYmFy");
}

TEST(RegistryVaultTest, ForgetsAllSeedsOfAVoteAndNoOthers) {
  MapRegistry registry;
  RegistryVault vault(registry);
  const MeetingId meeting{"m1"};
  vault.put(meeting, "V1", "pk", "seed");
  vault.put(meeting, "V1/x", "pk", "other");
  EXPECT_EQ(vault.get(meeting, "V1", "pk"), "seed");
  EXPECT_TRUE(vault.erase(meeting, "V1"));
  EXPECT_FALSE(vault.get(meeting, "V1", "pk"));
  EXPECT_EQ(vault.get(meeting, "V1/x", "pk"), "other");
}

}  // namespace
}  // namespace atelier::gateway
