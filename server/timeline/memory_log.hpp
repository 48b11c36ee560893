#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "base/ports.hpp"
#include "timeline/event_log.hpp"

namespace atelier::timeline {

/// What in-memory logs store. Several logs (nodes) on one thread may share it, and it outlives them as a disk would.
class MemoryStore {
 public:
  /// `epoch` (16 bytes) is what every entry carries.
  explicit MemoryStore(Bytes epoch = Bytes(16, 'e')) : epoch_(std::move(epoch)) {}

 private:
  friend class MemoryLog;
  struct Follower;
  struct Meeting {
    std::vector<Entry> entries;
    std::map<Sequence, Snapshot> snapshots;
    std::vector<std::weak_ptr<Follower>> followers;
  };
  Bytes epoch_;
  std::map<MeetingId, Meeting> meetings_;
};

/// An EventLog in memory, for tests and for rooms without a disk. Deterministic: its clock and its `post` are given.
/// A test can hold commits back, let them happen one by one, and make them fail.
class MemoryLog final : public EventLog {
 public:
  /// `clock` must live as long as the log.
  MemoryLog(std::shared_ptr<MemoryStore> store, const Clock& clock, Post post);
  ~MemoryLog() override;

  void create(const MeetingId& meeting, std::function<void(Result<void, Errc>)> done) override;
  void meetings(std::function<void(Result<std::vector<MeetingId>, Errc>)> done) override;
  void append(const MeetingId& meeting, Draft draft, Done done) override;
  std::unique_ptr<Subscription> follow(const MeetingId& meeting, Sequence after, Next next) override;
  void keep(const MeetingId& meeting, Snapshot snapshot) override;
  void newest(const MeetingId& meeting, Sequence at_most,
              std::function<void(Result<std::optional<Snapshot>, Errc>)> done) override;

  /// From now on nothing is committed by itself.
  void hold();
  /// Commits the `count` oldest appends of all meetings that wait; what they say arrives through `post`.
  void step(std::size_t count = 1);
  /// Commits all that waits, and from now on by itself.
  void resume();
  std::size_t waiting() const;

  /// Whether an append that fails was stored all the same (an answer that got lost).
  enum class Fate { lost, stored };
  /// The next `count` appends to be committed answer `error`.
  void fail_next(std::size_t count, Errc error, Fate fate = Fate::lost);
  /// Ends every subscription of this log to `meeting` with `error`.
  void break_followers(const MeetingId& meeting, Errc error);

 private:
  struct Waiting {
    MeetingId meeting;
    Draft draft;
    std::int64_t now_ms;
    Done done;
  };
  struct Failure {
    Errc error;
    Fate fate;
  };
  struct Alive {};
  using Follower = MemoryStore::Follower;

  void later(std::function<void()> task);
  void commit(Waiting waiting);
  void store(const Waiting& waiting);
  void wake(const MeetingId& meeting);
  static void pump(const std::shared_ptr<MemoryStore>& store, const std::shared_ptr<Follower>& follower);

  std::shared_ptr<MemoryStore> store_;
  const Clock& clock_;
  Post post_;
  std::shared_ptr<Alive> alive_;
  std::deque<Waiting> waiting_;
  std::deque<Failure> failures_;
  bool held_ = false;
  bool scheduled_ = false;
};

}  // namespace atelier::timeline
