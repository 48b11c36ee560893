#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "access.hpp"
#include "actor.hpp"
#include "journal.hpp"
#include "script.hpp"
#include "tally.hpp"

namespace atelier::cli {

struct RehearsalOptions {
  double speed = 0;  ///< script seconds in a second; 0: as fast as everything is acknowledged
  bool script_times = true;  ///< the meeting is a rehearsal: its records carry the script's times
  std::uint64_t seed = 0;
  std::chrono::seconds give_up{60};
};

/// Plays a script second by second. A second begins when everything before it is acknowledged (and,
/// with a speed, not before its time); its events are sent together.
class Rehearsal final : public Stage {
 public:
  /// `tokens`: a seat's token for every person of the script. All references must outlive the
  /// rehearsal.
  Rehearsal(const Access& access, const Script& script,
            const std::map<std::string, std::string>& tokens, Journal& journal,
            RehearsalOptions options);

  /// Returns when the script is over or cannot go on; the faults are in the tally.
  void run();
  const Tally& tally() const { return tally_; }
  std::size_t reconnects() const;
  /// What the server sent to the person who got most.
  std::uint64_t bytes_received_max() const;
  double seconds() const { return std::chrono::duration<double>(ended_ - started_).count(); }
  std::chrono::milliseconds behind_max() const { return behind_max_; }

  void settled(std::size_t event, const std::string& person, InstanceId instance,
               const v1::Ack& ack, std::chrono::nanoseconds latency) override;
  void sent(std::size_t event, std::size_t commands) override;
  void content(const v1::MeetingContent& content) override;
  void connection_lost(const std::string& person, const std::string& why) override {
    last_loss_ = person + ": " + why;
  }
  void broken(const std::string& person, const std::string& why) override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Running {
    EventFate fate;
    std::optional<std::size_t> commands;  ///< known once all are sent
  };

  void next_second();
  void play_second();
  void play(std::size_t event);
  void finish_if_settled(std::size_t event);
  void end_second();
  void stop(const std::string& fault);
  void watch();
  void compare_dumps();
  std::string dump();
  std::string quiet_dump();
  v1::Command revert_of(const ScriptEvent& event, const UndoText& undo);
  std::string what_is_missing() const;

  const Access& access_;
  const Script& script_;
  Journal& journal_;
  RehearsalOptions options_;
  boost::asio::io_context context_;
  boost::asio::steady_timer start_timer_;
  boost::asio::steady_timer watch_timer_;
  std::map<std::string, std::unique_ptr<Actor>> actors_;
  Tally tally_;
  std::optional<v1::MeetingContent> content_;
  std::size_t next_ = 0;          ///< the first event that is not played yet
  std::size_t second_start_ = 0;  ///< the first event of the second that is playing
  std::map<std::size_t, Running> running_;
  std::map<std::pair<std::string, std::int64_t>, std::vector<std::uint64_t>>
      edits_;  ///< (text, second) -> records
  std::uint64_t newest_ = 0;  ///< the last record that was acknowledged: a dump is of then or later
  std::string dump_before_;
  std::size_t reconnects_before_ = 0;
  Clock::time_point started_, ended_, last_progress_;
  std::chrono::milliseconds behind_max_{0};
  std::string last_loss_;
};

}  // namespace atelier::cli
