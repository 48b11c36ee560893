// Figures of the logs: entries a second and the time to the acknowledgement.
//
//   timeline-bench DIR [REDIS-SOCKET]     DIR is on the disk to be measured, and empty
#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "atelier/v1/record.pb.h"
#include "timeline/redis/redis_log.hpp"
#include "timeline/sqlite/file_reader.hpp"
#include "timeline/sqlite/sqlite_log.hpp"

namespace {

using namespace atelier;
using namespace atelier::timeline;
namespace asio = boost::asio;
using Moment = std::chrono::steady_clock;

constexpr std::chrono::milliseconds measured{1'500};
constexpr std::size_t payload_bytes = 120;

class SystemClock final : public Clock {
 public:
  std::chrono::milliseconds wall() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  }
  std::chrono::milliseconds steady() const override { return wall(); }
};

class DeviceRandom final : public Random {
 public:
  Bytes bytes(std::size_t count) override {
    Bytes bytes;
    while (bytes.size() < count) bytes.push_back(static_cast<char>(device_()));
    return bytes;
  }

 private:
  std::random_device device_;
};

Bytes body(std::uint64_t counter) {
  v1::Body body;
  body.set_actor("P18");
  body.set_instance(7);
  body.set_counter(counter);
  body.set_previous(counter - 1);
  body.set_salt(Bytes(16, 's'));
  body.set_payload(Bytes(payload_bytes, 'p'));
  return body.SerializeAsString();
}

/// Meetings that append for a while, and what it took.
class Load {
 public:
  Load(asio::io_context& io, EventLog& log, std::vector<MeetingId> meetings) : io_(io), log_(log), meetings_(std::move(meetings)) {}

  /// Each meeting keeps `depth` entries waiting.
  void closed(int depth) {
    start();
    for (const MeetingId& meeting : meetings_)
      for (int i = 0; i < depth; ++i) append_again(meeting);
    finish();
  }
  /// Each meeting appends one entry each `every`, whether the last one is acknowledged or not; they start at different moments.
  void open(std::chrono::microseconds every) {
    start();
    std::vector<std::unique_ptr<asio::steady_timer>> timers;
    for (std::size_t i = 0; i < meetings_.size(); ++i) {
      timers.push_back(std::make_unique<asio::steady_timer>(io_, start_ + every * i / meetings_.size()));
      tick(*timers.back(), meetings_[i], every);
    }
    finish();
  }
  void print(const std::string& what) {
    std::ranges::sort(waits_);
    const auto at = [&](double part) { return waits_.empty() ? 0.0 : waits_[static_cast<std::size_t>(part * static_cast<double>(waits_.size() - 1))]; };
    std::printf("  %-52s %8.0f entries/s   ack p50 %7.2f ms  p99 %7.2f ms  max %7.2f ms%s\n", what.c_str(),
                static_cast<double>(waits_.size()) / seconds_, at(0.5), at(0.99), at(1), failed_ ? "  FAILED" : "");
    std::fflush(stdout);
  }

 private:
  void start() {
    start_ = Moment::now();
    over_ = false;
  }
  void finish() {
    const auto end = start_ + measured;
    while (Moment::now() < end) io_.run_one_until(end);
    over_ = true;
    while (outstanding_ > 0) io_.run_one();
    seconds_ = std::chrono::duration<double>(Moment::now() - start_).count();
    io_.poll();
  }
  void append(const MeetingId& meeting, std::function<void()> then) {
    ++outstanding_;
    log_.append(meeting, {body(++counter_), {}}, [this, then = std::move(then), since = Moment::now()](auto result) {
      --outstanding_;
      failed_ = failed_ || !result;
      waits_.push_back(std::chrono::duration<double, std::milli>(Moment::now() - since).count());
      then();
    });
  }
  void append_again(const MeetingId& meeting) {
    if (!over_) append(meeting, [this, meeting] { append_again(meeting); });
  }
  void tick(asio::steady_timer& timer, const MeetingId& meeting, std::chrono::microseconds every) {
    timer.async_wait([this, &timer, meeting, every](boost::system::error_code error) {
      if (error || over_) return;
      append(meeting, [] {});
      timer.expires_at(timer.expiry() + every);
      tick(timer, meeting, every);
    });
  }

  asio::io_context& io_;
  EventLog& log_;
  std::vector<MeetingId> meetings_;
  Moment::time_point start_;
  std::vector<double> waits_;
  std::uint64_t counter_ = 0;
  int outstanding_ = 0;
  double seconds_ = 1;
  bool over_ = false, failed_ = false;
};

std::vector<MeetingId> made(asio::io_context& io, EventLog& log, int count) {
  std::vector<MeetingId> meetings;
  int done = 0;
  for (int i = 0; i < count; ++i) {
    meetings.emplace_back("m" + std::to_string(i));
    log.create(meetings.back(), [&](auto) { ++done; });
  }
  while (done < count) io.run_one();
  return meetings;
}

template <class Open>
void measure_depths(asio::io_context& io, const Open& open) {
  for (const int depth : {1, 8, 64, 256}) {
    const auto log = open();
    Load load(io, *log, made(io, *log, 1));
    load.closed(depth);
    load.print("1 meeting, " + std::to_string(depth) + " waiting at any time");
  }
}

void measure_sqlite(asio::io_context& io, const std::filesystem::path& directory) {
  SystemClock clock;
  DeviceRandom random;
  const auto open = [&](std::size_t writers) {
    std::filesystem::remove_all(directory / "sqlite");
    SqliteOptions options;
    options.directory = directory / "sqlite";
    options.writers = writers;
    return SqliteLog::open(options, clock, random, [&io](auto task) { asio::post(io, std::move(task)); }).value();
  };
  std::printf("SQLite, WAL, synchronous=FULL, bodies of %zu bytes\n", body(1).size());
  measure_depths(io, [&] { return open(1); });
  for (const std::size_t writers : {1, 2, 4, 8}) {
    const std::string threads = ", " + std::to_string(writers) + " writer threads";
    auto log = open(writers);
    const auto meetings = made(io, *log, 100);
    Load closed(io, *log, meetings);
    closed.closed(1);
    closed.print("100 meetings, 1 waiting in each" + threads);
    for (const int rate : {2, 5, 20}) {
      Load paced(io, *log, meetings);
      paced.open(std::chrono::microseconds(1'000'000 / rate));
      paced.print("100 meetings, " + std::to_string(rate) + " entries/s each" + threads);
    }
  }
}

void measure_file(asio::io_context& io, const std::filesystem::path& directory) {
  constexpr int entries = 100'000;
  SystemClock clock;
  DeviceRandom random;
  SqliteOptions options;
  options.directory = directory / "file";
  auto log = SqliteLog::open(options, clock, random, [&io](auto task) { asio::post(io, std::move(task)); }).value();
  const MeetingId meeting = made(io, *log, 1).front();
  int done = 0;
  for (int i = 1; i <= entries; ++i) {
    log->append(meeting, {body(static_cast<std::uint64_t>(i)), {}}, [&](auto) { ++done; });
    while (i - done > 10'000) io.run_one();
  }
  while (done < entries) io.run_one();
  log.reset();
  const auto path = options.directory / (meeting.value() + ".atelier");
  const auto start = Moment::now();
  auto reader = FileReader::open(path);
  const double opened = std::chrono::duration<double, std::milli>(Moment::now() - start).count();
  std::printf("  %d entries: %.1f MB (%.0f bytes each with the chain), copied, opened and checked in %.0f ms%s\n", entries,
              static_cast<double>(std::filesystem::file_size(path)) / 1e6, static_cast<double>(std::filesystem::file_size(path)) / entries,
              opened, reader ? "" : "  FAILED");
}

void measure_redis(asio::io_context& io, const std::string& socket) {
  DeviceRandom random;
  RedisOptions options;
  options.address.socket = socket;
  options.report = [](const std::string& message) { std::printf("  %s\n", message.c_str()); };
  std::printf("Redis, appendfsync always\n");
  measure_depths(io, [&] { return std::make_unique<RedisLog>(options, io, random); });
  RedisLog log(options, io, random);
  const auto meetings = made(io, log, 100);
  Load closed(io, log, meetings);
  closed.closed(1);
  closed.print("100 meetings, 1 waiting in each");
  Load paced(io, log, meetings);
  paced.open(std::chrono::microseconds(50'000));
  paced.print("100 meetings, 20 entries/s each");
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return std::fprintf(stderr, "timeline-bench DIR [REDIS-SOCKET]\n"), 2;
  asio::io_context io;
  const auto work = asio::make_work_guard(io);
  measure_sqlite(io, arguments[1]);
  measure_file(io, arguments[1]);
  if (count > 2) measure_redis(io, arguments[2]);
  return 0;
}
