#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "cpp/live_socket.hpp"
#include "cpp/session.hpp"
#include "cpp/text_replica.hpp"
#include "load_frames.hpp"
#include "load_meeting.hpp"
#include "tally.hpp"

namespace atelier::cli {

/// What a process has used, from /proc.
struct ProcessUse {
  double cpu_seconds = 0;
  double memory_kb = 0;
};
/// Nothing if there is no such process (or no /proc).
std::optional<ProcessUse> process_use(int pid);

struct LoadResult {
  std::uint64_t letters = 0;              ///< typed
  std::uint64_t deliveries = 0;           ///< letters times those who got them
  std::uint64_t messages = 0, bytes = 0;  ///< received by all connections, after the start
  double typing_seconds = 0;
  Latencies viewers, typists,
      late;  ///< from the moment a letter was due to its arrival; from due to sent
  Latencies acknowledgement;
  std::size_t complete = 0;  ///< connections whose copy is the typists' in the end
  std::optional<ProcessUse> before, joined, after;  ///< of the server
  std::vector<std::string> faults;
};

/// Many connections in one text, some of which type. One thread.
class LoadRun {
 public:
  LoadRun(const LoadMeeting& meeting, LoadPlan plan, int pid);
  LoadRun(const LoadRun&) = delete;
  LoadRun& operator=(const LoadRun&) = delete;

  LoadResult run();

 private:
  using Clock = std::chrono::steady_clock;

  struct Connection {
    std::unique_ptr<client::LiveSocket> socket;
    std::vector<std::uint32_t> frames;                      ///< what came, in order
    std::unordered_map<std::uint64_t, std::uint64_t> seen;  ///< client -> clocks that came
    bool open = false;                                      ///< the text's state has come
  };
  struct Typist {
    Typist(InstanceId instance, crdt::ClientId writes_as, const std::string& text,
           boost::asio::io_context& context)
        : session(instance), client(writes_as.value()), copy(text, writes_as), timer(context) {}
    client::Session session;
    std::uint64_t client;
    client::TextReplica copy;
    boost::asio::steady_timer timer;
    Clock::time_point first_due;
    std::uint64_t struck = 0;
    std::size_t at = 0;
    std::unordered_map<std::uint64_t, Clock::time_point> sent;  ///< by counter
  };

  void connect(std::size_t index);
  void received(std::size_t index, BytesView message);
  void take(std::size_t index, const client::SessionOutput& output);
  void settled(Typist& typist, const v1::Ack& ack);
  void note_letters(std::size_t index, const LoadFrame& frame);
  void start_if_all_open();
  void schedule(std::size_t index);
  void strike(std::size_t index);
  bool everybody_has_all() const;
  void watch_the_end();
  void fault(const std::string& what);
  void check_copies();

  const LoadMeeting& meeting_;
  LoadPlan plan_;
  int pid_;
  std::mt19937_64 random_;
  boost::asio::io_context context_;
  boost::asio::steady_timer watch_;
  LoadFrames frames_;
  LoadLetters letters_;
  std::vector<Connection> connections_;
  std::vector<std::unique_ptr<Typist>> typists_;
  std::size_t open_ = 0;
  bool typing_ = false;
  Clock::time_point start_, end_;
  LoadResult result_;
};

}  // namespace atelier::cli
