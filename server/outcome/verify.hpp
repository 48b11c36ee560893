#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "outcome/history.hpp"

namespace atelier::outcome {

/// One thing that is wrong with a history.
struct Fault {
  enum class Kind {
    unreadable,      ///< The store could not give it.
    hole,            ///< A record is missing or stands twice.
    chain,           ///< The record's bytes are not what a kept hash says, or no record at all.
    epoch,           ///< An epoch that had ended comes back.
    shortened,       ///< Fewer records than the high-water mark says.
    unknown_record,  ///< Folding stops here.
    digest,          ///< The state is not the one that a checkpoint or snapshot says.
    recount,         ///< Opened ballots do not give the result that the meeting shows.
  };
  Kind kind = Kind::unreadable;
  Sequence seq;
  std::string what;  ///< one sentence
};

/// The end of a log as somebody who keeps it elsewhere has seen it.
struct HighWater {
  Sequence seq;
  Bytes chain;  ///< 32 bytes, or empty if only the place is known
};

/// A stretch of history, from its first record on.
struct Epoch {
  Sequence from;
  Bytes id;
};

struct Verification {
  std::vector<Fault> faults;  ///< empty: all is well
  std::uint64_t records = 0;  ///< read and folded
  std::uint64_t checkpoints = 0, snapshots = 0;  ///< compared
  std::uint64_t votes_recounted = 0;
  Sequence last;              ///< the last record that was folded
  Bytes chain, digest;        ///< after it
  std::vector<Epoch> epochs;  ///< more than one: history was replaced once (restored from a backup)
  std::string meeting, title;
  bool ok() const { return faults.empty(); }
};

/// Reads the whole history once: order, hash chain, epochs, digests of checkpoints and kept snapshots, sealed votes recounted.
/// Stops at the first fault after which nothing more can be said.
Verification verify(History& history, const std::optional<HighWater>& high_water = std::nullopt);

/// {"ok":true,"records":…,"faults":[{"kind","seq","what"}],…} for the command line.
std::string verification_json(const Verification& verification);

}  // namespace atelier::outcome
