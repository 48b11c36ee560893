#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/seal.hpp"
#include "crdt/doc.hpp"
#include "meeting/meeting.hpp"
#include "script.hpp"

namespace atelier::halfday {

using Record = std::pair<meeting::Header, Bytes>;

/// Plays a script into a meeting, one event after the other, as its clients and a node would: people type into replicas of
/// their own key by key, ballots of sealed votes are checked and sealed, a closed sealed vote is opened. Keeps the log.
class Player {
 public:
  /// Called after every event with what its last record was answered.
  using Watch = std::function<void(const cli::ScriptEvent&, v1::Refusal)>;

  explicit Player(const v1::MeetingContent& content);

  void play(const cli::Script& script, const Watch& watch);
  /// Types `keys` letters into `text`, spread over `people`, each at the end of the own last word; one record a letter.
  void type(const std::string& text, const std::vector<std::string>& people, std::size_t keys);

  const meeting::Meeting& meeting() const { return meeting_; }
  const std::vector<Record>& log() const { return log_; }

 private:
  struct Replica {
    crdt::Doc doc;
    std::size_t received = 0;  ///< updates of the text that it has
  };
  struct TextLog {
    std::vector<Bytes> updates;
    std::map<std::int64_t, std::vector<std::pair<std::uint64_t, Bytes>>> edits;  ///< by second: record, update
  };

  v1::Refusal run(const cli::ScriptEvent& event);
  v1::Refusal type_text(const cli::ScriptEvent& event, const cli::TypeText& type);
  v1::Refusal undo_text(const cli::ScriptEvent& event, const cli::UndoText& undo);
  v1::Refusal send(const std::string& person, v1::Command command);
  void prepare(const std::string& person, v1::Command& command);
  void open_ballots(const std::string& vote);
  Replica& replica(const std::string& person, const std::string& text);
  meeting::Applied append(const v1::Body& body);
  void node(const v1::Payload& payload);

  v1::MeetingContent content_;
  meeting::Meeting meeting_;
  std::vector<Record> log_;
  std::int64_t time_ms_ = 0;
  std::map<std::string, std::uint64_t> counters_;
  std::map<std::pair<std::string, std::string>, Replica> replicas_;
  std::map<std::string, TextLog> texts_;
  std::uint64_t next_client_ = 100'000, next_reserved_ = 1, next_receipt_ = 1;
  SealKeys keys_;
};

/// The content and the scripts of tests/data/halfday.
v1::MeetingContent halfday_content();
cli::Script halfday_script();

}  // namespace atelier::halfday
