#pragma once

#include <string>

#include "base/bytes.hpp"
#include "meeting/meeting.hpp"

namespace atelier::outcome {

/// What a report says about the log that it was made from; the rest is in the meeting's state.
struct Provenance {
  Bytes chain;  ///< running hash up to and with the meeting's last record; empty: not known here
  Bytes epoch;
};

enum class Format { json, markdown, html };

/// The outcome of a meeting, also of one that still runs: a pure function of its log. Ends with LF, UTF-8.
///
/// JSON, at top level: "notice", "participants"; each vote under its id in the short shape of its method; "question_upvotes",
/// "evidence_flags", "texts_before", "texts_after", "activities_claimed", "parked", "step_positions", "practices_posted",
/// "useful_reactions", "pledges", "rejected_events", "rejected_reasons"; then "meeting" (title, notice, state, times, seq, chain,
/// digest), "votes" (every vote in full) and "entities" (kind -> id -> fields as a facilitator sees them: proto names, enumerations
/// in small letters, record times as seconds of meeting time under "times", what a server made up under "made").
/// HTML is one self-contained page that prints; every text in it is escaped.
std::string report(const meeting::Meeting& meeting, const Provenance& provenance, Format format);

/// Only "entities" of the above, as that audience sees them: the dump of all entities.
std::string entities_json(const meeting::Meeting& meeting, meeting::Audience audience);

}  // namespace atelier::outcome
