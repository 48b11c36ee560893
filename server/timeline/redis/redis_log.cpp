#include "timeline/redis/redis_log.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <charconv>
#include <cstdio>
#include <deque>
#include <map>
#include <utility>

#include "timeline/limits.hpp"
#include "timeline/redis/feed.hpp"
#include "timeline/redis/functions.hpp"
#include "timeline/redis/link.hpp"
#include "timeline/rules.hpp"

namespace atelier::timeline {
namespace {

namespace asio = boost::asio;
using Found = std::function<void(Result<std::optional<Snapshot>, Errc>)>;

class RedisSubscription final : public Subscription {
 public:
  explicit RedisSubscription(std::shared_ptr<RedisFollower> follower) : follower_(std::move(follower)) {}
  ~RedisSubscription() override { follower_->ended = true; }

 private:
  std::shared_ptr<RedisFollower> follower_;
};

Errc error_of(const Reply& reply) {
  const auto says = [&](const char* word) { return reply.text.find(word) != Bytes::npos; };
  if (reply.kind == Reply::Kind::lost) return Errc::unavailable;
  if (says("UNKNOWN")) return Errc::unknown_meeting;
  if (says("EXISTS")) return Errc::meeting_exists;
  if (says("OOM")) return Errc::full;
  if (says("DAMAGED")) return Errc::corrupt;
  return Errc::unavailable;
}

/// Places as field names that sort as numbers do.
Bytes field_of(Sequence seq) {
  char digits[24];
  return Bytes(digits, static_cast<std::size_t>(std::snprintf(digits, sizeof digits, "%020llu",
                                                               static_cast<unsigned long long>(seq.value()))));
}

std::vector<Sequence> places_of(const Reply& fields) {
  std::vector<Sequence> places;
  for (const Reply& field : fields.list) {
    std::uint64_t place = 0;
    std::from_chars(field.text.data(), field.text.data() + field.text.size(), place);
    places.emplace_back(place);
  }
  std::ranges::sort(places);
  return places;
}

}  // namespace

class RedisLog::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(RedisOptions options, asio::io_context& io, Random& random) : io_(io), options_(std::move(options)), random_(random) {}

  void start() {
    link_ = std::make_unique<Link>(io_, options_, Link::Ports{held(&Core::relinked), held(&Core::poll), held(&Core::received)});
  }
  void stop();
  Link& link() { return *link_; }
  void report(const std::string& what) { options_.report(what); }
  Bytes new_epoch() { return random_.bytes(epoch_bytes); }
  void later(std::function<void()> task) {
    asio::post(io_, [weak = weak_from_this(), task = std::move(task)] {
      if (const auto core = weak.lock(); core && !core->stopped_) task();
    });
  }
  /// `task(core, reply)` while the log lives.
  template <class Task>
  Link::Done then(Task task) {
    return [weak = weak_from_this(), task = std::move(task)](const Reply& reply) {
      if (const auto core = weak.lock(); core && !core->stopped_) task(*core, reply);
    };
  }

  /// A method that keeps this object alive while it runs: a callback in it may destroy the log.
  template <class... Arguments>
  std::function<void(Arguments...)> held(void (Core::*method)(Arguments...)) {
    return [weak = weak_from_this(), method](Arguments... arguments) {
      if (const auto core = weak.lock(); core && !core->stopped_) (core.get()->*method)(arguments...);
    };
  }

  void append(const MeetingId& meeting, Draft draft, Done done);
  void follow(const MeetingId& meeting, std::shared_ptr<RedisFollower> follower);
  void look(const Keys& keys, std::vector<Sequence> places, Found done);

 private:
  struct Waiting {
    Draft draft;
    Done done;
  };
  struct Queue {
    std::deque<Waiting> waiting;
    std::size_t bytes = 0;
    bool busy = false;  ///< a batch is on its way; the next one takes all that comes meanwhile
  };
  void send(const MeetingId& meeting);
  void answered(const MeetingId& meeting, std::vector<Waiting> batch, const Reply& reply);
  void relinked();
  void poll();
  void received(const Bytes& channel, const Bytes& message);
  void confirm();

  asio::io_context& io_;
  RedisOptions options_;
  Random& random_;
  std::unique_ptr<Link> link_;
  std::map<MeetingId, Queue> queues_;
  std::map<Bytes, std::shared_ptr<Feed>> feeds_;  ///< by channel
  bool confirming_ = false, unconfirmed_ = false, stopped_ = false;
};

void RedisLog::Core::stop() {
  stopped_ = true;
  for (const auto& [channel, feed] : feeds_) feed->close();
  link_.reset();
}

void RedisLog::Core::append(const MeetingId& meeting, Draft draft, Done done) {
  Queue& queue = queues_[meeting];
  auto checked = storable(draft);
  if (!well_named(meeting)) checked = std::unexpected(Errc::unknown_meeting);
  if (checked && (queue.waiting.size() >= waiting_entries_max || queue.bytes + draft.body.size() > waiting_bytes_max))
    checked = std::unexpected(Errc::full);
  if (!checked) return later([done = std::move(done), error = checked.error()] { done(std::unexpected(error)); });
  queue.bytes += draft.body.size();
  queue.waiting.push_back({std::move(draft), std::move(done)});
  if (!queue.busy) {
    // Not at once: what is appended in the same turn of the loop goes along.
    queue.busy = true;
    later([this, meeting] { send(meeting); });
  }
}

void RedisLog::Core::send(const MeetingId& meeting) {
  Queue& queue = queues_[meeting];
  if (queue.waiting.empty()) {
    queue.busy = false;
    return;
  }
  const Keys keys(meeting);
  std::vector<Bytes> arguments{"FCALL", "atelier_1_append", "2", keys.log, keys.meta, keys.channel};
  std::vector<Waiting> batch;
  std::size_t bytes = 0;
  do {
    Waiting& next = queue.waiting.front();
    bytes += next.draft.body.size();
    arguments.push_back(next.draft.time_ms ? std::to_string(*next.draft.time_ms) : Bytes());
    arguments.push_back(next.draft.body);
    batch.push_back(std::move(next));
    queue.waiting.pop_front();
  } while (!queue.waiting.empty() && batch.size() < commit_entries_max &&
           bytes + queue.waiting.front().draft.body.size() <= commit_bytes_max);
  queue.bytes -= bytes;
  queue.busy = true;
  link_->write(std::move(arguments), then([meeting, batch = std::move(batch)](Core& core, const Reply& reply) {
                 core.answered(meeting, batch, reply);
               }));
}

void RedisLog::Core::answered(const MeetingId& meeting, std::vector<Waiting> batch, const Reply& reply) {
  std::uint64_t first = 0;
  Errc error = Errc::unavailable;
  if (reply.kind == Reply::Kind::list && reply.list.size() == batch.size() + 1)
    std::from_chars(reply.list[0].text.data(), reply.list[0].text.data() + reply.list[0].text.size(), first);
  else
    error = error_of(reply);
  if (reply.kind == Reply::Kind::error) options_.report("Redis: meeting " + meeting.value() + ": " + reply.text);
  send(meeting);
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < batch.size() && !stopped_; ++i) {
    if (first == 0) {
      batch[i].done(std::unexpected(error));
      continue;
    }
    Entry entry{Sequence(first + i), 0, {}, std::move(batch[i].draft.body)};
    const Bytes& time = reply.list[i + 1].text;
    std::from_chars(time.data(), time.data() + time.size(), entry.time_ms);
    entries.push_back(std::move(entry));
    batch[i].done(entries.back().seq);
  }
  const auto feed = feeds_.find(Keys(meeting).channel);
  if (!stopped_ && feed != feeds_.end()) feed->second->stored(std::move(entries));
}

void RedisLog::Core::follow(const MeetingId& meeting, std::shared_ptr<RedisFollower> follower) {
  auto& feed = feeds_[Keys(meeting).channel];
  const bool fresh = !feed || feed->broken();
  if (fresh) feed = std::make_shared<Feed>(meeting, *link_);
  feed->add(std::move(follower));
  if (fresh) feed->open();
}

void RedisLog::Core::relinked() {
  confirming_ = unconfirmed_ = false;
  for (const auto& [channel, feed] : std::map(feeds_)) feed->open();
}

void RedisLog::Core::poll() {
  bool dead = false;
  for (const auto& [channel, feed] : std::map(feeds_)) {
    if (feed->unused()) {
      feed->close();
      link_->unsubscribe(channel);
      feeds_.erase(channel);
    } else {
      dead = feed->poll() || dead;
    }
  }
  if (dead) link_->restart("the subscription brings nothing any more");
}

void RedisLog::Core::received(const Bytes& channel, const Bytes& message) {
  const auto feed = feeds_.find(channel);
  if (feed == feeds_.end()) return;
  feed->second->received(message);
  unconfirmed_ = true;
  confirm();
}

/// A PING that is answered after the messages came: what they told of has been fsynced. One at a time, for all meetings.
void RedisLog::Core::confirm() {
  if (confirming_ || !unconfirmed_) return;
  confirming_ = true;
  unconfirmed_ = false;
  std::vector<std::pair<std::weak_ptr<Feed>, std::uint64_t>> told;
  for (const auto& [channel, feed] : feeds_) told.emplace_back(feed, feed->told());
  link_->command({"PING"}, then([told = std::move(told)](Core& core, const Reply& reply) {
                   core.confirming_ = false;
                   if (reply.failed()) return;
                   for (const auto& [weak, place] : told)
                     if (const auto feed = weak.lock(); feed && !core.stopped_) feed->durable_up_to(place);
                   if (!core.stopped_) core.confirm();
                 }));
}

/// The newest whole one of the snapshots at `places`, which are ascending.
void RedisLog::Core::look(const Keys& keys, std::vector<Sequence> places, Found done) {
  if (places.empty()) return done(std::nullopt);
  const Sequence place = places.back();
  places.pop_back();
  link_->command({"HGET", keys.snapshots, field_of(place)},
                 then([keys, places = std::move(places), done = std::move(done)](Core& core, const Reply& reply) {
                   if (reply.failed()) return done(std::unexpected(error_of(reply)));
                   if (auto snapshot = unpack_snapshot(reply.text)) return done(std::move(*snapshot));
                   core.look(keys, places, done);
                 }));
}

RedisLog::RedisLog(RedisOptions options, asio::io_context& io, Random& random)
    : core_(std::make_shared<Core>(std::move(options), io, random)) {
  core_->start();
}
RedisLog::~RedisLog() { core_->stop(); }

void RedisLog::create(const MeetingId& meeting, std::function<void(Result<void, Errc>)> done) {
  if (!well_named(meeting)) return core_->later([done = std::move(done)] { done(std::unexpected(Errc::unknown_meeting)); });
  // The name first: a name without a log is left out of the list, a log without a name would never be found.
  core_->link().write(
      {"SADD", meetings_key, meeting.value()}, core_->then([meeting, done = std::move(done)](Core& core, const Reply& named) {
        if (named.failed()) return done(std::unexpected(error_of(named)));
        core.link().write({"FCALL", "atelier_1_create", "1", Keys(meeting).meta, core.new_epoch()},
                          core.then([done](Core&, const Reply& made) {
                            if (made.failed()) return done(std::unexpected(error_of(made)));
                            done({});
                          }));
      }));
}

void RedisLog::meetings(std::function<void(Result<std::vector<MeetingId>, Errc>)> done) {
  core_->link().command({"SMEMBERS", meetings_key}, core_->then([done = std::move(done)](Core& core, const Reply& names) {
    if (names.failed()) return done(std::unexpected(error_of(names)));
    auto found = std::make_shared<std::vector<MeetingId>>();
    if (names.list.empty()) return done(*found);
    for (std::size_t i = 0; i < names.list.size(); ++i) {
      const MeetingId meeting(names.list[i].text);
      const bool last = i + 1 == names.list.size();
      core.link().command({"EXISTS", Keys(meeting).meta}, core.then([done, found, meeting, last](Core&, const Reply& exists) {
        if (exists.number == 1) found->push_back(meeting);
        if (!last) return;
        if (exists.failed()) return done(std::unexpected(error_of(exists)));
        std::ranges::sort(*found);
        done(*found);
      }));
    }
  }));
}

void RedisLog::append(const MeetingId& meeting, Draft draft, Done done) { core_->append(meeting, std::move(draft), std::move(done)); }

std::unique_ptr<Subscription> RedisLog::follow(const MeetingId& meeting, Sequence after, Next next) {
  auto follower = std::make_shared<RedisFollower>(RedisFollower{after, std::move(next)});
  if (well_named(meeting)) {
    core_->follow(meeting, follower);
  } else {
    core_->later([follower] {
      if (!std::exchange(follower->ended, true)) follower->next(std::unexpected(Errc::unknown_meeting));
    });
  }
  return std::make_unique<RedisSubscription>(std::move(follower));
}

void RedisLog::keep(const MeetingId& meeting, Snapshot snapshot) {
  if (!well_named(meeting) || snapshot.state.size() > snapshot_bytes_max || snapshot.chain.size() != chain_bytes) return;
  const Keys keys(meeting);
  core_->link().write({"FCALL", "atelier_1_keep", "2", keys.snapshots, keys.meta, field_of(snapshot.seq), pack(snapshot)},
                      core_->then([keys](Core& core, const Reply& kept) {
                        std::vector<Bytes> drop{"HDEL", keys.snapshots};
                        for (const Sequence place : surplus_snapshots(places_of(kept))) drop.push_back(field_of(place));
                        if (drop.size() > 2) core.link().write(std::move(drop), [](const Reply&) {});
                      }));
}

void RedisLog::newest(const MeetingId& meeting, Sequence at_most,
                      std::function<void(Result<std::optional<Snapshot>, Errc>)> done) {
  const Keys keys(meeting);
  core_->link().command({"EXISTS", keys.meta}, core_->then([keys, at_most, done = std::move(done)](Core& core, const Reply& exists) {
    if (exists.failed()) return done(std::unexpected(error_of(exists)));
    if (exists.number == 0) return done(std::unexpected(Errc::unknown_meeting));
    core.link().command({"HKEYS", keys.snapshots}, core.then([keys, at_most, done](Core& same, const Reply& fields) {
      if (fields.failed()) return done(std::unexpected(error_of(fields)));
      auto places = places_of(fields);
      std::erase_if(places, [at_most](Sequence place) { return place > at_most; });
      same.look(keys, std::move(places), done);
    }));
  }));
}

}  // namespace atelier::timeline
