#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "atelier/v1/record.pb.h"
#include "base/ports.hpp"
#include "meeting/meeting.hpp"
#include "room/duties.hpp"
#include "room/prepare.hpp"
#include "script.hpp"
#include "timeline/event_log.hpp"

/// A meeting played without a server: scripts become records through the same steps as on a node (prepare, log, reducer,
/// duties), one after the other, in one process. For benches and tests that need a log, not a network.
namespace atelier::play {

/// Bytes of a seeded generator: the same play twice is the same log.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  Bytes bytes(std::size_t count) override;

 private:
  std::mt19937_64 engine_;
};

class MemoryVault final : public room::KeyVault {
 public:
  bool put(const MeetingId&, std::string_view vote, BytesView public_key, BytesView seed) override;
  std::optional<Bytes> get(const MeetingId&, std::string_view vote, BytesView public_key) override;
  bool erase(const MeetingId&, std::string_view vote) override;

 private:
  std::map<std::string, std::pair<Bytes, Bytes>, std::less<>> seeds_;  ///< vote -> public key, seed
};

/// Takes every entry as it is made; false ends the play.
using Sink = std::function<bool(const timeline::Entry& entry)>;

class Player {
 public:
  /// `started_ms` is the record time of the meeting's creation, its time 0.
  Player(std::uint64_t seed, std::int64_t started_ms, Sink sink);

  void create(const MeetingId& id, const v1::MeetingContent& content);
  /// One event of a script at its second. An edit is typed key by key in a fresh copy of the text.
  void play(const cli::ScriptEvent& event);
  /// One command of a person at a moment of meeting time; what the node refused before the log counts as refused.
  v1::Refusal say(const std::string& person, v1::Command command, std::int64_t at_ms);

  const meeting::Meeting& meeting() const { return meeting_; }
  Random& random() { return random_; }
  /// A Yjs client id that nobody has used.
  crdt::ClientId fresh_client();
  /// Sentences about what did not go as the script says; empty: all is well.
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  struct Writer {
    std::uint64_t instance = 0, counter = 0;
  };
  void type(const cli::ScriptEvent& event, const cli::TypeText& edit);
  void undo(const cli::ScriptEvent& event, const cli::UndoText& undo);
  meeting::Verdict append(const std::string& actor, const v1::Payload& payload, std::int64_t at_ms);
  void judge(const cli::ScriptEvent& event, v1::Refusal refusal);

  SeededRandom random_;
  std::int64_t started_ms_;
  Sink sink_;
  Bytes epoch_;
  meeting::Meeting meeting_;
  v1::MeetingContent content_;
  MemoryVault vault_;
  room::Duties duties_;
  room::Edits edits_;
  std::map<std::string, Writer> writers_;
  std::map<std::pair<std::string, std::int64_t>, std::vector<std::uint64_t>> typed_;  ///< text, second -> records
  std::vector<std::string> faults_;
};

}  // namespace atelier::play
