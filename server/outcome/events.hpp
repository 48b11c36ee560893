#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "atelier/v1/refusal.pb.h"
#include "base/id.hpp"
#include "base/result.hpp"
#include "outcome/replay.hpp"

namespace atelier::outcome {

/// One record of a person, told: the accessible equal of the replay's slider. No content of ballots.
struct Event {
  Sequence seq;
  std::int64_t at_ms = 0;  ///< meeting time
  std::string person;
  std::string kind;      ///< the command's field name in command.proto: "note_add"
  std::string id;        ///< the entity it is about: "K34", "V1", "A1"
  std::string text;      ///< what it says, at most 120 characters: a note's text, the letters that an edit put in
  std::string sentence;  ///< "P24 put a note on A4: …", "… was not accepted: the text is frozen"
  v1::Refusal refusal = v1::REFUSAL_OK;
};

/// Everything that one pass over a history tells.
struct Story {
  std::vector<Event> events;  ///< in order; duplicates (resent commands) left out
  std::int64_t origin_ms = 0;
  std::int64_t end_ms = 0;    ///< meeting time of the last record
  meeting::Meeting meeting;   ///< as it is after the last record
  Bytes chain;                ///< running hash over all records
  Bytes epoch;                ///< of the last record
};

/// Folds the whole history once.
Result<Story, Errc> read_story(History& history);

/// How much was typed in each of `buckets` equal stretches of the meeting's time (text edits; 1..density_buckets_max buckets).
std::vector<std::uint32_t> edit_density(const Story& story, std::size_t buckets);

/// The events JSON of gateway/HTTP.md.
std::string events_json(const Story& story);

}  // namespace atelier::outcome
