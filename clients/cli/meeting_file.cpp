#include "meeting_file.hpp"

namespace atelier::cli {

Result<outcome::FileHistory, FileTrouble> open_meeting_file(const std::string& path) {
  auto reader = timeline::FileReader::open(path);
  if (reader) return outcome::FileHistory(std::move(*reader));
  const timeline::Trouble& trouble = reader.error();
  const bool damaged = trouble.code == timeline::Errc::corrupt;
  std::string why = trouble.message;
  if (damaged) why += "; take another copy of the meeting, and keep this one";
  if (trouble.code == timeline::Errc::unknown_meeting)
    why += "; give a meeting's file (DIR/meetings/ID.atelier, or a copy from the server)";
  return std::unexpected(FileTrouble{damaged, std::move(why)});
}

}  // namespace atelier::cli
