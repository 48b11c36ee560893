#include "actor.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace atelier::cli {

namespace {

/// Random as Yjs's own client ids: 32 bits; those up to 65,535 are the server's.
crdt::ClientId client_id(std::mt19937_64& random) {
  return crdt::ClientId(std::uniform_int_distribution<std::uint64_t>(65'536, 0xFFFF'FFFF)(random));
}

}  // namespace

Actor::Actor(boost::asio::io_context& context, const client::ServerUrl& server, std::string person,
             std::string token, std::uint64_t seed, Stage& stage)
    : person_(std::move(person)),
      stage_(stage),
      random_(seed),
      client_(context, server, std::move(token), InstanceId(random_() | 1), random_(),
              {.event = [this](const client::SessionEvent& event) { on(event); },
               .texts =
                   [this] {
                     std::vector<v1::TextFollow> follows;
                     for (const auto& [text, copy] : replicas_) follows.push_back(copy.request());
                     return follows;
                   },
               .lost = [this](const std::string& why) { stage_.connection_lost(person_, why); }}) {}

void Actor::say(std::size_t event, v1::Command command, std::int64_t script_ms) {
  client_.connect();
  submit(event, std::move(command), script_ms);
  stage_.sent(event, 1);
}

void Actor::submit(std::size_t event, v1::Command command, std::int64_t script_ms) {
  // Noted before it is sent: its acknowledgement finds it.
  sent_[client_.session().last_counter() + 1] = {event, std::chrono::steady_clock::now(),
                                                 command.has_drop()};
  client_.submit(std::move(command), script_ms);
}

void Actor::type(std::size_t event, const TypeText& edit, std::int64_t script_ms,
                 std::size_t keys_max) {
  client_.connect();
  replica(edit.text);
  Typing typing{event, edit, script_ms, keys_max};
  if (!try_typing(typing)) typings_.push_back(std::move(typing));
}

client::TextReplica& Actor::replica(const std::string& text) {
  const auto known = replicas_.find(text);
  if (known != replicas_.end()) return known->second;
  auto& made = replicas_.try_emplace(text, text, client_id(random_)).first->second;
  client_.follow(made.request());
  return made;
}

bool Actor::try_typing(const Typing& typing) {
  client::TextReplica& copy = replica(typing.edit.text);
  if (!copy.open()) return false;
  const auto updates = copy.type(typing.edit.find, typing.edit.put);
  if (!updates) return false;
  const std::size_t keys = std::min(updates->size(), typing.keys_max);
  for (const Bytes& update : std::span(*updates).first(keys)) {
    v1::Command command;
    command.mutable_text_edit()->set_text(typing.edit.text);
    command.mutable_text_edit()->set_update(update);
    submit(typing.event, std::move(command), typing.script_ms);
  }
  stage_.sent(typing.event, keys);
  return true;
}

void Actor::forget_text(const std::string& text) {
  if (replicas_.erase(text) == 0) return;
  client_.unfollow(text);
  replica(text);
}

std::string Actor::waits_for() const {
  if (typings_.empty()) return {};
  const TypeText& edit = typings_.front().edit;
  const auto copy = replicas_.find(edit.text);
  return "\"" + edit.find + "\" in its copy of " + edit.text +
         (copy != replicas_.end() && copy->second.open() ? ", which reads: " + copy->second.plain()
                                                         : ", which has not come");
}

void Actor::on(const client::SessionEvent& event) {
  if (const auto* settled = std::get_if<client::Settled>(&event)) {
    on_settled(settled->ack);
  } else if (const auto* changed = std::get_if<client::TextChanged>(&event)) {
    const auto copy = replicas_.find(changed->update.text());
    if (copy == replicas_.end()) return;
    if (!copy->second.take(changed->update))
      stage_.broken(person_, "got an update of " + changed->update.text() + " that is none");
    std::erase_if(typings_, [this](const Typing& typing) { return try_typing(typing); });
  } else if (const auto* entity = std::get_if<client::EntityChanged>(&event)) {
    if (entity->entity.has_content()) stage_.content(entity->entity.content().content());
  } else if (const auto* broken = std::get_if<client::Broken>(&event)) {
    stage_.broken(person_, broken->why);
  } else if (const auto* noticed = std::get_if<client::Noticed>(&event)) {
    if (noticed->notice.kind() == v1::Notice::KIND_BAD_MESSAGE ||
        noticed->notice.kind() == v1::Notice::KIND_BEHIND)
      stage_.broken(person_, "the server says: " + noticed->notice.text());
  }
}

void Actor::on_settled(const v1::Ack& ack) {
  const auto found = sent_.find(ack.counter());
  if (found == sent_.end()) return;
  const Sent sent = found->second;
  sent_.erase(found);
  if (sent.closes && ack.refusal() == v1::REFUSAL_OK) client_.drop();
  stage_.settled(sent.event, person_, client_.session().instance(), ack,
                 std::chrono::steady_clock::now() - sent.at);
}

}  // namespace atelier::cli
