#include "outcome/history.hpp"

#include <algorithm>
#include <utility>

namespace atelier::outcome {

MemoryHistory::MemoryHistory(std::vector<timeline::Entry> entries, std::vector<timeline::Snapshot> snapshots)
    : entries_(std::move(entries)), snapshots_(std::move(snapshots)) {}

Result<std::vector<timeline::Entry>, timeline::Errc> MemoryHistory::entries(Sequence after, std::size_t at_most) {
  const auto first = std::ranges::upper_bound(entries_, after, {}, &timeline::Entry::seq);
  const auto count = std::min(at_most, static_cast<std::size_t>(entries_.end() - first));
  return std::vector<timeline::Entry>(first, first + static_cast<std::ptrdiff_t>(count));
}

Result<std::optional<timeline::Snapshot>, timeline::Errc> MemoryHistory::snapshot(Sequence at_most) {
  const auto behind = std::ranges::upper_bound(snapshots_, at_most, {}, &timeline::Snapshot::seq);
  if (behind == snapshots_.begin()) return std::nullopt;
  return *std::prev(behind);
}

Result<Sequence, timeline::Errc> MemoryHistory::last() {
  return entries_.empty() ? Sequence{0} : entries_.back().seq;
}

}  // namespace atelier::outcome
