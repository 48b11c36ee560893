#include "timeline/memory_log.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "timeline/event_log_contract.hpp"

namespace atelier::timeline {
namespace {

class HandClock final : public Clock {
 public:
  std::chrono::milliseconds wall() const override { return now; }
  std::chrono::milliseconds steady() const override { return now; }
  std::chrono::milliseconds now{0};
};

class MemoryWorld {
 public:
  MemoryWorld() { reopen(); }
  MemoryLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    log_ = std::make_unique<MemoryLog>(store, clock_, post());
  }
  bool run_until(const std::function<bool()>& condition) {
    while (!condition()) {
      if (tasks_.empty()) return false;
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
    return true;
  }
  void settle() {
    run_until([] { return false; });
  }
  void set_wall(std::int64_t ms) { clock_.now = std::chrono::milliseconds(ms); }
  Post post() {
    return [this](std::function<void()> task) { tasks_.push_back(std::move(task)); };
  }

  std::shared_ptr<MemoryStore> store = std::make_shared<MemoryStore>();

 private:
  HandClock clock_;
  std::deque<std::function<void()>> tasks_;
  std::unique_ptr<MemoryLog> log_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, EventLogContract, MemoryWorld);

class ControlledLog : public EventLogContract<MemoryWorld> {
 protected:
  void TestBody() override {}
};

TEST_F(ControlledLog, CommitsOnlyWhatIsSteppedWhileHeld) {
  ASSERT_TRUE(create().has_value());
  world.log().hold();
  std::vector<std::uint64_t> done;
  for (std::uint64_t i = 1; i <= 3; ++i)
    world.log().append(here, draft(i), [&](auto result) { done.push_back(result.value().value()); });
  world.settle();
  EXPECT_TRUE(done.empty());
  EXPECT_EQ(world.log().waiting(), 3u);
  world.log().step();
  EXPECT_TRUE(done.empty()) << "no callback runs inside the call that took it";
  world.settle();
  EXPECT_EQ(done, (std::vector<std::uint64_t>{1}));
  world.log().resume();
  world.settle();
  EXPECT_EQ(done, (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST_F(ControlledLog, LosesOrKeepsAnEntryWhoseAnswerFails) {
  ASSERT_TRUE(create().has_value());
  world.log().fail_next(1, Errc::full);
  world.log().fail_next(1, Errc::unavailable, MemoryLog::Fate::stored);
  EXPECT_EQ(error_of(append(draft(9))), Errc::full);
  EXPECT_EQ(error_of(append(draft(1))), Errc::unavailable);
  EXPECT_EQ(append(draft(2)).value_or(Sequence(0)).value(), 2u);
  expect_without_holes(stored(2));
}

TEST_F(ControlledLog, EndsFollowersWithAnError) {
  ASSERT_TRUE(create().has_value());
  std::optional<Errc> error;
  const auto subscription = world.log().follow(here, Sequence(0), [&](auto page) { error = page.error(); });
  world.log().break_followers(here, Errc::unavailable);
  world.settle();
  EXPECT_EQ(error, Errc::unavailable);
  ASSERT_TRUE(append(draft(1)).has_value());
  world.settle();
}

TEST_F(ControlledLog, IsSharedByTwoNodes) {
  ASSERT_TRUE(create().has_value());
  HandClock clock;
  MemoryLog other(world.store, clock, world.post());
  std::vector<Entry> seen;
  const auto subscription = other.follow(here, Sequence(0), [&](auto page) {
    seen.insert(seen.end(), page->begin(), page->end());
  });
  ASSERT_TRUE(append(draft(1)).has_value());
  other.append(here, draft(2), [](auto) {});
  world.settle();
  EXPECT_EQ(seen.size(), 2u);
  expect_without_holes(seen);
}

}  // namespace
}  // namespace atelier::timeline
