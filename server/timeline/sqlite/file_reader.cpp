#include "timeline/sqlite/file_reader.hpp"

#include <system_error>
#include <utility>

namespace atelier::timeline {
namespace {

/// Says `original` where a message says `copy`.
Trouble about(Trouble trouble, const std::filesystem::path& copy, const std::filesystem::path& original) {
  for (std::size_t at; (at = trouble.message.find(copy.string())) != std::string::npos;)
    trouble.message.replace(at, copy.string().size(), original.string());
  return trouble;
}

Tried<void> copy_aside(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::copy_file(from, to, error);
  if (error) return std::unexpected(system_trouble(from, "copy to a temporary directory", error.value()));
  return {};
}

}  // namespace

Tried<FileReader> FileReader::open(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    return std::unexpected(Trouble{Errc::unknown_meeting, false, path.string() + ": no such file"});
  const auto directory = path.parent_path().empty() ? std::filesystem::path(".") : path.parent_path();
  if (DirectoryLock::held(directory))
    return std::unexpected(Trouble{Errc::unavailable, false,
                                   path.string() + ": a running server uses this directory; get a copy from it "
                                                   "(GET /api/meeting/ID/file), or stop it"});
  auto copy = TemporaryDirectory::make();
  if (!copy) return std::unexpected(copy.error());
  const auto inside = copy->path() / "meeting.atelier";
  if (const auto done = copy_aside(path, inside); !done) return std::unexpected(done.error());
  const std::pair<std::filesystem::path, std::filesystem::path> companions[] = {
      {std::filesystem::path(path) += "-wal", std::filesystem::path(inside) += "-wal"}, {mark_of(path), mark_of(inside)}};
  for (const auto& [from, to] : companions)
    if (std::filesystem::exists(from, error))
      if (const auto done = copy_aside(from, to); !done) return std::unexpected(done.error());
  auto file = MeetingFile::open(inside);
  if (!file) return std::unexpected(about(file.error(), inside, path));
  return FileReader(std::move(*copy), std::move(*file));
}

}  // namespace atelier::timeline
