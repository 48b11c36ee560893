#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "timeline/chain.hpp"
#include "timeline/event_log.hpp"
#include "timeline/sqlite/database.hpp"
#include "timeline/sqlite/mark.hpp"

namespace atelier::timeline {

/// What a meeting's files are called in `directory`.
std::filesystem::path file_of(const std::filesystem::path& directory, const MeetingId& meeting);
/// The mark beside the meeting's file `path`.
std::filesystem::path mark_of(const std::filesystem::path& path);

/// An entry that has no place yet.
struct Unplaced {
  Bytes body;
  std::int64_t time_ms = 0;  ///< stored is max(this, the last entry's)
};

/// One meeting's SQLite file through its only connection: all writes, all reads, all checkpoints. Blocks; one thread.
///
/// WAL, synchronous=FULL: what append() returned is on the disk. Every row carries the chain's value up to it, and every
/// row that is read is checked against it: a damaged entry is never given out, and the message names its place.
class MeetingFile {
 public:
  /// Makes an empty log under a name that does not exist yet; a crash leaves the whole file or none.
  static Tried<void> make(const std::filesystem::path& path, const MeetingId& meeting, const Bytes& epoch,
                          const std::string& vfs = {});
  /// Reads and checks the whole log: `corrupt` if an entry was changed or is missing, also at the end (the mark knows).
  static Tried<std::unique_ptr<MeetingFile>> open(const std::filesystem::path& path, const std::string& vfs = {});
  /// Brings the WAL into the file.
  ~MeetingFile();

  const MeetingId& meeting() const { return meeting_; }
  Sequence head() const { return chain_.seq(); }
  const Bytes& chain() const { return chain_.value(); }

  /// Stores all or nothing, in one transaction; gives them as stored. A failure that is not fatal changes nothing.
  Tried<std::vector<Entry>> append(std::span<const Unplaced> batch);
  /// One page, of at most `entries_max` and page_entries_max entries, of what comes after `after`; empty at the end.
  Tried<std::vector<Entry>> read(Sequence after, std::size_t entries_max = SIZE_MAX);
  Tried<void> keep(const Snapshot& snapshot);
  /// Damaged snapshots count as missing.
  Tried<std::optional<Snapshot>> newest(Sequence at_most);

  /// Brings the mark up to the head.
  Tried<void> raise_mark();
  /// The mark, then what of the WAL can be had without waiting, into the file.
  Tried<void> checkpoint();
  int wal_pages() const { return wal_pages_; }
  /// Entries that the mark does not know of yet.
  std::uint64_t unmarked() const;
  bool unsettled() const { return unsettled_; }  ///< something was written since the last checkpoint

  /// A consistent copy that needs no other file beside it, whole or not at all; replaces `path`.
  Tried<void> copy_to(const std::filesystem::path& path);

 private:
  MeetingFile(std::filesystem::path path, Database database) : path_(std::move(path)), database_(std::move(database)) {}
  Tried<void> prepare_connection();
  Tried<void> load_meta();
  Tried<void> check_everything();
  Tried<void> check_mark(const HighWater& mark, const std::optional<Bytes>& chain_there) const;
  Tried<void> insert(const Entry& entry, const Bytes& chain);
  Tried<void> drop_surplus_snapshots();
  const Bytes& epoch_at(Sequence seq) const;
  Tried<Chain> chain_at(Sequence seq);
  /// One page of what comes after `chain`, which is led along and compared.
  Tried<std::vector<Entry>> read_on(Chain& chain, std::size_t entries_max);
  Trouble corrupt(const std::string& what) const;
  /// Ends the transaction without a trace and gives `because` back.
  Trouble undo(Trouble because);

  std::filesystem::path path_;
  Database database_;
  std::optional<Statement> begin_, commit_, insert_, read_, chain_at_;
  std::optional<Mark> mark_;
  MeetingId meeting_;
  std::vector<std::pair<Sequence, Bytes>> epochs_;  ///< each from its first entry on
  Chain chain_;
  std::int64_t time_ms_ = 0;
  int wal_pages_ = 0;
  bool unsettled_ = false;
  bool checked_ = false;  ///< only then may anything be written
};

}  // namespace atelier::timeline
