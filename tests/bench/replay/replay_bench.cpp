// Figures of the replay: the half-day with typing expanded to more than 100,000 records, written as a server writes it (through
// the reducer, into a meeting's file, a snapshot each 4,096 records), then opened, folded and sought. No figure is a pass or fail.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "halfday.hpp"
#include "outcome/events.hpp"
#include "outcome/file/file_history.hpp"
#include "outcome/replay.hpp"
#include "outcome/verify.hpp"
#include "timeline/chain.hpp"
#include "timeline/limits.hpp"
#include "timeline/sqlite/meeting_file.hpp"

namespace {

using namespace atelier;
using Watch = std::chrono::steady_clock;

double ms_since(Watch::time_point start) { return std::chrono::duration<double, std::milli>(Watch::now() - start).count(); }

void print_times(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) { return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))]; };
  std::printf("%-44s p50 %8.2f ms  p99 %8.2f ms  max %8.2f ms  (n %zu)\n", what, at(0.5), at(0.99), times.back(), times.size());
}

/// Writes entries in batches and keeps snapshots, as a room asks its log to.
class FileMaker {
 public:
  FileMaker(std::filesystem::path folder, bool snapshots) : path_(timeline::file_of(folder, MeetingId("halfday"))), snapshots_(snapshots) {}

  bool take(const timeline::Entry& entry) {
    if (!file_) {
      if (!timeline::MeetingFile::make(path_, MeetingId("halfday"), entry.epoch)) return false;
      auto opened = timeline::MeetingFile::open(path_);
      if (!opened) return false;
      file_ = std::move(*opened);
    }
    if (!chain_.add(entry) || !shadow_.apply({entry.seq, entry.time_ms}, entry.body)) return false;
    batch_.push_back({entry.body, entry.time_ms});
    const bool stride = snapshots_ && entry.seq.value() % timeline::snapshot_stride == 0;
    if (batch_.size() >= timeline::commit_entries_max || stride) if (!flush()) return false;
    return !stride || file_->keep({entry.seq, chain_.value(), shadow_.snapshot()}).has_value();
  }
  bool flush() {
    const bool stored = batch_.empty() || file_->append(batch_).has_value();
    batch_.clear();
    return stored;
  }
  void close() { file_.reset(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  bool snapshots_;
  std::unique_ptr<timeline::MeetingFile> file_;
  timeline::Chain chain_;
  meeting::Meeting shadow_;
  std::vector<timeline::Unplaced> batch_;
};

outcome::FileHistory open(const std::filesystem::path& path) {
  auto reader = timeline::FileReader::open(path);
  if (!reader) {
    std::fprintf(stderr, "replay_bench: %s\n", reader.error().message.c_str());
    std::exit(1);
  }
  return outcome::FileHistory(std::move(*reader));
}

void measure_seeks(outcome::History& history, std::int64_t end_ms, const char* what, std::size_t count) {
  std::mt19937_64 random(7);
  std::vector<double> times, work;
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(end_ms));
    const auto start = Watch::now();
    const std::clock_t before = std::clock();
    outcome::Replay replay(history);  // nothing in memory: cold
    if (!replay.seek(at)) std::exit(1);
    work.push_back(static_cast<double>(std::clock() - before) * 1000.0 / CLOCKS_PER_SEC);
    times.push_back(ms_since(start));
  }
  print_times(what, std::move(times));
  print_times("  processor time of it (a busy machine waits)", std::move(work));
}

void measure(const std::filesystem::path& path) {
  auto start = Watch::now();
  auto history = open(path);
  std::printf("open and check the file                      %8.0f ms, %ju KiB\n", ms_since(start),
              static_cast<std::uintmax_t>(std::filesystem::file_size(path) / 1024));
  start = Watch::now();
  const auto story = outcome::read_story(history);
  if (!story) std::exit(1);
  std::printf("fold it from the start, every event told     %8.0f ms, %zu events\n", ms_since(start), story->events.size());
  start = Watch::now();
  const auto verification = outcome::verify(history);
  std::printf("verify it                                    %8.0f ms, %s\n", ms_since(start), verification.ok() ? "ok" : "NOT OK");
  start = Watch::now();
  const Bytes snapshot = story->meeting.snapshot();
  std::printf("make a snapshot of the end                   %8.2f ms, %zu KiB\n", ms_since(start), snapshot.size() / 1024);
  start = Watch::now();
  if (!meeting::Meeting::restore(snapshot)) std::exit(1);
  std::printf("restore it                                   %8.2f ms\n", ms_since(start));
  measure_seeks(history, story->end_ms, "seek to a random second, cold", 300);
  std::vector<double> times;
  for (int i = 0; i < 10; ++i) {
    start = Watch::now();
    auto fresh = open(path);
    outcome::Replay replay(fresh);
    if (!replay.seek(4'000'000)) std::exit(1);
    times.push_back(ms_since(start));
  }
  print_times("the same with opening and checking the file", std::move(times));
}

}  // namespace

int main(int count, char** arguments) {
  const std::string content = count > 1 ? arguments[1] : ATELIER_TEST_DATA "/halfday";
  const std::uint64_t keys = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 105'000;
  const auto folder = std::filesystem::temp_directory_path() / ("atelier-replay-bench-" + std::to_string(std::random_device{}()));
  std::filesystem::create_directories(folder);
  FileMaker maker(folder, true);
  std::uint64_t records = 0;
  const auto start = Watch::now();
  const auto faults = play::play_halfday({.content_folder = content, .scripts = {}, .seed = 1, .keys = keys},
                                         [&](const timeline::Entry& entry) { return ++records, maker.take(entry); },
                                         [](const meeting::Meeting&) {});
  for (const std::string& fault : faults) std::fprintf(stderr, "replay_bench: %s\n", fault.c_str());
  const bool stored = maker.flush();
  maker.close();
  std::printf("play and store                               %8.0f ms, %ju records\n", ms_since(start), static_cast<std::uintmax_t>(records));
  if (stored) measure(maker.path());
  std::filesystem::remove_all(folder);
  return stored && faults.empty() ? 0 : 1;
}
