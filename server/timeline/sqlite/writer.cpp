#include "timeline/sqlite/writer.hpp"

#include <iterator>
#include <system_error>
#include <utility>

#include "timeline/limits.hpp"
#include "timeline/rules.hpp"
#include "timeline/sqlite/limits.hpp"

namespace atelier::timeline {

Result<MeetingFile*, Errc> Writer::Files::find(const MeetingId& meeting) {
  if (const auto lost = lost_.find(meeting); lost != lost_.end()) return std::unexpected(lost->second);
  if (const auto found = open_.find(meeting); found != open_.end()) return found->second.get();
  std::error_code error;
  const auto path = file_of(options_.directory, meeting);
  if (!well_named(meeting) || !std::filesystem::exists(path, error)) return std::unexpected(Errc::unknown_meeting);
  auto file = MeetingFile::open(path, options_.vfs);
  if (file && (*file)->meeting() != meeting)
    file = std::unexpected(Trouble{Errc::corrupt, false, path.string() + ": is the file of meeting " +
                                                             (*file)->meeting().value() + "; give it its name back"});
  if (!file) return std::unexpected(failed(meeting, file.error()));
  return open_.emplace(meeting, std::move(*file)).first->second.get();
}

Result<void, Errc> Writer::Files::make(const MeetingId& meeting, const Bytes& epoch) {
  if (!well_named(meeting)) return std::unexpected(Errc::unknown_meeting);
  const auto made = MeetingFile::make(file_of(options_.directory, meeting), meeting, epoch, options_.vfs);
  if (made) return {};
  if (made.error().code == Errc::meeting_exists) return std::unexpected(Errc::meeting_exists);
  return std::unexpected(failed(meeting, made.error()));
}

std::vector<MeetingId> Writer::Files::names() const {
  std::set<MeetingId> names;
  std::error_code error;
  for (std::filesystem::directory_iterator file(options_.directory, error), end; !error && file != end; file.increment(error)) {
    const MeetingId name(file->path().stem().string());
    if (file->path().extension() == ".atelier" && well_named(name)) names.insert(name);
  }
  return {names.begin(), names.end()};
}

Errc Writer::Files::failed(const MeetingId& meeting, const Trouble& trouble) {
  if (trouble.fatal) {
    lost_.emplace(meeting, Errc::unavailable);
    ports_.fatal(trouble);
  } else {
    if (trouble.code == Errc::corrupt) lost_.emplace(meeting, Errc::corrupt);
    ports_.trouble(trouble);
  }
  return trouble.code;
}

void Writer::Files::tidy_up(bool idle) {
  for (auto& [meeting, file] : open_) {
    if (lost_.contains(meeting)) continue;
    Tried<void> done;
    if ((idle && file->unsettled()) || file->wal_pages() > wal_pages_max) {
      done = file->checkpoint();
    } else if (file->unmarked() >= mark_entries) {
      done = file->raise_mark();
    }
    if (!done) failed(meeting, done.error());
  }
}

Writer::Writer(Options options, Ports ports)
    : ports_(ports), files_(std::move(options), std::move(ports)), thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  awake_.notify_one();
  thread_.join();
}

void Writer::append(MeetingId meeting, Unplaced entry, EventLog::Done done) {
  put(Append{std::move(meeting), std::move(entry), std::move(done)});
}

void Writer::run(Task task) { put(std::move(task)); }

void Writer::put(Job job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  awake_.notify_one();
}

/// All that waits; nothing after a while without work, or when it is time to stop.
std::deque<Writer::Job> Writer::take() {
  std::unique_lock lock(mutex_);
  awake_.wait_for(lock, idle_before_checkpoint, [this] { return stopping_ || !jobs_.empty(); });
  return std::exchange(jobs_, {});
}

void Writer::work() {
  for (;;) {
    auto jobs = take();
    const bool idle = jobs.empty();
    std::map<MeetingId, Batch> waiting;
    const auto commit_all = [&] {
      for (auto& [meeting, batch] : std::exchange(waiting, {})) commit(meeting, std::move(batch));
    };
    for (Job& job : jobs) {
      if (auto* append = std::get_if<Append>(&job)) {
        Batch& batch = waiting[append->meeting];
        batch.entries.push_back(std::move(append->entry));
        batch.dones.push_back(std::move(append->done));
      } else {
        commit_all();
        std::get<Task>(job)(files_);
      }
    }
    commit_all();
    files_.tidy_up(idle);
    if (const std::lock_guard lock(mutex_); stopping_ && jobs_.empty()) return;
  }
}

/// Cuts `batch` into transactions.
void Writer::commit(const MeetingId& meeting, Batch batch) {
  auto done = std::make_move_iterator(batch.dones.begin());
  for (std::size_t from = 0; from < batch.entries.size();) {
    std::size_t to = from, bytes = 0;
    do bytes += batch.entries[to++].body.size();
    while (to < batch.entries.size() && to - from < commit_entries_max && bytes + batch.entries[to].body.size() <= commit_bytes_max);
    const auto count = static_cast<std::ptrdiff_t>(to - from);
    commit_part(meeting, std::span(batch.entries).subspan(from, to - from), {done, done + count});
    done += count;
    from = to;
  }
}

void Writer::commit_part(const MeetingId& meeting, std::span<const Unplaced> part, std::vector<EventLog::Done> dones) {
  const auto file = files_.find(meeting);
  if (!file) return ports_.committed(meeting, std::unexpected(file.error()), std::move(dones));
  auto stored = (*file)->append(part);
  if (stored) return ports_.committed(meeting, std::move(*stored), std::move(dones));
  ports_.committed(meeting, std::unexpected(files_.failed(meeting, stored.error())), std::move(dones));
}

}  // namespace atelier::timeline
