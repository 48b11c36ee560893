#pragma once

#include <utility>

#include "outcome/history.hpp"
#include "timeline/sqlite/file_reader.hpp"

namespace atelier::outcome {

/// A meeting's file as a history, for replay and verification. The reader has checked the whole file when it opened it, and
/// checks every entry again when it gives it. Blocks.
class FileHistory final : public History {
 public:
  explicit FileHistory(timeline::FileReader reader) : reader_(std::move(reader)) {}
  Result<std::vector<timeline::Entry>, timeline::Errc> entries(Sequence after, std::size_t at_most) override;
  Result<std::optional<timeline::Snapshot>, timeline::Errc> snapshot(Sequence at_most) override;
  Result<Sequence, timeline::Errc> last() override { return reader_.head(); }

  const timeline::FileReader& reader() const { return reader_; }

 private:
  timeline::FileReader reader_;
};

}  // namespace atelier::outcome
