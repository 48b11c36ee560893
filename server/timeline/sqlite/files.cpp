#include "timeline/sqlite/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace atelier::timeline {
namespace {

constexpr const char* lock_name = ".lock";

}  // namespace

Trouble system_trouble(const std::filesystem::path& path, const std::string& tried, int number) {
  const bool full = number == ENOSPC || number == EDQUOT;
  return {full ? Errc::full : Errc::unavailable, number == EIO, path.string() + ": " + tried + ": " + std::strerror(number)};
}

Tried<void> sync_directory(const std::filesystem::path& directory) {
  const int file = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return std::unexpected(system_trouble(directory, "open", errno));
  const int code = fsync(file);
  const int number = errno;
  close(file);
  if (code != 0) return std::unexpected(system_trouble(directory, "fsync", number));
  return {};
}

Tried<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory) {
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return std::unexpected(system_trouble(directory, "make the directory", errno));
  const int file = open((directory / lock_name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return std::unexpected(system_trouble(directory / lock_name, "open", errno));
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    const int number = errno;
    close(file);
    if (number != EWOULDBLOCK) return std::unexpected(system_trouble(directory / lock_name, "lock", number));
    return std::unexpected(Trouble{Errc::unavailable, false,
                                   directory.string() + ": another server uses this directory; stop it, or give this one "
                                                        "a directory of its own"});
  }
  return DirectoryLock(file);
}

bool DirectoryLock::held(const std::filesystem::path& directory) {
  const int file = open((directory / lock_name).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool held = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(file);
  return held;
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (file_ >= 0) close(file_);
}

Tried<TemporaryDirectory> TemporaryDirectory::make() {
  std::error_code error;
  const auto base = std::filesystem::temp_directory_path(error);
  std::string name = (base / "atelier-XXXXXX").string();
  if (error || mkdtemp(name.data()) == nullptr)
    return std::unexpected(system_trouble(base, "make a temporary directory", error ? error.value() : errno));
  return TemporaryDirectory(name);
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryDirectory& TemporaryDirectory::operator=(TemporaryDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace atelier::timeline
