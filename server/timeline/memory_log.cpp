#include "timeline/memory_log.hpp"

#include <algorithm>
#include <utility>

#include "timeline/limits.hpp"
#include "timeline/rules.hpp"

namespace atelier::timeline {

struct MemoryStore::Follower {
  const void* owner;
  MeetingId meeting;
  Sequence last;
  EventLog::Next next;
  Post post;
  bool ended = false;
};

namespace {

template <class Follower>
class MemorySubscription final : public Subscription {
 public:
  explicit MemorySubscription(std::shared_ptr<Follower> follower) : follower_(std::move(follower)) {}
  ~MemorySubscription() override { follower_->ended = true; }

 private:
  std::shared_ptr<Follower> follower_;
};

}  // namespace

MemoryLog::MemoryLog(std::shared_ptr<MemoryStore> store, const Clock& clock, Post post)
    : store_(std::move(store)), clock_(clock), post_(std::move(post)), alive_(std::make_shared<Alive>()) {}

MemoryLog::~MemoryLog() {
  for (auto& [id, meeting] : store_->meetings_)
    for (const auto& weak : meeting.followers)
      if (const auto follower = weak.lock(); follower && follower->owner == this) follower->ended = true;
}

/// Runs `task` on the owner's thread, unless the log is gone by then.
void MemoryLog::later(std::function<void()> task) {
  post_([alive = std::weak_ptr(alive_), task = std::move(task)] {
    if (!alive.expired()) task();
  });
}

void MemoryLog::create(const MeetingId& meeting, std::function<void(Result<void, Errc>)> done) {
  Result<void, Errc> made;
  if (!well_named(meeting)) {
    made = std::unexpected(Errc::unknown_meeting);
  } else if (!store_->meetings_.try_emplace(meeting).second) {
    made = std::unexpected(Errc::meeting_exists);
  }
  later([done = std::move(done), made] { done(made); });
}

void MemoryLog::meetings(std::function<void(Result<std::vector<MeetingId>, Errc>)> done) {
  std::vector<MeetingId> names;
  for (const auto& [id, meeting] : store_->meetings_) names.push_back(id);
  later([done = std::move(done), names = std::move(names)] { done(names); });
}

void MemoryLog::append(const MeetingId& meeting, Draft draft, Done done) {
  Result<void, Errc> checked = storable(draft);
  if (!store_->meetings_.contains(meeting)) checked = std::unexpected(Errc::unknown_meeting);
  if (checked && waiting_.size() >= waiting_entries_max) checked = std::unexpected(Errc::full);
  if (!checked) {
    later([done = std::move(done), error = checked.error()] { done(std::unexpected(error)); });
    return;
  }
  waiting_.push_back({meeting, std::move(draft), clock_.wall().count(), std::move(done)});
  if (held_ || scheduled_) return;
  scheduled_ = true;
  later([this] {
    scheduled_ = false;
    if (!held_) step(waiting_.size());
  });
}

void MemoryLog::hold() { held_ = true; }

void MemoryLog::step(std::size_t count) {
  for (; count > 0 && !waiting_.empty(); --count) {
    Waiting oldest = std::move(waiting_.front());
    waiting_.pop_front();
    commit(std::move(oldest));
  }
}

void MemoryLog::resume() {
  held_ = false;
  step(waiting_.size());
}

std::size_t MemoryLog::waiting() const { return waiting_.size(); }

void MemoryLog::fail_next(std::size_t count, Errc error, Fate fate) {
  failures_.insert(failures_.end(), count, Failure{error, fate});
}

void MemoryLog::commit(Waiting waiting) {
  std::optional<Errc> error;
  bool stored = true;
  if (!failures_.empty()) {
    error = failures_.front().error;
    stored = failures_.front().fate == Fate::stored;
    failures_.pop_front();
  }
  if (stored) store(waiting);
  const Sequence seq(store_->meetings_[waiting.meeting].entries.size());
  later([done = std::move(waiting.done), seq, error] {
    if (error) {
      done(std::unexpected(*error));
    } else {
      done(seq);
    }
  });
  if (stored) wake(waiting.meeting);
}

void MemoryLog::store(const Waiting& waiting) {
  auto& entries = store_->meetings_[waiting.meeting].entries;
  const std::int64_t wanted = waiting.draft.time_ms.value_or(waiting.now_ms);
  const std::int64_t time_ms = entries.empty() ? wanted : std::max(wanted, entries.back().time_ms);
  entries.push_back({Sequence(entries.size() + 1), time_ms, store_->epoch_, waiting.draft.body});
}

void MemoryLog::wake(const MeetingId& meeting) {
  auto& followers = store_->meetings_[meeting].followers;
  std::erase_if(followers, [](const auto& weak) { return weak.expired(); });
  for (const auto& weak : followers)
    if (const auto follower = weak.lock())
      follower->post([store = store_, follower] { pump(store, follower); });
}

std::unique_ptr<Subscription> MemoryLog::follow(const MeetingId& meeting, Sequence after, Next next) {
  auto follower = std::make_shared<Follower>(Follower{this, meeting, after, std::move(next), post_});
  const auto found = store_->meetings_.find(meeting);
  std::optional<Errc> error;
  if (found == store_->meetings_.end()) {
    error = Errc::unknown_meeting;
  } else if (after.value() > found->second.entries.size()) {
    error = Errc::corrupt;
  }
  if (error) {
    later([follower, error] {
      if (!std::exchange(follower->ended, true)) follower->next(std::unexpected(*error));
    });
  } else {
    found->second.followers.push_back(follower);
    post_([store = store_, follower] { pump(store, follower); });
  }
  return std::make_unique<MemorySubscription<Follower>>(std::move(follower));
}

/// Gives `follower` its next page, and comes again if there is more.
void MemoryLog::pump(const std::shared_ptr<MemoryStore>& store, const std::shared_ptr<Follower>& follower) {
  const auto& entries = store->meetings_[follower->meeting].entries;
  if (follower->ended || follower->last.value() >= entries.size()) return;
  std::vector<Entry> page;
  std::size_t bytes = 0;
  for (std::size_t at = follower->last.value(); at < entries.size() && page.size() < page_entries_max; ++at) {
    bytes += entries[at].body.size();
    if (!page.empty() && bytes > page_bytes_max) break;
    page.push_back(entries[at]);
  }
  follower->last = page.back().seq;
  if (follower->last.value() < entries.size())
    follower->post([store, follower] { pump(store, follower); });
  follower->next(std::move(page));
}

void MemoryLog::break_followers(const MeetingId& meeting, Errc error) {
  for (const auto& weak : store_->meetings_[meeting].followers) {
    const auto follower = weak.lock();
    if (!follower || follower->owner != this) continue;
    later([follower, error] {
      if (!std::exchange(follower->ended, true)) follower->next(std::unexpected(error));
    });
  }
}

void MemoryLog::keep(const MeetingId& meeting, Snapshot snapshot) {
  const auto found = store_->meetings_.find(meeting);
  if (found == store_->meetings_.end() || snapshot.state.size() > snapshot_bytes_max ||
      snapshot.seq.value() > found->second.entries.size())
    return;
  auto& kept = found->second.snapshots;
  const Sequence seq = snapshot.seq;
  kept.insert_or_assign(seq, std::move(snapshot));
  std::vector<Sequence> places;
  for (const auto& [place, one] : kept) places.push_back(place);
  for (const Sequence place : surplus_snapshots(places)) kept.erase(place);
}

void MemoryLog::newest(const MeetingId& meeting, Sequence at_most,
                       std::function<void(Result<std::optional<Snapshot>, Errc>)> done) {
  const auto found = store_->meetings_.find(meeting);
  Result<std::optional<Snapshot>, Errc> answer;
  if (found == store_->meetings_.end()) {
    answer = std::unexpected(Errc::unknown_meeting);
  } else if (auto next = found->second.snapshots.upper_bound(at_most); next != found->second.snapshots.begin()) {
    answer = std::prev(next)->second;
  }
  later([done = std::move(done), answer = std::move(answer)] { done(answer); });
}

}  // namespace atelier::timeline
