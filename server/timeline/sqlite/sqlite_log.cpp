#include "timeline/sqlite/sqlite_log.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>
#include <utility>

#include "timeline/limits.hpp"
#include "timeline/rules.hpp"
#include "timeline/sqlite/files.hpp"
#include "timeline/sqlite/limits.hpp"
#include "timeline/sqlite/writer.hpp"

namespace atelier::timeline {
namespace {

using std::chrono::milliseconds;

constexpr int exit_input_output_error = 74;  // EX_IOERR of sysexits.h

struct Follower {
  MeetingId meeting;
  Sequence last;
  EventLog::Next next;
  bool live = false;  ///< has all that was stored; takes what is committed
  bool ended = false;
};

class SqliteSubscription final : public Subscription {
 public:
  explicit SqliteSubscription(std::shared_ptr<Follower> follower) : follower_(std::move(follower)) {}
  ~SqliteSubscription() override { follower_->ended = true; }

 private:
  std::shared_ptr<Follower> follower_;
};

}  // namespace

void end_process(const std::string& message) {
  std::fprintf(stderr, "fatal: %s\nThe process ends, because what it has in memory may not be what is on the disk.\n",
               message.c_str());
  std::_Exit(exit_input_output_error);
}

/// What lives on the owner's thread. Writers reach it only through `post_`, and only while the log lives.
class SqliteLog::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(SqliteOptions options, DirectoryLock lock, const Clock& clock, Random& random, Post post)
      : options_(std::move(options)), lock_(std::move(lock)), clock_(clock), random_(random), post_(std::move(post)) {}

  void start();
  void stop() {
    stopped_ = true;
    writers_.clear();
  }
  bool stopped() const { return stopped_; }

  Writer& writer_of(const MeetingId& meeting) {
    return *writers_[std::hash<MeetingId>{}(meeting) % writers_.size()];
  }
  /// Gives `task(core)` to the owner's thread; from any thread.
  template <class Task>
  void later(Task task) {
    post_([weak = weak_from_this(), task = std::move(task)] {
      if (const auto core = weak.lock(); core && !core->stopped_) task(*core);
    });
  }
  /// Runs `read` with the meeting's file on its writer, and gives what it returned to `done`, here.
  template <class T>
  void ask(const MeetingId& meeting, std::function<Tried<T>(MeetingFile&)> read, std::function<void(Result<T, Errc>)> done);

  Bytes new_epoch() { return random_.bytes(epoch_bytes); }
  void append(const MeetingId& meeting, Draft draft, Done done);
  void add(std::shared_ptr<Follower> follower);
  void read_on(std::shared_ptr<Follower> follower);

 private:
  struct Queue {
    std::size_t entries = 0;
    std::size_t bytes = 0;
    std::vector<std::weak_ptr<Follower>> followers;
  };
  void committed(const MeetingId& meeting, const Result<std::vector<Entry>, Errc>& stored, const std::vector<Done>& dones);
  void give(const std::shared_ptr<Follower>& follower, const Result<std::vector<Entry>, Errc>& page, bool at_end);

  SqliteOptions options_;
  DirectoryLock lock_;
  const Clock& clock_;
  Random& random_;
  Post post_;
  std::map<MeetingId, Queue> queues_;
  std::vector<std::unique_ptr<Writer>> writers_;
  bool stopped_ = false;
};

void SqliteLog::Core::start() {
  Writer::Ports ports;
  ports.committed = [this](const MeetingId& meeting, Result<std::vector<Entry>, Errc> stored, std::vector<Done> dones) {
    later([meeting, stored = std::move(stored), dones = std::move(dones)](Core& core) { core.committed(meeting, stored, dones); });
  };
  ports.trouble = [this](const Trouble& trouble) {
    later([message = trouble.message](Core& core) { core.options_.report(message); });
  };
  ports.fatal = [fatal = options_.fatal](const Trouble& trouble) { fatal(trouble.message); };
  const std::size_t count = std::clamp<std::size_t>(options_.writers, 1, writers_max);
  for (std::size_t i = 0; i < count; ++i)
    writers_.push_back(std::make_unique<Writer>(Writer::Options{options_.directory, options_.vfs}, ports));
}

template <class T>
void SqliteLog::Core::ask(const MeetingId& meeting, std::function<Tried<T>(MeetingFile&)> read,
                          std::function<void(Result<T, Errc>)> done) {
  writer_of(meeting).run([this, meeting, read = std::move(read), done = std::move(done)](Writer::Files& files) {
    Result<T, Errc> answer = std::unexpected(Errc::unknown_meeting);
    if (const auto file = files.find(meeting); !file) {
      answer = std::unexpected(file.error());
    } else if (auto got = read(**file)) {
      if constexpr (std::is_void_v<T>) {
        answer = {};
      } else {
        answer = std::move(*got);
      }
    } else {
      answer = std::unexpected(files.failed(meeting, got.error()));
    }
    later([done, answer = std::move(answer)](Core&) { done(answer); });
  });
}

void SqliteLog::Core::append(const MeetingId& meeting, Draft draft, Done done) {
  Queue& queue = queues_[meeting];
  auto checked = storable(draft);
  if (checked && (queue.entries >= waiting_entries_max || queue.bytes + draft.body.size() > waiting_bytes_max))
    checked = std::unexpected(Errc::full);
  if (!checked) return later([done = std::move(done), error = checked.error()](Core&) { done(std::unexpected(error)); });
  const std::size_t bytes = draft.body.size();
  queue.entries += 1;
  queue.bytes += bytes;
  auto counted = [weak = weak_from_this(), meeting, bytes, done = std::move(done)](Result<Sequence, Errc> result) {
    if (const auto core = weak.lock()) {
      core->queues_[meeting].entries -= 1;
      core->queues_[meeting].bytes -= bytes;
    }
    done(result);
  };
  const std::int64_t time_ms = draft.time_ms.value_or(clock_.wall().count());
  writer_of(meeting).append(meeting, {std::move(draft.body), time_ms}, std::move(counted));
}

void SqliteLog::Core::committed(const MeetingId& meeting, const Result<std::vector<Entry>, Errc>& stored,
                                const std::vector<Done>& dones) {
  for (std::size_t i = 0; i < dones.size() && !stopped_; ++i) {
    if (stored) {
      dones[i]((*stored)[i].seq);
    } else {
      dones[i](std::unexpected(stored.error()));
    }
  }
  if (!stored || stopped_) return;
  auto& followers = queues_[meeting].followers;
  std::erase_if(followers, [](const auto& weak) { return weak.expired(); });
  for (const auto& weak : std::vector(followers))
    if (const auto follower = weak.lock(); follower && follower->live) give(follower, stored, true);
}

void SqliteLog::Core::add(std::shared_ptr<Follower> follower) {
  queues_[follower->meeting].followers.push_back(follower);
  read_on(std::move(follower));
}

/// Reads the follower's next page. What is committed after the read is posted after it, so nothing falls between.
void SqliteLog::Core::read_on(std::shared_ptr<Follower> follower) {
  // The writer's thread holds no follower, so that what the owner gave us ends on the owner's thread.
  writer_of(follower->meeting).run([this, after = follower->last, meeting = follower->meeting,
                                    weak = std::weak_ptr(follower)](Writer::Files& files) {
    Result<std::vector<Entry>, Errc> page = std::unexpected(Errc::unknown_meeting);
    bool at_end = false;
    if (const auto file = files.find(meeting); !file) {
      page = std::unexpected(file.error());
    } else if (after > (*file)->head()) {
      page = std::unexpected(Errc::corrupt);
    } else if (auto read = (*file)->read(after); !read) {
      page = std::unexpected(files.failed(meeting, read.error()));
    } else {
      at_end = read->empty() || read->back().seq == (*file)->head();
      page = std::move(*read);
    }
    later([weak, at_end, page = std::move(page)](Core& core) {
      if (const auto alive = weak.lock()) core.give(alive, page, at_end);
    });
  });
}

void SqliteLog::Core::give(const std::shared_ptr<Follower>& follower, const Result<std::vector<Entry>, Errc>& page, bool at_end) {
  if (follower->ended || stopped_) return;
  if (!page) {
    follower->ended = true;
    return follower->next(page);
  }
  follower->live = at_end;
  if (!page->empty()) {
    follower->last = page->back().seq;
    // The owner may drop the subscription, or the whole log, from here.
    const auto self = shared_from_this();
    follower->next(page);
    if (follower->ended || stopped_) return;
  }
  if (!at_end) read_on(follower);
}

Tried<std::unique_ptr<SqliteLog>> SqliteLog::open(SqliteOptions options, const Clock& clock, Random& random, Post post) {
  auto lock = DirectoryLock::take(options.directory);
  for (milliseconds waited{0}; !lock && lock.error().code == Errc::unavailable && waited < options.patience; waited += lock_step) {
    std::this_thread::sleep_for(lock_step);
    lock = DirectoryLock::take(options.directory);
  }
  if (!lock) return std::unexpected(lock.error());
  auto core = std::make_shared<Core>(std::move(options), std::move(*lock), clock, random, std::move(post));
  core->start();
  return std::unique_ptr<SqliteLog>(new SqliteLog(std::move(core)));
}

SqliteLog::SqliteLog(std::shared_ptr<Core> core) : core_(std::move(core)) {}
SqliteLog::~SqliteLog() { core_->stop(); }

void SqliteLog::create(const MeetingId& meeting, std::function<void(Result<void, Errc>)> done) {
  core_->writer_of(meeting).run([core = core_.get(), meeting, epoch = core_->new_epoch(), done = std::move(done)](Writer::Files& files) {
    core->later([done, made = files.make(meeting, epoch)](Core&) { done(made); });
  });
}

void SqliteLog::meetings(std::function<void(Result<std::vector<MeetingId>, Errc>)> done) {
  core_->writer_of(MeetingId()).run([core = core_.get(), done = std::move(done)](Writer::Files& files) {
    core->later([done, names = files.names()](Core&) { done(names); });
  });
}

void SqliteLog::append(const MeetingId& meeting, Draft draft, Done done) { core_->append(meeting, std::move(draft), std::move(done)); }

std::unique_ptr<Subscription> SqliteLog::follow(const MeetingId& meeting, Sequence after, Next next) {
  auto follower = std::make_shared<Follower>(Follower{meeting, after, std::move(next)});
  core_->add(follower);
  return std::make_unique<SqliteSubscription>(std::move(follower));
}

void SqliteLog::keep(const MeetingId& meeting, Snapshot snapshot) {
  core_->ask<void>(meeting, [snapshot = std::move(snapshot)](MeetingFile& file) { return file.keep(snapshot); }, [](auto) {});
}

void SqliteLog::newest(const MeetingId& meeting, Sequence at_most,
                       std::function<void(Result<std::optional<Snapshot>, Errc>)> done) {
  core_->ask<std::optional<Snapshot>>(meeting, [at_most](MeetingFile& file) { return file.newest(at_most); }, std::move(done));
}

void SqliteLog::copy_to(const MeetingId& meeting, std::filesystem::path path, std::function<void(Result<void, Errc>)> done) {
  core_->ask<void>(meeting, [path = std::move(path)](MeetingFile& file) { return file.copy_to(path); }, std::move(done));
}

}  // namespace atelier::timeline
