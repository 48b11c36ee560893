#pragma once

// Only for tests: a Redis of their own, and a world for the contract.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/ports.hpp"
#include "timeline/redis/redis_log.hpp"

namespace atelier::timeline {

/// A redis-server on a Unix socket in a temporary directory, set as ops/redis.conf says; gone at the end.
class RedisServer {
 public:
  RedisServer() {
    char name[] = "/tmp/atelier-redis-XXXXXX";
    directory_ = mkdtemp(name);
    start();
  }
  ~RedisServer() {
    kill(SIGKILL);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::string socket() const { return directory_ + "/redis.sock"; }

  void start() {
    const std::vector<std::string> words{"redis-server", "--port", "0", "--unixsocket", socket(), "--dir", directory_,
                                         "--appendonly", "yes", "--appendfsync", "always", "--no-appendfsync-on-rewrite", "no",
                                         "--save", "", "--maxmemory-policy", "noeviction", "--logfile", "redis.log"};
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ASSERT_EQ(posix_spawnp(&process_, "redis-server", nullptr, nullptr, arguments.data(), environ), 0) << "is redis-server installed?";
    for (int i = 0; i < 500 && say("PING") != "+PONG\r\n"; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_EQ(say("PING"), "+PONG\r\n");
  }
  /// SIGKILL also waits for its end.
  void kill(int signal) {
    if (process_ <= 0) return;
    ::kill(process_, signal);
    if (signal == SIGKILL) {
      waitpid(process_, nullptr, 0);
      process_ = 0;
    }
  }
  /// One inline command and the start of its answer; empty if nobody answers.
  std::string say(const std::string& line) const {
    const int file = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket().copy(address.sun_path, sizeof address.sun_path - 1);
    std::string answer(4096, '\0');
    const std::string text = line + "\r\n";
    ssize_t count = 0;
    if (connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        send(file, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()))
      count = read(file, answer.data(), answer.size());
    close(file);
    answer.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return answer;
  }

 private:
  std::string directory_;
  pid_t process_ = 0;
};

inline RedisServer& shared_redis() {
  static RedisServer server;
  return server;
}

/// Different bytes each time, the same in every run.
class CountingBytes final : public Random {
 public:
  Bytes bytes(std::size_t count) override { return Bytes(count, static_cast<char>(++count_)); }

 private:
  int count_ = 0;
};

class RedisWorld {
 public:
  RedisWorld() {
    server().say("FLUSHALL");
    options.address.socket = server().socket();
    options.poll_every = std::chrono::milliseconds(200);
    options.report = [this](const std::string& message) { reports.push_back(message); };
    reopen();
  }
  static RedisServer& server() { return shared_redis(); }
  RedisLog& log() { return *log_; }
  void reopen() {
    log_.reset();
    log_ = another();
  }
  /// One more node on the same Redis.
  std::unique_ptr<RedisLog> another() { return std::make_unique<RedisLog>(options, io_, random_); }
  bool run_until(const std::function<bool()>& condition) { return run_until(condition, std::chrono::seconds(20)); }
  bool run_until(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition())
      if (io_.run_one_until(end) == 0) return condition();
    return true;
  }
  void settle() {
    run_until([] { return false; }, std::chrono::milliseconds(30));
  }
  void set_wall(std::int64_t) {}

  RedisOptions options;
  std::vector<std::string> reports;

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = boost::asio::make_work_guard(io_);
  CountingBytes random_;
  std::unique_ptr<RedisLog> log_;
};

}  // namespace atelier::timeline
