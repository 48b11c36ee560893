#include "gateway/past.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

#include "atelier/v1/wire.pb.h"

namespace atelier::gateway {
namespace {

constexpr std::size_t snapshots_max = 256;

/// Collects entries, then the kept snapshots from the newest backwards.
class Collector : public std::enable_shared_from_this<Collector> {
 public:
  Collector(timeline::EventLog& log, MeetingId meeting, Sequence last, std::function<void(SharedHistory)> then)
      : log_(log), meeting_(std::move(meeting)), last_(last), then_(std::move(then)) {}

  void start() {
    subscription_ = log_.follow(meeting_, Sequence{}, [self = shared_from_this()](auto entries) { self->take(std::move(entries)); });
  }

 private:
  void take(Result<std::vector<timeline::Entry>, timeline::Errc> entries) {
    if (done_) return;
    if (!entries) return finish(nullptr);
    for (auto& entry : *entries) {
      if (entry.seq <= last_) entries_.push_back(std::move(entry));
    }
    if (entries_.size() < last_.value()) return;
    done_ = true;
    snapshots(last_);
  }

  void snapshots(Sequence at_most) {
    log_.newest(meeting_, at_most, [self = shared_from_this()](auto found) {
      if (found && *found && self->snapshots_.size() < snapshots_max) {
        const Sequence seq = (*found)->seq;
        self->snapshots_.push_back(std::move(**found));
        if (seq.value() > 1) return self->snapshots(Sequence{seq.value() - 1});
      }
      std::ranges::reverse(self->snapshots_);
      self->finish(std::make_shared<outcome::MemoryHistory>(std::move(self->entries_), std::move(self->snapshots_)));
    });
  }

  void finish(SharedHistory history) {
    done_ = true;
    auto then = std::exchange(then_, {});
    auto keep = shared_from_this();
    subscription_.reset();  // its callback holds this
    if (then) then(std::move(history));
  }

  timeline::EventLog& log_;
  MeetingId meeting_;
  Sequence last_;
  std::function<void(SharedHistory)> then_;
  std::unique_ptr<timeline::Subscription> subscription_;
  std::vector<timeline::Entry> entries_;
  std::vector<timeline::Snapshot> snapshots_;
  bool done_ = false;
};

}  // namespace

void read_history(timeline::EventLog& log, const MeetingId& meeting, Sequence last, std::function<void(SharedHistory)> then) {
  std::make_shared<Collector>(log, meeting, last, std::move(then))->start();
}

ReplaySession::ReplaySession(World world, boost::asio::thread_pool& workers, Identity who, v1::Role role, SharedHistory history,
                             std::vector<std::pair<PersonId, std::string>> names, std::function<void(ConnectionId)> ended)
    : world_(std::move(world)), workers_(workers), who_(std::move(who)), role_(role), history_(std::move(history)), names_(std::move(names)),
      ended_(std::move(ended)), replay_(*history_) {}

void ReplaySession::start(boost::asio::ip::tcp::socket socket, ConnectionId id, Bytes already) {
  socket_ = std::make_shared<Socket>(std::move(socket), Socket::Settings{id, false}, *this, world_.round, world_.clock);
  socket_->start(std::move(already));
}

void ReplaySession::on_message(ConnectionId, Bytes message) {
  v1::ClientMessage parsed;
  v1::ServerMessage answer;
  if (!parsed.ParseFromString(message)) {
    auto& notice = *answer.add_notice();
    notice.set_kind(v1::Notice::KIND_BAD_MESSAGE);
    notice.set_text("This is not a message that the server understands (atelier.v1.ClientMessage).");
  } else if (parsed.has_seek()) {
    wanted_ = std::move(*parsed.mutable_seek());
    return seek();
  } else if (parsed.has_ping()) {
    answer.add_pong()->set_nonce(parsed.ping().nonce());
  } else if (!parsed.has_hello()) {
    auto& notice = *answer.add_notice();
    notice.set_kind(v1::Notice::KIND_BAD_MESSAGE);
    notice.set_text("A replay connection takes Seek.");
  }
  if (answer.ByteSizeLong() > 0) {
    socket_->send(std::make_shared<const Bytes>(ws::frame(ws::Opcode::binary, answer.SerializeAsString())));
  }
  if (answer.notice_size() > 0) socket_->close(ws::CloseCode::invalid_payload, "not a message for a replay");
}

void ReplaySession::seek() {
  if (working_ || !wanted_) return;
  working_ = true;
  boost::asio::post(workers_, [self = shared_from_this(), seek = *std::exchange(wanted_, std::nullopt)] {
    Bytes bytes = self->show(seek);
    boost::asio::post(self->world_.io, [self, frame = std::make_shared<const Bytes>(ws::frame(ws::Opcode::binary, bytes))] {
      self->working_ = false;
      self->socket_->send(frame);
      self->seek();
    });
  });
}

/// On a worker: touches only what no other work of this session touches at the same time.
Bytes ReplaySession::show(const v1::Seek& seek) {
  v1::ServerMessage message;
  if (!replay_.seek(seek.at_ms() < 0 ? -1 : seek.at_ms())) {
    auto& notice = *message.add_notice();
    notice.set_kind(v1::Notice::KIND_QUARANTINED);
    notice.set_text("This moment of the meeting cannot be shown: its record is damaged or newer than this server.");
    return message.SerializeAsString();
  }
  const auto& meeting = replay_.meeting();
  auto& welcome = *message.add_welcome();
  welcome.set_meeting(who_.meeting.value());
  welcome.set_person(who_.person.value());
  welcome.set_role(role_);
  welcome.set_seq(meeting.seq().value());
  welcome.set_full(true);
  welcome.set_protocol(1);
  welcome.set_now_ms(meeting.time_ms());
  welcome.set_rehearsal(meeting.rehearsal());
  for (const auto& key : meeting.keys()) {
    auto& entity = *message.add_entity();
    entity = meeting.view(key, meeting::Audience::facilitator);
    if (!entity.has_person()) continue;
    const auto name = std::ranges::find(names_, PersonId{entity.person().id()}, [](const auto& one) { return one.first; });
    if (name != names_.end()) entity.mutable_person()->set_name(name->second);
  }
  for (const auto& id : seek.texts()) {
    const auto* text = meeting.text(id);
    if (text == nullptr) continue;
    auto& update = *message.add_text_update();
    update.set_text(id);
    update.set_update(text->encode_state());
    update.set_state(true);
  }
  auto& synced = *message.add_synced();
  synced.set_seq(meeting.seq().value());
  synced.set_time_ms(meeting.time_ms());
  return message.SerializeAsString();
}

void ReplaySession::on_closed(ConnectionId id) {
  boost::asio::post(world_.io, [self = shared_from_this(), id] { self->ended_(id); });
}

}  // namespace atelier::gateway
