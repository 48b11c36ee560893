#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "timeline/event_log.hpp"
#include "timeline/redis/functions.hpp"
#include "timeline/redis/link.hpp"

namespace atelier::timeline {

struct RedisFollower {
  Sequence last;
  EventLog::Next next;
  bool live = false;     ///< has all that was stored; takes what the feed gives
  bool reading = false;  ///< waits for an answer
  bool ended = false;
};

/// The new entries of one meeting, for all who follow it on this node.
///
/// Entries come by three ways: as messages of the channel, as answers to this node's own appends, and by reading the stream
/// where something is missing. They are given in order, once, and only up to the highest place that is known to be durable:
/// what was read from the stream or answered to an append is (Redis answers after its fsync, and an fsync covers all that was
/// written before); a message is when a command sent after it came has been answered.
class Feed : public std::enable_shared_from_this<Feed> {
 public:
  Feed(const MeetingId& meeting, Link& link) : keys_(meeting), link_(link) {}

  /// Subscribes, then finds out where the log ends; again after each reconnection.
  void open();
  void add(std::shared_ptr<RedisFollower> follower);
  bool unused();
  /// Its followers were told of an error; it gives nothing any more.
  bool broken() const { return broken_; }
  /// Nothing is called from now on.
  void close();

  void received(const Bytes& message);
  /// What this node appended or read, as stored: durable. Their epochs are the feed's.
  void stored(std::vector<Entry> entries);
  /// The highest place that a message told of.
  std::uint64_t told() const { return told_; }
  void durable_up_to(std::uint64_t place);
  /// Looks for what no message told of. True: the subscription seems to be dead.
  bool poll();
  const Bytes& channel() const { return keys_.channel; }

 private:
  void opened(const Reply& meta);
  void take(Entry entry);
  void advance();
  void give(std::vector<Entry> entries);
  void give_to(const std::shared_ptr<RedisFollower>& follower, const std::vector<Entry>& entries);
  void fail_all(Errc error);
  void fail(const std::shared_ptr<RedisFollower>& follower, Errc error);
  void fetch();
  void catch_up(const std::shared_ptr<RedisFollower>& follower);
  /// The entries after `after`; corrupt if they are not those.
  Result<std::vector<Entry>, Errc> parse(const Reply& range, std::uint64_t after) const;
  template <class Task>
  Link::Done later(Task task);
  std::vector<std::shared_ptr<RedisFollower>> followers();

  Keys keys_;
  Link& link_;
  std::vector<std::weak_ptr<RedisFollower>> followers_;
  Bytes epoch_;
  bool open_ = false, known_ = false, fetching_ = false, closed_ = false, broken_ = false;
  std::uint64_t generation_ = 0;  ///< of open()
  std::uint64_t last_ = 0;        ///< given to all who are live
  std::uint64_t durable_ = 0, told_ = 0;
  int silent_polls_ = 0;
  std::map<std::uint64_t, Entry> ahead_;  ///< beyond `last_`
};

/// What the function `append` publishes, as entries; empty if it is something else.
std::vector<Entry> decode_message(BytesView message);

}  // namespace atelier::timeline
