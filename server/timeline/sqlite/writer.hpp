#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "timeline/event_log.hpp"
#include "timeline/sqlite/database.hpp"
#include "timeline/sqlite/meeting_file.hpp"

namespace atelier::timeline {

/// One thread that owns the files of its meetings, and takes everything that waits at once: what was appended to one
/// meeting shares a transaction and an fsync (group commit, without a timer).
class Writer {
 public:
  /// What became of one transaction: the entries as stored, or why none was.
  using Committed = std::function<void(const MeetingId&, Result<std::vector<Entry>, Errc>, std::vector<EventLog::Done>)>;
  struct Ports {
    Committed committed;                           ///< called on the writer's thread
    std::function<void(const Trouble&)> trouble;   ///< something for the operator to know; on the writer's thread
    std::function<void(const Trouble&)> fatal;     ///< should not return
  };
  struct Options {
    std::filesystem::path directory;
    std::string vfs;
  };
  class Files;
  using Task = std::function<void(Files&)>;

  Writer(Options options, Ports ports);
  /// Commits what waits, closes the files.
  ~Writer();

  void append(MeetingId meeting, Unplaced entry, EventLog::Done done);
  /// Runs `task` on the writer's thread, after the appends that came before it.
  void run(Task task);

  /// The open files; on the writer's thread only.
  class Files {
   public:
    Files(Options options, Ports ports) : options_(std::move(options)), ports_(std::move(ports)) {}
    /// The meeting's file, opened and checked if it was not yet.
    Result<MeetingFile*, Errc> find(const MeetingId& meeting);
    Result<void, Errc> make(const MeetingId& meeting, const Bytes& epoch);
    std::vector<MeetingId> names() const;
    /// Tells the operator or ends the process, and says what the caller is told.
    Errc failed(const MeetingId& meeting, const Trouble& trouble);
    /// Checkpoints what waits for one; all of it if `idle`.
    void tidy_up(bool idle);

   private:
    Options options_;
    Ports ports_;
    std::map<MeetingId, std::unique_ptr<MeetingFile>> open_;
    std::map<MeetingId, Errc> lost_;  ///< meetings that cannot be used any more
  };

 private:
  struct Append {
    MeetingId meeting;
    Unplaced entry;
    EventLog::Done done;
  };
  using Job = std::variant<Append, Task>;
  struct Batch {
    std::vector<Unplaced> entries;
    std::vector<EventLog::Done> dones;
  };

  void put(Job job);
  void work();
  std::deque<Job> take();
  void commit(const MeetingId& meeting, Batch batch);
  void commit_part(const MeetingId& meeting, std::span<const Unplaced> part, std::vector<EventLog::Done> dones);

  Ports ports_;
  Files files_;
  std::mutex mutex_;
  std::condition_variable awake_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace atelier::timeline
