#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "cpp/client.hpp"
#include "cpp/text_replica.hpp"
#include "script.hpp"

namespace atelier::cli {

/// What an actor tells the play.
class Stage {
 public:
  virtual ~Stage() = default;
  virtual void settled(std::size_t event, const std::string& person, InstanceId instance,
                       const v1::Ack& ack, std::chrono::nanoseconds latency) = 0;
  /// The actor has done all that the event asks for: `commands` settle or have settled.
  virtual void sent(std::size_t event, std::size_t commands) = 0;
  virtual void content(const v1::MeetingContent& content) = 0;
  virtual void connection_lost(const std::string& person, const std::string& why) = 0;
  virtual void broken(const std::string& person, const std::string& why) = 0;
};

/// One person of a script: a connection of its own with an instance id, an outbox, and copies of
/// the texts it types in.
class Actor {
 public:
  Actor(boost::asio::io_context& context, const client::ServerUrl& server, std::string person,
        std::string token, std::uint64_t seed, Stage& stage);
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;

  void connect() { client_.connect(); }
  /// Sends a command of the event `event`. A Drop closes the socket once it is acknowledged; a
  /// Reconnect connects first.
  void say(std::size_t event, v1::Command command, std::int64_t script_ms);
  /// Types in the actor's own copy as soon as that has what is to be found; sends at most
  /// `keys_max` of the keys.
  void type(std::size_t event, const TypeText& edit, std::int64_t script_ms, std::size_t keys_max);
  /// The copy of a text has letters that the server refused: take a fresh one from the server.
  void forget_text(const std::string& text);

  const client::Client& client() const { return client_; }
  /// What the actor waits for in a text, for the one who gives up; empty if nothing.
  std::string waits_for() const;

 private:
  struct Sent {
    std::size_t event = 0;
    std::chrono::steady_clock::time_point at;
    bool closes = false;
  };
  struct Typing {
    std::size_t event = 0;
    TypeText edit;
    std::int64_t script_ms = 0;
    std::size_t keys_max = 0;
  };

  void on(const client::SessionEvent& event);
  void on_settled(const v1::Ack& ack);
  void submit(std::size_t event, v1::Command command, std::int64_t script_ms);
  bool try_typing(const Typing& typing);
  client::TextReplica& replica(const std::string& text);

  std::string person_;
  Stage& stage_;
  std::mt19937_64 random_;
  client::Client client_;
  std::map<std::uint64_t, Sent> sent_;  ///< by counter
  std::map<std::string, client::TextReplica> replicas_;
  std::vector<Typing> typings_;
};

}  // namespace atelier::cli
