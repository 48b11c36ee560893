#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "atelier/v1/wire.pb.h"
#include "crdt/rich_text.hpp"
#include "meeting/test_meeting.hpp"
#include "room/room.hpp"

/// A room with a world around it that a test turns by hand: a log that stores when it is told to, clients that remember what
/// they were sent.
namespace atelier::room::testing {

class SeededRandom final : public Random {
 public:
  Bytes bytes(std::size_t count) override {
    Bytes bytes;
    for (; bytes.size() < count; state_ = state_ * 6364136223846793005u + 1442695040888963407u) {
      bytes.push_back(static_cast<char>(state_ >> 56));
    }
    return bytes;
  }

 private:
  std::uint64_t state_ = 42;
};

class MapVault final : public KeyVault {
 public:
  bool put(const MeetingId&, std::string_view vote, BytesView public_key, BytesView seed) override {
    if (!works) return false;
    seeds[{std::string(vote), Bytes(public_key)}] = Bytes(seed);
    return true;
  }
  std::optional<Bytes> get(const MeetingId&, std::string_view vote, BytesView public_key) override {
    const auto found = seeds.find({std::string(vote), Bytes(public_key)});
    if (found == seeds.end()) return std::nullopt;
    return found->second;
  }
  bool erase(const MeetingId&, std::string_view vote) override {
    std::erase_if(seeds, [&](const auto& one) { return one.first.first == vote; });
    return true;
  }
  bool works = true;
  std::map<std::pair<std::string, Bytes>, Bytes> seeds;
};

/// What a connection was sent.
struct Inbox {
  std::vector<v1::ServerMessage> messages;
  std::vector<v1::Ack> acks;
  std::map<std::string, v1::Entity> entities;
  std::vector<v1::TextUpdate> texts;
  std::vector<v1::Notice> notices;
  std::vector<v1::Welcome> welcomes;
  std::vector<v1::PresenceOf> presences;
  std::uint64_t synced = 0;
  std::optional<CloseReason> closed;
};

class World {
 public:
  explicit World(bool rehearsal = false) {
    start();
    store(creation(MeetingId{"m1"}, meeting::testing::small_content(), rehearsal, random));
    give();
    input(Live{});
  }

  /// A new room on the same log: what a restart gives.
  void start() {
    room = std::make_unique<Room>(MeetingId{"m1"}, Room::Ports{random, vault});
    inboxes.clear();
    instances_.clear();
    appends.clear();
    given_ = 0;
  }

  void input(Input one) {
    for (auto& effect : room->on(std::move(one), Now{steady, wall})) take(effect);
  }

  ConnectionId open(const char* person, v1::Hello hello = {}) {
    const ConnectionId id{++last_connection_};
    if (hello.instance() == 0) hello.set_instance(1'000 + id.value());
    instances_[id] = hello.instance();
    input(Opened{id, PersonId{person}});
    v1::ClientMessage message;
    *message.mutable_hello() = hello;
    say(id, message);
    return id;
  }

  void say(ConnectionId id, const v1::ClientMessage& message) { input(Message{id, message.SerializeAsString()}); }

  /// Sends a command as the client's next one; its counter.
  template <class Fill>
  std::uint64_t submit(ConnectionId id, const Fill& fill) {
    v1::ClientMessage message;
    auto& submit = *message.mutable_submit();
    auto& last = counters_[instances_.at(id)];
    submit.set_previous(last);
    submit.set_counter(++last);
    fill(*submit.mutable_command());
    say(id, message);
    return last;
  }
  /// The same, stored and told.
  template <class Fill>
  v1::Ack ask(ConnectionId id, const Fill& fill) {
    submit(id, fill);
    settle();
    return inboxes[id].acks.back();
  }

  /// Stores what waits, gives it to the room, and lets time pass until everybody has been told.
  void settle() {
    while (!appends.empty()) {
      store_waiting();
      give();
    }
    for (int step = 0; step < 60; ++step) tick(milliseconds(25));
  }
  void store_waiting() {
    for (auto& append : std::exchange(appends, {})) {
      store(append.draft.body, append.draft.time_ms);
      input(Stored{append.ticket, entries.back().seq});
    }
  }
  void store(Bytes body, std::optional<std::int64_t> time_ms = std::nullopt) {
    const std::int64_t last = entries.empty() ? 0 : entries.back().time_ms;
    entries.push_back({Sequence{entries.size() + 1}, std::max(last, time_ms.value_or(wall.count())), Bytes(16, 'e'), std::move(body)});
  }
  /// Gives the room all entries that it has not seen.
  void give() {
    const std::vector<timeline::Entry> fresh(entries.begin() + static_cast<std::ptrdiff_t>(given_), entries.end());
    given_ = entries.size();
    if (!fresh.empty()) input(Logged{fresh});
  }
  void tick(milliseconds passed) {
    steady += passed;
    wall += passed;
    input(Tick{});
  }

  void open_meeting() {
    const auto organiser = open("ORG1");
    ask(organiser, [](v1::Command& command) { command.mutable_meeting_open(); });
    for (const char* person : {"P01", "P02", "P03", "P09"}) {
      ask(open(person), [](v1::Command& command) { command.mutable_join(); });
    }
  }

  SeededRandom random;
  MapVault vault;
  std::unique_ptr<Room> room;
  std::vector<timeline::Entry> entries;
  std::vector<Append> appends;
  std::map<ConnectionId, Inbox> inboxes;
  std::vector<Effect> others;  ///< Hold, Release, Settled, …
  std::size_t sends = 0;       ///< messages made; one message to many counts once
  milliseconds steady{5'000}, wall{1'000'000'000};

 private:
  void take(Effect& effect) {
    if (auto* append = std::get_if<Append>(&effect)) {
      appends.push_back(std::move(*append));
    } else if (auto* send = std::get_if<Send>(&effect)) {
      ++sends;
      v1::ServerMessage message;
      ASSERT_TRUE(message.ParseFromString(*send->piece));
      for (const auto id : send->to) receive(inboxes[id], message);
    } else if (auto* close = std::get_if<Close>(&effect)) {
      inboxes[close->connection].closed = close->reason;
    } else {
      others.push_back(std::move(effect));
    }
  }

  static void receive(Inbox& inbox, const v1::ServerMessage& message) {
    inbox.messages.push_back(message);
    for (const auto& one : message.welcome()) {
      inbox.welcomes.push_back(one);
      if (one.full()) inbox.entities.clear();
    }
    for (const auto& one : message.ack()) inbox.acks.push_back(one);
    for (const auto& one : message.entity()) {
      if (one.removed()) inbox.entities.erase(one.key());
      else inbox.entities[one.key()] = one;
    }
    for (const auto& one : message.text_update()) inbox.texts.push_back(one);
    for (const auto& one : message.presence()) inbox.presences.push_back(one);
    for (const auto& one : message.notice()) inbox.notices.push_back(one);
    for (const auto& one : message.synced()) inbox.synced = one.seq();
  }

  std::map<ConnectionId, std::uint64_t> instances_;
  std::map<std::uint64_t, std::uint64_t> counters_;
  std::uint64_t last_connection_ = 0;
  std::size_t given_ = 0;
};

// Words for commands and messages.

inline auto note(const char* id, const char* text = "a note") {
  return [=](v1::Command& command) {
    auto& add = *command.mutable_note_add();
    add.set_id(id);
    add.set_board("general");
    add.set_text(text);
  };
}

inline auto open_text(const char* id, const char* plain) {
  return [=](v1::Command& command) {
    command.mutable_text_open()->set_text(id);
    command.mutable_text_open()->set_plain(plain);
    command.mutable_text_open()->set_version("0.1");
  };
}

inline v1::ClientMessage follow(const char* text, Bytes state_vector = {}) {
  v1::ClientMessage message;
  message.mutable_text_follow()->set_text(text);
  message.mutable_text_follow()->set_state_vector(std::move(state_vector));
  return message;
}

}  // namespace atelier::room::testing
