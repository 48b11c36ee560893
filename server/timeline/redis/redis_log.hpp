#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/ports.hpp"
#include "timeline/event_log.hpp"
#include "timeline/redis/redis_options.hpp"

namespace atelier::timeline {

/// The clustered log: a stream per meeting in Redis 7, shared by any number of nodes. The stream's id is the entry's place;
/// appending and publishing are one step on the server (functions.hpp). What was acknowledged has been fsynced by Redis, and
/// what follow() gives too: with other settings than ops/redis.conf's, appends answer `unavailable` and the operator is told.
/// The sequencer's clock is Redis's.
///
/// A connection that ends comes back by itself; followers then go on without a gap. An append whose answer got lost says
/// `unavailable`: it may have been stored. Followers hear `corrupt` if Redis comes back with less than was seen.
class RedisLog final : public EventLog {
 public:
  /// All calls, and all callbacks, on the one thread that runs `io`. `random` must live as long as the log.
  RedisLog(RedisOptions options, boost::asio::io_context& io, Random& random);
  ~RedisLog() override;

  void create(const MeetingId& meeting, std::function<void(Result<void, Errc>)> done) override;
  void meetings(std::function<void(Result<std::vector<MeetingId>, Errc>)> done) override;
  void append(const MeetingId& meeting, Draft draft, Done done) override;
  std::unique_ptr<Subscription> follow(const MeetingId& meeting, Sequence after, Next next) override;
  void keep(const MeetingId& meeting, Snapshot snapshot) override;
  void newest(const MeetingId& meeting, Sequence at_most,
              std::function<void(Result<std::optional<Snapshot>, Errc>)> done) override;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace atelier::timeline
