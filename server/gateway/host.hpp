#pragma once

#include <functional>
#include <map>
#include <memory>

#include "gateway/live.hpp"

namespace atelier::gateway {

/// The meetings of this node. Opened when somebody asks for them, or all at a start (a node has duties). One thread.
class Host {
 public:
  explicit Host(World world) : world_(std::move(world)) {}

  /// Opens all meetings that the log has.
  void open_all(std::function<void(bool)> then);
  /// Calls `then` with the meeting once all that was stored is read; with nullptr if there is none, or it is stopped here.
  void open(const MeetingId& meeting, std::function<void(Live*)> then);
  /// Makes a meeting whose first record has this body.
  void create(const MeetingId& meeting, Bytes body, std::function<void(Live*)> then);

  std::size_t count() const { return lives_.size(); }
  const std::map<MeetingId, std::unique_ptr<Live>>& lives() const { return lives_; }
  const World& world() const { return world_; }

 private:
  Live& start(const MeetingId& meeting);
  static void give(Live& live, std::function<void(Live*)> then);

  World world_;
  std::map<MeetingId, std::unique_ptr<Live>> lives_;
};

}  // namespace atelier::gateway
