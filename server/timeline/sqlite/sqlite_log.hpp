#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ports.hpp"
#include "timeline/event_log.hpp"
#include "timeline/sqlite/database.hpp"

namespace atelier::timeline {

/// Writes `message` to stderr and ends the process at once, without handlers: exit code 74.
[[noreturn]] void end_process(const std::string& message);

struct SqliteOptions {
  std::filesystem::path directory;  ///< made (0700) if missing; holds ID.atelier, ID.atelier-wal and ID.mark
  /// Threads that commit; a meeting stays on one. They mostly wait for the disk, so more than cores: with 100 live meetings on
  /// two cores one thread's queue of fsyncs took 0.8 s at p99, four took 12 ms (tests/bench/timeline).
  std::size_t writers = 4;
  /// A sentence for the operator, on the owner's thread: a full disk, a damaged file.
  std::function<void(const std::string&)> report = [](const std::string&) {};
  /// An I/O error: nothing in memory may be trusted any more, so this should end the process. On a writer's thread.
  std::function<void(const std::string&)> fatal = end_process;
  /// open() waits so long for another server that has the directory: one that was killed a moment ago lets go of it only when
  /// it is gone.
  std::chrono::milliseconds patience{0};
  std::string vfs;  ///< a SQLite VFS by name (tests); empty is the system's
};

/// The embedded log: one SQLite file per meeting, group commit on writer threads. What was acknowledged is fsynced.
/// Its destructor commits what waits, closes the files, and blocks for it.
class SqliteLog final : public EventLog {
 public:
  /// `clock` and `random` must live as long as the log. Fails if another server uses the directory.
  static Tried<std::unique_ptr<SqliteLog>> open(SqliteOptions options, const Clock& clock, Random& random, Post post);
  ~SqliteLog() override;

  void create(const MeetingId& meeting, std::function<void(Result<void, Errc>)> done) override;
  void meetings(std::function<void(Result<std::vector<MeetingId>, Errc>)> done) override;
  void append(const MeetingId& meeting, Draft draft, Done done) override;
  std::unique_ptr<Subscription> follow(const MeetingId& meeting, Sequence after, Next next) override;
  void keep(const MeetingId& meeting, Snapshot snapshot) override;
  void newest(const MeetingId& meeting, Sequence at_most,
              std::function<void(Result<std::optional<Snapshot>, Errc>)> done) override;

  /// A consistent copy of the meeting's file, that needs no other file beside it, at any time.
  void copy_to(const MeetingId& meeting, std::filesystem::path path, std::function<void(Result<void, Errc>)> done);

 private:
  class Core;
  explicit SqliteLog(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace atelier::timeline
