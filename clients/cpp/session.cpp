#include "session.hpp"

#include <algorithm>
#include <utility>

#include "limits.hpp"

namespace atelier::client {

namespace {

/// Refused before the log because of the moment, not because of the command.
bool is_passing(v1::Refusal refusal) {
  return refusal == v1::REFUSAL_RATE || refusal == v1::REFUSAL_STORAGE;
}

}  // namespace

SessionOutput Session::opened(const std::vector<v1::TextFollow>& texts) {
  live_ = false;
  held_ = false;
  v1::ClientMessage message;
  v1::Hello& hello = *message.mutable_hello();
  hello.set_instance(instance_.value());
  hello.set_epoch(epoch_);
  hello.set_seq(seq_);
  for (const v1::TextFollow& text : texts) *hello.add_texts() = text;
  SessionOutput output;
  output.send.push_back(message.SerializeAsString());
  return output;
}

void Session::closed() {
  live_ = false;
  held_ = false;
  for (Pending& pending : outbox_) pending.out_of_order = 0;
}

SessionOutput Session::received(BytesView bytes) {
  SessionOutput output;
  v1::ServerMessage message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    output.events.push_back(
        Broken{"what the server sent is not a message of this protocol; use a client of the "
               "server's version"});
    return output;
  }
  for (const v1::Welcome& welcome : message.welcome()) {
    epoch_ = welcome.epoch();
    if (welcome.full()) seq_ = 0;
    output.events.push_back(Welcomed{welcome});
    live_ = true;
    send_all(output);
  }
  for (const v1::Entity& entity : message.entity()) output.events.push_back(EntityChanged{entity});
  for (const v1::TextUpdate& update : message.text_update())
    output.events.push_back(TextChanged{update});
  for (const v1::Ack& ack : message.ack()) acknowledged(ack, output);
  for (const v1::Notice& notice : message.notice()) output.events.push_back(Noticed{notice});
  for (const v1::Synced& synced : message.synced()) {
    seq_ = std::max(seq_, synced.seq());
    output.events.push_back(CaughtUp{seq_});
  }
  return output;
}

SessionOutput Session::submit(v1::Command command, std::int64_t script_ms) {
  SessionOutput output;
  outbox_.push_back({++last_counter_, std::move(command), script_ms, 0});
  if (live_ && !held_) output.send.push_back(message_of(outbox_.back()));
  return output;
}

SessionOutput Session::retry() {
  SessionOutput output;
  if (!held_) return output;
  held_ = false;
  if (live_) send_all(output);
  return output;
}

SessionOutput Session::follow(const v1::TextFollow& text) const {
  SessionOutput output;
  if (!live_) return output;  // opened() will say it
  v1::ClientMessage message;
  *message.mutable_text_follow() = text;
  output.send.push_back(message.SerializeAsString());
  return output;
}

SessionOutput Session::unfollow(const std::string& text) const {
  SessionOutput output;
  if (!live_) return output;
  v1::ClientMessage message;
  message.mutable_text_unfollow()->set_text(text);
  output.send.push_back(message.SerializeAsString());
  return output;
}

Bytes Session::message_of(const Pending& pending) const {
  v1::ClientMessage message;
  v1::Submit& submit = *message.mutable_submit();
  submit.set_counter(pending.counter);
  submit.set_previous(previous(pending.counter));
  *submit.mutable_command() = pending.command;
  submit.set_script_ms(pending.script_ms);
  return message.SerializeAsString();
}

std::uint64_t Session::previous(std::uint64_t counter) const {
  std::uint64_t before = counter - 1;
  while (before > 0 && not_logged_.contains(before)) --before;
  return before;
}

void Session::acknowledged(const v1::Ack& ack, SessionOutput& output) {
  if (ack.instance() != 0 && ack.instance() != instance_.value()) return;  // of an adopted outbox
  const auto found = std::ranges::find(outbox_, ack.counter(), &Pending::counter);
  if (found == outbox_.end()) return;  // settled already
  if (ack.seq() == 0 && ack.refusal() == v1::REFUSAL_OUT_OF_ORDER) {
    out_of_order(*found, output);
    return;
  }
  if (ack.seq() == 0 && is_passing(ack.refusal())) {
    if (!held_) output.events.push_back(Held{refusal_pause, ack.refusal()});
    held_ = true;
    return;
  }
  if (ack.seq() == 0) not_logged_.insert(ack.counter());
  outbox_.erase(found);
  output.events.push_back(Settled{ack});
}

/// Something before this command was refused before the log, so its `previous` was wrong; what is
/// behind it comes back in order too, and goes out again in order.
void Session::out_of_order(Pending& pending, SessionOutput& output) {
  if (held_) return;  // retry() sends all
  if (++pending.out_of_order > out_of_order_max) {
    output.events.push_back(Broken{"the server does not take command " +
                                   std::to_string(pending.counter) +
                                   " of this client in any order"});
    return;
  }
  output.send.push_back(message_of(pending));
}

void Session::send_all(SessionOutput& output) const {
  for (const Pending& pending : outbox_) output.send.push_back(message_of(pending));
}

}  // namespace atelier::client
