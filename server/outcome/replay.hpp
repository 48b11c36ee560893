#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "meeting/meeting.hpp"
#include "outcome/history.hpp"

namespace atelier::outcome {

/// Why a past cannot be shown.
enum class Errc {
  unreadable = 1,   ///< The history could not be read, or what was read is damaged.
  unknown_record,   ///< A newer version wrote it, or it is damaged; the fold stops before it.
  no_meeting,       ///< The history is empty.
};

/// What a seek changed, for a viewer that saw the moment before it.
struct Moved {
  bool jumped = false;  ///< Backwards or far: look at everything again. Else only what follows changed.
  std::vector<meeting::Dirty> dirty;      ///< sorted, without doubles
  std::vector<meeting::TextChange> texts;  ///< in order; accepted updates as received
};

/// A cursor over a meeting's past. `meeting()` is the state as it was at the moment last sought. Not copyable; one thread.
/// A seek folds from the nearest state it can find (where it stands, a kept snapshot, a checkpoint of its own in memory).
class Replay {
 public:
  /// `history` must outlive the replay.
  explicit Replay(History& history);
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// To the last record at or before `at_ms` milliseconds of meeting time (Meeting::origin_ms()); -1 is the end. Before
  /// the first record it stands after the first one: a meeting exists from its creation. After an error it stands at some
  /// record that it could reach.
  Result<Moved, Errc> seek(std::int64_t at_ms);
  /// To the record `seq`, or the last one if there are fewer. At least 1.
  Result<Moved, Errc> seek_record(Sequence seq);

  const meeting::Meeting& meeting() const { return meeting_; }
  /// Meeting time of the record it stands at, and of the last one.
  std::int64_t at_ms() const { return meeting_.time_ms() - origin_ms_; }
  Result<std::int64_t, Errc> end_ms();

 private:
  Result<void, Errc> learn_origin();
  Result<Sequence, Errc> record_at(std::int64_t time_ms);
  Result<std::int64_t, Errc> time_of(Sequence seq);
  Result<meeting::Meeting, Errc> nearest(Sequence target);
  void remember(const meeting::Meeting& meeting);

  History& history_;
  meeting::Meeting meeting_;
  std::int64_t origin_ms_ = 0;
  bool origin_known_ = false;
  bool shown_ = false;  ///< somebody has sought
  std::map<std::uint64_t, Bytes> checkpoints_;  ///< seq -> Meeting::snapshot(), for stretches without a kept snapshot
};

}  // namespace atelier::outcome
