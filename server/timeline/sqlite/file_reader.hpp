#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "timeline/event_log.hpp"
#include "timeline/sqlite/database.hpp"
#include "timeline/sqlite/files.hpp"
#include "timeline/sqlite/meeting_file.hpp"

namespace atelier::timeline {

/// A meeting's file alone, without a server, for replay and verification. It reads a private copy (the file and its WAL, if a
/// crashed server left one), so that the original is never written to. Blocks.
class FileReader {
 public:
  /// Reads and checks the whole log. Fails with
  ///   unknown_meeting  no such file, or no meeting's file
  ///   unavailable      a running server uses it: ask that server for a copy
  ///   corrupt          an entry was changed or is missing; the message names its place
  static Tried<FileReader> open(const std::filesystem::path& path);

  const MeetingId& meeting() const { return file_->meeting(); }
  Sequence head() const { return file_->head(); }
  /// chain.hpp's value after the last entry: the fingerprint of the whole log.
  const Bytes& chain() const { return file_->chain(); }
  /// One page, of at most `entries_max` and page_entries_max entries, of what comes after `after`; empty at the end.
  Tried<std::vector<Entry>> read(Sequence after, std::size_t entries_max = SIZE_MAX) { return file_->read(after, entries_max); }
  Tried<std::optional<Snapshot>> newest(Sequence at_most) { return file_->newest(at_most); }

 private:
  FileReader(TemporaryDirectory copy, std::unique_ptr<MeetingFile> file) : copy_(std::move(copy)), file_(std::move(file)) {}

  TemporaryDirectory copy_;
  std::unique_ptr<MeetingFile> file_;
};

}  // namespace atelier::timeline
