#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "atelier/v1/wire.pb.h"
#include "script.hpp"

namespace atelier::cli {

/// What became of the commands of one event.
struct EventFate {
  std::size_t accepted = 0;
  std::vector<v1::Ack> refused;
};

/// Durations, for percentiles.
class Latencies {
 public:
  void add(std::chrono::nanoseconds duration) { list_.push_back(duration); }
  std::size_t count() const { return list_.size(); }
  /// The smallest duration that at least `percent` of all do not exceed, in milliseconds; 0 if
  /// there are none.
  double percentile_ms(int percent) const;
  double max_ms() const { return percentile_ms(100); }

 private:
  std::vector<std::chrono::nanoseconds> list_;
};

/// Counts what a rehearsal did, and keeps what did not hold.
class Tally {
 public:
  /// Judges an event all of whose commands are settled.
  void judge(const ScriptEvent& event, const EventFate& fate);
  void fault(std::string sentence) { faults_.push_back(std::move(sentence)); }

  std::size_t events = 0, events_refused_as_expected = 0, events_unexpected = 0;
  std::size_t commands_sent = 0, commands_accepted = 0, commands_refused = 0;
  std::size_t dumps_compared = 0;
  Latencies acknowledgement;

  const std::vector<std::string>& faults() const { return faults_; }
  /// The sentence of each refusal that was to come, and its code.
  const std::map<std::string, v1::Refusal>& whys() const { return whys_; }

 private:
  std::string judge_refusal(const ScriptEvent& event, const v1::Ack& ack);

  std::vector<std::string> faults_;
  std::map<std::string, v1::Refusal> whys_;
};

}  // namespace atelier::cli
