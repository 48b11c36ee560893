#pragma once

#include <filesystem>
#include <string>

#include "timeline/sqlite/database.hpp"

namespace atelier::timeline {

/// What errno `number` says about `path`: full for a full disk; fatal for an I/O error.
Trouble system_trouble(const std::filesystem::path& path, const std::string& tried, int number);

/// Makes names made or changed in `directory` durable.
Tried<void> sync_directory(const std::filesystem::path& directory);

/// A lock on a directory, held as long as the object lives and given up by the kernel when the process ends.
class DirectoryLock {
 public:
  /// Makes the directory (mode 0700) if it is missing. Fails if somebody else, also in this process, holds the lock.
  static Tried<DirectoryLock> take(const std::filesystem::path& directory);
  /// Whether somebody holds it; touches nothing.
  static bool held(const std::filesystem::path& directory);

  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&& other) noexcept;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int file) : file_(file) {}
  int file_ = -1;
};

/// A directory of its own under the system's temporary one, removed with everything in it at the end.
class TemporaryDirectory {
 public:
  static Tried<TemporaryDirectory> make();
  TemporaryDirectory(TemporaryDirectory&& other) noexcept;
  TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept;
  ~TemporaryDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace atelier::timeline
