#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "timeline/event_log.hpp"

namespace atelier::outcome {

/// The stored past of one meeting, read page by page: a meeting's file, a live log, a test's vector. Calls may block.
class History {
 public:
  virtual ~History() = default;
  /// At most `at_most` entries after `after`, in order without a hole; empty at the end.
  virtual Result<std::vector<timeline::Entry>, timeline::Errc> entries(Sequence after, std::size_t at_most) = 0;
  /// The newest kept snapshot at or before `at_most`, if there is one.
  virtual Result<std::optional<timeline::Snapshot>, timeline::Errc> snapshot(Sequence at_most) = 0;
  /// The place of the last entry; 0 if there is none.
  virtual Result<Sequence, timeline::Errc> last() = 0;
};

/// A history in memory; also what tests use.
class MemoryHistory final : public History {
 public:
  explicit MemoryHistory(std::vector<timeline::Entry> entries, std::vector<timeline::Snapshot> snapshots = {});
  Result<std::vector<timeline::Entry>, timeline::Errc> entries(Sequence after, std::size_t at_most) override;
  Result<std::optional<timeline::Snapshot>, timeline::Errc> snapshot(Sequence at_most) override;
  Result<Sequence, timeline::Errc> last() override;

 private:
  std::vector<timeline::Entry> entries_;      ///< from 1
  std::vector<timeline::Snapshot> snapshots_;  ///< ascending
};

}  // namespace atelier::outcome
