#include "outcome/file/file_history.hpp"

namespace atelier::outcome {

Result<std::vector<timeline::Entry>, timeline::Errc> FileHistory::entries(Sequence after, std::size_t at_most) {
  auto page = reader_.read(after, at_most);
  if (!page) return std::unexpected(page.error().code);
  return std::move(*page);
}

Result<std::optional<timeline::Snapshot>, timeline::Errc> FileHistory::snapshot(Sequence at_most) {
  auto kept = reader_.newest(at_most);
  if (!kept) return std::unexpected(kept.error().code);
  return std::move(*kept);
}

}  // namespace atelier::outcome
