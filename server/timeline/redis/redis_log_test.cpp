#include "timeline/redis/redis_log.hpp"

#include "timeline/event_log_contract.hpp"
#include "timeline/redis/feed.hpp"
#include "timeline/redis/link.hpp"
#include "timeline/redis/redis_world.hpp"

namespace atelier::timeline {
namespace {

INSTANTIATE_TYPED_TEST_SUITE_P(Redis, EventLogContract, RedisWorld);

class RedisLogTest : public EventLogContract<RedisWorld> {
 protected:
  void TestBody() override {}
  void TearDown() override {
    for (const char* setting : {"appendonly yes", "appendfsync always", "maxmemory 0", "maxmemory-policy noeviction"})
      server().say(std::string("CONFIG SET ") + setting);
  }
  static RedisServer& server() { return RedisWorld::server(); }

  bool reported(const std::string& words) const {
    return std::ranges::any_of(world.reports, [&](const std::string& report) { return report.find(words) != std::string::npos; });
  }
  /// The log with other options than the world's.
  void reopen_with(std::function<void(RedisOptions&)> change) {
    change(world.options);
    world.reopen();
  }
  /// How many entries Redis has.
  std::uint64_t stored_count() {
    const std::string answer = server().say("XLEN " + Keys(here).log);
    return std::stoull(answer.substr(1));
  }
  /// Follows from the start into `entries`.
  std::unique_ptr<Subscription> follow_into(RedisLog& log, std::vector<Entry>& entries) {
    return log.follow(here, Sequence(0), [&entries](auto page) {
      ASSERT_TRUE(page.has_value());
      entries.insert(entries.end(), page->begin(), page->end());
    });
  }
};

TEST_F(RedisLogTest, GivesTwoNodesThatWriteAtOnceTheSameOrder) {
  ASSERT_TRUE(create().has_value());
  const auto other = world.another();
  std::vector<Entry> seen_here, seen_there;
  const auto one = follow_into(world.log(), seen_here);
  const auto two = follow_into(*other, seen_there);
  int acknowledged = 0;
  for (std::uint64_t i = 1; i <= 300; ++i) {
    world.log().append(here, draft(i, "here"), [&](auto result) { acknowledged += result.has_value(); });
    other->append(here, draft(i, "there"), [&](auto result) { acknowledged += result.has_value(); });
    if (i % 40 == 0) world.settle();
  }
  ASSERT_TRUE(world.run_until([&] { return acknowledged == 600 && seen_here.size() == 600 && seen_there.size() == 600; }));
  world.settle();
  EXPECT_EQ(seen_here, seen_there);
  EXPECT_EQ(seen_here.size(), 600u);
  Chain chain;
  for (const Entry& entry : seen_here) ASSERT_TRUE(chain.add(entry).has_value());
  std::uint64_t here_last = 0;
  for (const Entry& entry : seen_here)
    if (entry.body == draft(here_last + 1, "here").body) ++here_last;
  EXPECT_EQ(here_last, 300u) << "each node's own order is kept";
}

TEST_F(RedisLogTest, CallsNothingDurableWhileASettingIsWrong) {
  ASSERT_TRUE(create().has_value());
  const std::pair<const char*, const char*> wrongs[] = {{"appendfsync everysec", "appendfsync always"},
                                                        {"appendfsync no", "appendfsync always"},
                                                        {"maxmemory-policy allkeys-lru", "maxmemory-policy noeviction"},
                                                        {"appendonly no", "appendonly yes"}};
  for (const auto& [wrong, right] : wrongs) {
    ASSERT_EQ(server().say(std::string("CONFIG SET ") + wrong), "+OK\r\n");
    world.reports.clear();
    world.reopen();
    EXPECT_EQ(error_of(append(draft(1))), Errc::unavailable) << wrong;
    EXPECT_TRUE(reported(std::string("Redis has ") + wrong)) << wrong;
    EXPECT_TRUE(reported(right)) << right;
    EXPECT_EQ(stored(0).size(), 0u) << "reading goes on";
    ASSERT_EQ(server().say(std::string("CONFIG SET ") + right), "+OK\r\n");
    ASSERT_TRUE(world.run_until([&] { return append(draft(1)).has_value(); })) << "and writing, once it is right";
    server().say("FLUSHALL");
    ASSERT_TRUE(create().has_value());
  }
}

TEST_F(RedisLogTest, NoticesASettingThatBecomesWrong) {
  ASSERT_TRUE(create().has_value());
  ASSERT_TRUE(append(draft(1)).has_value());
  server().say("CONFIG SET appendfsync no");
  ASSERT_TRUE(world.run_until([&] { return reported("appendfsync no"); }));
  EXPECT_EQ(error_of(append(draft(2))), Errc::unavailable);
}

TEST_F(RedisLogTest, TakesEverysecOnlyIfToldTo) {
  server().say("CONFIG SET appendfsync everysec");
  reopen_with([](RedisOptions& options) { options.allow_everysec = true; });
  ASSERT_TRUE(create().has_value());
  EXPECT_TRUE(append(draft(1)).has_value());
  server().say("CONFIG SET appendfsync no");
  ASSERT_TRUE(world.run_until([&] { return reported("appendfsync no"); }));
}

TEST_F(RedisLogTest, GoesOnWithoutAGapWhenItsConnectionsAreCut) {
  ASSERT_TRUE(create().has_value());
  const auto other = world.another();
  std::vector<Entry> seen;
  const auto subscription = follow_into(*other, seen);
  std::uint64_t acknowledged = 0;
  for (std::uint64_t round = 0; round < 5; ++round) {
    ASSERT_TRUE(world.run_until([&] { return append(draft(acknowledged + 1)).has_value(); }));
    acknowledged += 1;
    server().say(round % 2 == 0 ? "CLIENT KILL TYPE pubsub" : "CLIENT KILL TYPE normal");
    const auto next = append(draft(acknowledged + 1));
    if (next) acknowledged = next->value();
    ASSERT_TRUE(next || next.error() == Errc::unavailable);
    if (!next) acknowledged = stored_count();
    ASSERT_TRUE(world.run_until([&] { return seen.size() >= acknowledged; })) << round;
  }
  expect_without_holes(seen);
}

TEST_F(RedisLogTest, FindsWhatNoMessageToldOf) {
  ASSERT_TRUE(create().has_value());
  ASSERT_TRUE(append(draft(1)).has_value());
  std::vector<Entry> seen;
  const auto subscription = follow_into(world.log(), seen);
  ASSERT_TRUE(world.run_until([&] { return seen.size() == 1; }));
  const Keys keys(here);
  server().say("XADD " + keys.log + " 2-0 t 1 b \"\"");
  server().say("HSET " + keys.meta + " seq 2");
  EXPECT_TRUE(world.run_until([&] { return seen.size() == 2; }, std::chrono::seconds(5)));
}

TEST_F(RedisLogTest, KeepsWhatItAcknowledgedWhenRedisIsKilled) {
  ASSERT_TRUE(create().has_value());
  std::vector<Entry> seen;
  const auto subscription = follow_into(world.log(), seen);
  std::uint64_t appended = 0, highest = 0;
  for (int round = 0; round < 3; ++round) {
    int answered = 0;
    for (int i = 0; i < 200; ++i)
      world.log().append(here, draft(++appended), [&](auto result) {
        ++answered;
        if (result) highest = std::max(highest, result->value());
      });
    world.run_until([&] { return answered > 50 * round; });
    server().kill(SIGKILL);
    server().start();
    ASSERT_TRUE(world.run_until([&] { return answered == 200; }));
  }
  ASSERT_GT(highest, 0u);
  ASSERT_TRUE(world.run_until([&] { return append(draft(++appended)).has_value(); }));
  const std::uint64_t count = stored_count();
  ASSERT_GE(count, highest);
  ASSERT_TRUE(world.run_until([&] { return seen.size() >= count; }));
  Chain chain;
  for (const Entry& entry : seen) ASSERT_TRUE(chain.add(entry).has_value());
}

TEST_F(RedisLogTest, AnswersAllThatWaitsWhenOneConnectionIsCut) {
  ASSERT_TRUE(create().has_value());
  server().say("CLIENT PAUSE 60000 WRITE");
  std::size_t answered = 0;
  for (std::uint64_t i = 1; i <= 3 * commit_entries_max; ++i) world.log().append(here, draft(i), [&](auto) { ++answered; });
  world.settle();
  server().say("CLIENT KILL TYPE normal");
  world.settle();
  server().say("CLIENT UNPAUSE");
  EXPECT_TRUE(world.run_until([&] { return answered == 3 * commit_entries_max; })) << answered;
}

TEST_F(RedisLogTest, SaysUnavailableWhenRedisDoesNotAnswer) {
  reopen_with([](RedisOptions& options) { options.answer_within = std::chrono::milliseconds(300); });
  ASSERT_TRUE(create().has_value());
  server().kill(SIGSTOP);
  EXPECT_EQ(error_of(append(draft(1))), Errc::unavailable);
  server().kill(SIGCONT);
  ASSERT_TRUE(world.run_until([&] { return append(draft(2)).has_value(); }));
  EXPECT_TRUE(reported("no answer within 300 ms"));
}

TEST_F(RedisLogTest, IsFullWhenRedisHasNoMemoryLeft) {
  ASSERT_TRUE(create().has_value());
  ASSERT_TRUE(append(draft(1)).has_value());
  server().say("CONFIG SET maxmemory 1");
  EXPECT_EQ(error_of(append(draft(2))), Errc::full);
  server().say("CONFIG SET maxmemory 0");
  EXPECT_EQ(append(draft(2)).value_or(Sequence(0)).value(), 2u);
}

TEST_F(RedisLogTest, SaysCorruptWhenRedisComesBackWithLess) {
  ASSERT_TRUE(create().has_value());
  for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(append(draft(i)).has_value());
  std::optional<Errc> error;
  std::size_t seen = 0;
  const auto subscription = world.log().follow(here, Sequence(0), [&](auto page) {
    if (page) seen += page->size();
    else error = page.error();
  });
  ASSERT_TRUE(world.run_until([&] { return seen == 3; }));
  const Keys keys(here);
  server().say("XDEL " + keys.log + " 3-0");
  server().say("HSET " + keys.meta + " seq 2");
  ASSERT_TRUE(world.run_until([&] { return error.has_value(); }));
  EXPECT_EQ(error, Errc::corrupt);
}

TEST_F(RedisLogTest, RefusesToAppendToADamagedStream) {
  ASSERT_TRUE(create().has_value());
  for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(append(draft(i)).has_value());
  server().say("XDEL " + Keys(here).log + " 3-0");
  EXPECT_EQ(error_of(append(draft(4))), Errc::corrupt);
  EXPECT_TRUE(reported("the stream does not end at 3-0"));
}

TEST(RedisMessage, IsReadWholeOrNotAtAll) {
  const Bytes message = Bytes(16, 'e') + "7 -5 3\nabc" + "8 6 2\n\n\n";
  const auto entries = decode_message(message);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0], (Entry{Sequence(7), -5, Bytes(16, 'e'), "abc"}));
  EXPECT_EQ(entries[1], (Entry{Sequence(8), 6, Bytes(16, 'e'), "\n\n"}));
  for (std::size_t length = 0; length < message.size(); ++length) {
    const auto part = decode_message(BytesView(message).substr(0, length));
    EXPECT_TRUE(part.empty() || length == 16 + 10) << length;
  }
  EXPECT_TRUE(decode_message(Bytes(16, 'e') + "7 5 99999999999999999999\nabc").empty());
  EXPECT_TRUE(decode_message(Bytes(16, 'e') + "7 5 -1\nabc").empty());
}

TEST(RedisSettings, MayBeUnreadable) {
  Reply refused;
  refused.kind = Reply::Kind::error;
  refused.text = "NOPERM";
  EXPECT_NE(wrong_settings(refused, false).find("CONFIG GET is not allowed (NOPERM)"), std::string::npos);
}

}  // namespace
}  // namespace atelier::timeline
