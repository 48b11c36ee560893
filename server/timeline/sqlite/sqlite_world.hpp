#pragma once

// Only for tests: a world for the contract, and a place where what is posted waits.

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/ports.hpp"
#include "timeline/sqlite/files.hpp"
#include "timeline/sqlite/sqlite_log.hpp"

namespace atelier::timeline {

class HandClock final : public Clock {
 public:
  std::chrono::milliseconds wall() const override { return now; }
  std::chrono::milliseconds steady() const override { return now; }
  std::chrono::milliseconds now{1'000};
};

/// Different bytes each time, the same in every run.
class CountingRandom final : public Random {
 public:
  Bytes bytes(std::size_t count) override { return Bytes(count, static_cast<char>(++count_)); }

 private:
  int count_ = 0;
};

/// The owner's thread is the test's; tasks come from any thread.
class Tasks {
 public:
  Post post() {
    return [this](std::function<void()> task) {
      {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
      }
      awake_.notify_one();
    };
  }
  bool run_until(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      std::unique_lock lock(mutex_);
      if (!awake_.wait_until(lock, end, [this] { return !tasks_.empty(); })) return false;
      const auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable awake_;
  std::deque<std::function<void()>> tasks_;
};

class SqliteWorld {
 public:
  SqliteWorld() { reopen(); }
  SqliteLog& log() { return *log_; }
  void close() { log_.reset(); }
  void reopen() {
    log_.reset();
    SqliteOptions options;
    options.directory = directory();
    options.vfs = vfs;
    options.report = [this](const std::string& message) { reports.push_back(message); };
    options.fatal = [this](const std::string& message) {
      const std::lock_guard lock(fatal_mutex);
      fatal = message;
    };
    auto opened = SqliteLog::open(std::move(options), clock, random_, tasks_.post());
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    log_ = std::move(*opened);
  }
  bool run_until(const std::function<bool()>& condition) { return tasks_.run_until(condition, std::chrono::seconds(20)); }
  /// Long enough for what the writers still have to say.
  void settle() {
    tasks_.run_until([] { return false; }, std::chrono::milliseconds(30));
  }
  void set_wall(std::int64_t ms) { clock.now = std::chrono::milliseconds(ms); }
  std::filesystem::path directory() const { return directory_.path() / "meetings"; }

  HandClock clock;
  std::string vfs;
  std::vector<std::string> reports;
  std::mutex fatal_mutex;
  std::string fatal;

 private:
  TemporaryDirectory directory_ = TemporaryDirectory::make().value();
  CountingRandom random_;
  Tasks tasks_;
  std::unique_ptr<SqliteLog> log_;
};

}  // namespace atelier::timeline
