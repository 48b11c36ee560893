#include "gateway/host.hpp"

#include <algorithm>

#include "gateway/note.hpp"

namespace atelier::gateway {

Live& Host::start(const MeetingId& meeting) {
  auto& place = lives_[meeting];
  if (!place) {
    place = std::make_unique<Live>(world_, meeting);
    place->start();
  }
  return *place;
}

void Host::give(Live& live, std::function<void(Live*)> then) {
  live.when_ready([&live, then = std::move(then)] { then(live.stopped() ? nullptr : &live); });
}

void Host::open_all(std::function<void(bool)> then) {
  world_.log.meetings([this, then = std::move(then)](Result<std::vector<MeetingId>, timeline::Errc> meetings) {
    if (!meetings) {
      note("the meetings cannot be listed: error ", static_cast<int>(meetings.error()));
      return then(false);
    }
    for (const auto& meeting : *meetings) start(meeting);
    then(true);
  });
}

void Host::open(const MeetingId& meeting, std::function<void(Live*)> then) {
  if (const auto found = lives_.find(meeting); found != lives_.end()) return give(*found->second, std::move(then));
  world_.log.meetings([this, meeting, then = std::move(then)](Result<std::vector<MeetingId>, timeline::Errc> meetings) {
    if (!meetings || std::ranges::find(*meetings, meeting) == meetings->end()) return then(nullptr);
    give(start(meeting), then);
  });
}

void Host::create(const MeetingId& meeting, Bytes body, std::function<void(Live*)> then) {
  world_.log.create(meeting, [this, meeting, body = std::move(body), then = std::move(then)](Result<void, timeline::Errc> created) {
    if (!created) return then(nullptr);
    world_.log.append(meeting, {body, std::nullopt}, [this, meeting, then](Result<Sequence, timeline::Errc> stored) {
      if (!stored) return then(nullptr);
      give(start(meeting), then);
    });
  });
}

}  // namespace atelier::gateway
