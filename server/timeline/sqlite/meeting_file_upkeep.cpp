// What keeps a meeting's file in order: snapshots, the mark, checkpoints, copies.
#include <sqlite3.h>

#include <system_error>

#include "timeline/limits.hpp"
#include "timeline/rules.hpp"
#include "timeline/sqlite/files.hpp"
#include "timeline/sqlite/meeting_file.hpp"

namespace atelier::timeline {

Tried<void> MeetingFile::keep(const Snapshot& snapshot) {
  if (snapshot.seq > head() || snapshot.state.size() > snapshot_bytes_max || snapshot.chain.size() != chain_bytes) return {};
  auto insert = database_.prepare("INSERT OR REPLACE INTO snapshots VALUES(?, ?)");
  if (!insert) return std::unexpected(insert.error());
  const Bytes packed = pack(snapshot);
  insert->bind(1, static_cast<std::int64_t>(snapshot.seq.value()));
  insert->bind(2, BytesView(packed));
  if (const auto row = insert->step(); !row) return std::unexpected(row.error());
  insert->reset();
  unsettled_ = true;
  return drop_surplus_snapshots();
}

Tried<void> MeetingFile::drop_surplus_snapshots() {
  std::vector<Sequence> kept;
  auto select = database_.prepare("SELECT seq FROM snapshots ORDER BY seq");
  if (!select) return std::unexpected(select.error());
  for (auto row = select->step(); !row || *row; row = select->step()) {
    if (!row) return std::unexpected(row.error());
    kept.emplace_back(static_cast<std::uint64_t>(select->number(0)));
  }
  select->reset();
  auto drop = database_.prepare("DELETE FROM snapshots WHERE seq = ?");
  if (!drop) return std::unexpected(drop.error());
  for (const Sequence seq : surplus_snapshots(kept)) {
    drop->reset();
    drop->bind(1, static_cast<std::int64_t>(seq.value()));
    if (const auto row = drop->step(); !row) return std::unexpected(row.error());
  }
  return {};
}

Tried<std::optional<Snapshot>> MeetingFile::newest(Sequence at_most) {
  auto select = database_.prepare("SELECT packed FROM snapshots WHERE seq <= ? ORDER BY seq DESC");
  if (!select) return std::unexpected(select.error());
  select->bind(1, static_cast<std::int64_t>(std::min(at_most, head()).value()));
  for (auto row = select->step(); !row || *row; row = select->step()) {
    if (!row) return std::unexpected(row.error());
    if (auto snapshot = unpack_snapshot(select->blob(0))) return std::move(*snapshot);
  }
  return std::nullopt;
}

std::uint64_t MeetingFile::unmarked() const {
  return head().value() - (mark_ && mark_->value() ? mark_->value()->seq.value() : 0);
}

Tried<void> MeetingFile::raise_mark() {
  if (!mark_ || head() == Sequence(0)) return {};
  return mark_->raise({epoch_at(head()), head(), chain_.value()});
}

Tried<void> MeetingFile::checkpoint() {
  // The mark first: it then covers every entry that leaves the checksummed WAL for the file, which has no checksums.
  const auto marked = raise_mark();
  if (!marked && marked.error().fatal) return marked;
  const int code = sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(database_.trouble(code, "checkpoint"));
  wal_pages_ = 0;
  unsettled_ = false;
  return {};
}

Tried<void> MeetingFile::copy_to(const std::filesystem::path& path) {
  std::error_code error;
  const auto unfinished = std::filesystem::path(path) += ".new";
  std::filesystem::remove(unfinished, error);
  {
    auto copy = Database::open(unfinished, Database::Mode::create);
    if (!copy) return std::unexpected(copy.error());
    sqlite3_backup* backup = sqlite3_backup_init(copy->get(), "main", database_.get(), "main");
    if (backup == nullptr) return std::unexpected(copy->trouble(sqlite3_errcode(copy->get()), "copy"));
    const int code = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) {
      Trouble trouble = copy->trouble(code, "copy");
      trouble.fatal = false;  // The copy's trouble, not the meeting's.
      return std::unexpected(trouble);
    }
    if (const auto mode = copy->text("PRAGMA journal_mode=DELETE"); !mode) return std::unexpected(mode.error());
  }
  std::filesystem::rename(unfinished, path, error);
  if (error) return std::unexpected(system_trouble(path, "rename", error.value()));
  return sync_directory(path.parent_path().empty() ? "." : path.parent_path());
}

}  // namespace atelier::timeline
