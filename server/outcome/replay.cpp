#include "outcome/replay.hpp"

#include <algorithm>
#include <utility>

#include "outcome/limits.hpp"

namespace atelier::outcome {

namespace {

Errc from(meeting::Errc error) { return error == meeting::Errc::bad_snapshot ? Errc::unreadable : Errc::unknown_record; }

/// Applies the entries after the meeting's last record up to `target`; `each` sees what every one did.
template <class Each>
Result<void, Errc> fold(History& history, meeting::Meeting& meeting, Sequence target, Each each) {
  while (meeting.seq() < target) {
    const std::uint64_t missing = target.value() - meeting.seq().value();
    const auto page = history.entries(meeting.seq(), std::min<std::uint64_t>(missing, page_entries));
    if (!page || page->empty()) return std::unexpected(Errc::unreadable);
    for (const timeline::Entry& entry : *page) {
      auto applied = meeting.apply({entry.seq, entry.time_ms}, entry.body);
      if (!applied) return std::unexpected(from(applied.error()));
      each(meeting, std::move(*applied));
    }
  }
  return {};
}

void take_over(Moved& moved, meeting::Applied&& applied) {
  moved.dirty.insert(moved.dirty.end(), applied.dirty.begin(), applied.dirty.end());
  std::ranges::move(applied.texts, std::back_inserter(moved.texts));
}

}  // namespace

Replay::Replay(History& history) : history_(history) {}

Result<std::int64_t, Errc> Replay::time_of(Sequence seq) {
  const auto page = history_.entries(Sequence{seq.value() - 1}, 1);
  if (!page || page->empty()) return std::unexpected(Errc::unreadable);
  return page->front().time_ms;
}

/// Time 0 is in the first record of a rehearsal, else in the one that opens the meeting: any later state knows it.
Result<void, Errc> Replay::learn_origin() {
  if (origin_known_) return {};
  const auto last = history_.last();
  if (!last) return std::unexpected(Errc::unreadable);
  if (*last == Sequence{0}) return std::unexpected(Errc::no_meeting);
  auto end = nearest(Sequence{1});
  if (end && !end->rehearsal()) end = nearest(*last);
  if (!end) return std::unexpected(end.error());
  while (end->origin_ms() == 0 && end->seq() < *last)
    if (const auto done = fold(history_, *end, Sequence{end->seq().value() + 1}, [](auto&, auto&&) {}); !done)
      return std::unexpected(done.error());
  origin_ms_ = end->origin_ms();
  if (meeting_.seq() == Sequence{0}) meeting_ = std::move(*end);
  origin_known_ = true;
  return {};
}

/// Binary search: times never go back.
Result<Sequence, Errc> Replay::record_at(std::int64_t time_ms) {
  const auto last = history_.last();
  if (!last) return std::unexpected(Errc::unreadable);
  std::uint64_t low = 1, high = last->value();  // the answer is low if nothing at or before time_ms is found above it
  while (low < high) {
    const std::uint64_t middle = low + (high - low + 1) / 2;
    const auto time = time_of(Sequence{middle});
    if (!time) return std::unexpected(time.error());
    if (*time <= time_ms) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return Sequence{low};
}

/// The newest state at or before `target` that need not be folded from the start: kept in the history, or in memory here.
Result<meeting::Meeting, Errc> Replay::nearest(Sequence target) {
  const auto kept = history_.snapshot(target);
  if (!kept) return std::unexpected(Errc::unreadable);
  const auto behind = checkpoints_.upper_bound(target.value());
  const std::uint64_t own = behind == checkpoints_.begin() ? 0 : std::prev(behind)->first;
  if (*kept && (*kept)->seq.value() >= own) {
    if (auto restored = meeting::Meeting::restore((*kept)->state); restored && restored->seq() == (*kept)->seq)
      return std::move(*restored);
  }
  if (own > 0) {
    if (auto restored = meeting::Meeting::restore(std::prev(behind)->second)) return std::move(*restored);
  }
  meeting::Meeting fresh;
  if (const auto first = fold(history_, fresh, Sequence{1}, [](auto&, auto&&) {}); !first)
    return std::unexpected(first.error());
  return fresh;
}

void Replay::remember(const meeting::Meeting& meeting) {
  if (meeting.seq().value() % checkpoint_entries != 0 || checkpoints_.size() >= checkpoints_max) return;
  if (Bytes& state = checkpoints_[meeting.seq().value()]; state.empty()) state = meeting.snapshot();
}

Result<Moved, Errc> Replay::seek_record(Sequence seq) {
  if (const auto known = learn_origin(); !known) return std::unexpected(known.error());
  const auto last = history_.last();
  if (!last) return std::unexpected(Errc::unreadable);
  const Sequence target = std::clamp(seq, Sequence{1}, *last);
  Moved moved;
  moved.jumped = !std::exchange(shown_, true);  // who looks for the first time has seen nothing
  const bool far = meeting_.seq() > target || target.value() - meeting_.seq().value() > checkpoint_entries;
  if (far) {
    auto start = nearest(target);
    if (!start) return std::unexpected(start.error());
    moved.jumped = true;
    // From where it stands if that is later than every state that was kept.
    if (meeting_.seq() > target || meeting_.seq() < start->seq()) meeting_ = std::move(*start);
  }
  const auto folded = fold(history_, meeting_, target, [&](const meeting::Meeting& at, meeting::Applied&& applied) {
    if (!moved.jumped) take_over(moved, std::move(applied));
    if (far) remember(at);
  });
  if (!folded) return std::unexpected(folded.error());
  std::ranges::sort(moved.dirty);
  const auto doubles = std::ranges::unique(moved.dirty);
  moved.dirty.erase(doubles.begin(), doubles.end());
  return moved;
}

Result<Moved, Errc> Replay::seek(std::int64_t at_ms) {
  if (const auto known = learn_origin(); !known) return std::unexpected(known.error());
  if (at_ms < 0) return seek_record(Sequence{UINT64_MAX});
  const auto seq = record_at(origin_ms_ + at_ms);
  if (!seq) return std::unexpected(seq.error());
  return seek_record(*seq);
}

Result<std::int64_t, Errc> Replay::end_ms() {
  if (const auto known = learn_origin(); !known) return std::unexpected(known.error());
  const auto last = history_.last();
  if (!last) return std::unexpected(Errc::unreadable);
  const auto time = time_of(*last);
  if (!time) return std::unexpected(time.error());
  return *time - origin_ms_;
}

}  // namespace atelier::outcome
