// A program to be killed: appends to a log as fast as it is acknowledged, and says on stdout what it was told.
//
//   log_program write  sqlite DIR  | redis SOCKET    "ACK instance counter seq" and, by a second follower, "SHOWN instance counter seq"
//   log_program read   sqlite FILE | redis SOCKET    "ENTRY instance counter seq" for all there is, then "END"; exit code 1 if damaged
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <random>
#include <string>

#include "atelier/v1/record.pb.h"
#include "timeline/chain.hpp"
#include "timeline/redis/redis_log.hpp"
#include "timeline/sqlite/file_reader.hpp"
#include "timeline/sqlite/sqlite_log.hpp"

namespace {

using namespace atelier;
using namespace atelier::timeline;
namespace asio = boost::asio;

const MeetingId meeting("chaos");
constexpr int outstanding = 100;
constexpr std::chrono::milliseconds pause_between{20};

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

/// One write for each line: a killed program has said it or not.
void say(const std::string& what, std::uint64_t instance, std::uint64_t counter, Sequence seq) {
  const std::string line = what + ' ' + std::to_string(instance) + ' ' + std::to_string(counter) + ' ' + std::to_string(seq.value()) + '\n';
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(1);
}

void say(const std::string& what, const Entry& entry) {
  v1::Body body;
  if (body.ParseFromString(entry.body)) say(what, body.instance(), body.counter(), entry.seq);
}

class Writer {
 public:
  Writer(asio::io_context& io, EventLog& log, EventLog& other, Random& random) : io_(io), log_(log), other_(other), instance_(random.number()) {}

  void start() {
    log_.create(meeting, [this](auto) {
      shown_ = other_.follow(meeting, Sequence(0), [this](auto page) {
        if (!page) return end("follow", page.error());
        for (const Entry& entry : *page) say("SHOWN", entry);
      });
      for (int i = 0; i < outstanding; ++i) append();
    });
  }

 private:
  void append() {
    v1::Body body;
    body.set_instance(instance_);
    body.set_counter(++counter_);
    body.set_salt(Bytes(16, 's'));
    body.set_payload(Bytes(50 + counter_ % 300, 'p'));
    log_.append(meeting, {body.SerializeAsString(), {}}, [this, counter = counter_](auto result) {
      if (result) {
        say("ACK", instance_, counter, *result);
      } else if (result.error() == timeline::Errc::corrupt) {
        return end("append", result.error());
      }
      // Not at once: a log that is read whole after each kill should stay readable.
      auto pause = std::make_shared<asio::steady_timer>(io_, pause_between);
      pause->async_wait([this, pause](auto) { append(); });
    });
  }
  void end(const std::string& what, timeline::Errc error) {
    std::cerr << what << " failed with " << static_cast<int>(error) << std::endl;
    std::_Exit(1);
  }

  asio::io_context& io_;
  EventLog& log_;
  EventLog& other_;
  std::uint64_t instance_, counter_ = 0;
  std::unique_ptr<Subscription> shown_;
};

int read_file(const std::string& path) {
  auto reader = FileReader::open(path);
  if (!reader) {
    std::cerr << reader.error().message << '\n';
    return 1;
  }
  Sequence last;
  for (;;) {
    const auto page = reader->read(last);
    if (!page) return 1;
    if (page->empty()) break;
    for (const Entry& entry : *page) say("ENTRY", entry);
    last = page->back().seq;
  }
  std::cout << "END" << std::endl;
  return 0;
}

/// All entries up to one that is appended now.
int read_log(EventLog& log, asio::io_context& io) {
  Chain chain;
  bool damaged = false;
  std::uint64_t end = 0;
  log.append(meeting, {v1::Body().SerializeAsString(), {}}, [&](auto result) { end = result ? result->value() : 1; });
  const auto subscription = log.follow(meeting, Sequence(0), [&](auto page) {
    damaged = damaged || !page;
    for (const Entry& entry : page.value_or(std::vector<Entry>())) {
      damaged = damaged || !chain.add(entry);
      say("ENTRY", entry);
    }
  });
  while (!damaged && (end == 0 || chain.seq().value() < end)) io.run_one();
  if (!damaged) std::cout << "END" << std::endl;
  return damaged ? 1 : 0;
}

RedisOptions redis_at(const std::string& socket) {
  RedisOptions options;
  options.address.socket = socket;
  options.report = [](const std::string& message) { std::cerr << message << std::endl; };
  return options;
}

int run(const std::string& verb, const std::string& store, const std::string& place) {
  if (verb == "read" && store == "sqlite") return read_file(place);
  asio::io_context io;
  const auto work = asio::make_work_guard(io);
  SystemClock clock;
  DeviceRandom random;
  std::unique_ptr<EventLog> log, node;
  if (store == "redis") {
    log = std::make_unique<RedisLog>(redis_at(place), io, random);
    node = std::make_unique<RedisLog>(redis_at(place), io, random);
    if (verb == "read") return read_log(*log, io);
  } else {
    SqliteOptions options;
    options.directory = place;
    options.report = [](const std::string& message) { std::cerr << message << std::endl; };
    auto opened = SqliteLog::open(std::move(options), clock, random, [&io](auto task) { asio::post(io, std::move(task)); });
    if (!opened) return std::cerr << opened.error().message << '\n', 1;
    log = std::move(*opened);
  }
  Writer writer(io, *log, node ? *node : *log, random);
  writer.start();
  io.run();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return std::cerr << "log_program write|read sqlite|redis PLACE\n", 2;
  return run(arguments[1], arguments[2], arguments[3]);
}
