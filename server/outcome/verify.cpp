#include "outcome/verify.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "atelier/v1/record.pb.h"
#include "base/hash.hpp"
#include "meeting/meeting.hpp"
#include "meeting/state.hpp"
#include "outcome/json_writer.hpp"
#include "outcome/limits.hpp"
#include "outcome/recount.hpp"
#include "timeline/chain.hpp"

namespace atelier::outcome {

namespace {

/// What somebody wrote down about the log up to a record.
struct Claim {
  Bytes chain, digest;  ///< empty: not said
  std::string who;
};

class Verifier {
 public:
  Verifier(History& history, const std::optional<HighWater>& high_water) : history_(history), high_water_(high_water) {}

  Verification run() {
    const auto last = history_.last();
    if (!last) {
      fault(Fault::Kind::unreadable, Sequence{0}, "the log cannot be read");
      return std::move(found_);
    }
    last_ = *last;
    if (collect_snapshots() && each_entry([&](const auto& entry) { return collect_checkpoint(entry); }))
      each_entry([&](const auto& entry) { return fold(entry); });
    finish();
    return std::move(found_);
  }

 private:
  void fault(Fault::Kind kind, Sequence seq, std::string what) { found_.faults.push_back({kind, seq, std::move(what)}); }

  /// Calls `take` for every entry in order until it says false; false then, or when the log cannot be read.
  template <class Take>
  bool each_entry(Take take) {
    Sequence after{0};
    while (true) {
      const auto page = history_.entries(after, page_entries);
      if (!page) {
        fault(Fault::Kind::unreadable, after, "what comes after this record cannot be read, or it is damaged");
        return false;
      }
      if (page->empty()) return true;
      for (const timeline::Entry& entry : *page)
        if (!take(entry)) return false;
      after = page->back().seq;
    }
  }

  bool collect_snapshots() {
    for (Sequence at = last_; at > Sequence{0};) {
      const auto kept = history_.snapshot(at);
      if (!kept) {
        fault(Fault::Kind::unreadable, at, "the kept snapshots cannot be read");
        return false;
      }
      if (!*kept || (*kept)->seq == Sequence{0}) break;
      claims_[(*kept)->seq.value()].push_back({(*kept)->chain, hash((*kept)->state), "the snapshot"});
      at = Sequence{(*kept)->seq.value() - 1};
      ++found_.snapshots;
    }
    return true;
  }

  bool collect_checkpoint(const timeline::Entry& entry) {
    v1::Body body;
    v1::Payload payload;
    if (!body.ParseFromString(entry.body) || !payload.ParseFromString(body.payload()) || !payload.has_checkpoint()) return true;
    const v1::Checkpoint& checkpoint = payload.checkpoint();
    if (checkpoint.seq() >= entry.seq.value()) return true;  // about what was not there yet: the reducer refuses it
    claims_[checkpoint.seq()].push_back(
        {checkpoint.chain(), checkpoint.state_digest(), "the checkpoint in record " + std::to_string(entry.seq.value())});
    ++found_.checkpoints;
    return true;
  }

  bool fold(const timeline::Entry& entry) {
    if (entry.seq.value() != chain_.seq().value() + 1) {
      fault(Fault::Kind::hole, entry.seq, "record " + std::to_string(chain_.seq().value() + 1) + " is missing");
      return false;
    }
    if (!chain_.add(entry)) {
      fault(Fault::Kind::chain, entry.seq, "the record is damaged, or its time is before the one of the record before it");
      return false;
    }
    note_epoch(entry);
    const auto applied = meeting_.apply({entry.seq, entry.time_ms}, entry.body);
    if (!applied) {
      fault(Fault::Kind::unknown_record, entry.seq, "this version of the program does not understand the record");
      return false;
    }
    ++found_.records;
    return compare_claims(entry.seq);
  }

  void note_epoch(const timeline::Entry& entry) {
    if (!found_.epochs.empty() && found_.epochs.back().id == entry.epoch) return;
    if (std::ranges::any_of(found_.epochs, [&](const Epoch& epoch) { return epoch.id == entry.epoch; }))
      fault(Fault::Kind::epoch, entry.seq, "an epoch that had ended comes back");
    found_.epochs.push_back({entry.seq, entry.epoch});
  }

  bool compare_claims(Sequence seq) {
    if (high_water_ && high_water_->seq == seq && !high_water_->chain.empty() && high_water_->chain != chain_.value())
      fault(Fault::Kind::chain, seq, "up to here the log is not the one that the high-water mark knows");
    const auto claims = claims_.find(seq.value());
    if (claims == claims_.end()) return found_.ok();
    const Bytes digest = meeting_.digest();
    for (const Claim& claim : claims->second) {
      if (!claim.chain.empty() && claim.chain != chain_.value())
        fault(Fault::Kind::chain, seq, "up to here the log is not the one that " + claim.who + " knows");
      if (!claim.digest.empty() && claim.digest != digest)
        fault(Fault::Kind::digest, seq, "folding gives another state than " + claim.who + " says");
    }
    return found_.ok();
  }

  void recount_votes() {
    for (const auto& [id, vote] : meeting_.state().votes) {
      const v1::VoteView shown = meeting_.view("vote/" + id, meeting::Audience::facilitator).vote();
      if (!vote.closed || !shown.has_result()) continue;
      ++found_.votes_recounted;
      if (const auto wrong = recount(vote, shown)) fault(Fault::Kind::recount, meeting_.seq(), "vote " + id + ": " + *wrong);
    }
  }

  void finish() {
    found_.last = meeting_.seq();
    found_.chain = chain_.value();
    if (meeting_.seq() == Sequence{0}) {
      if (found_.ok()) fault(Fault::Kind::unreadable, Sequence{0}, "the log is empty");
      return;
    }
    found_.digest = meeting_.digest();
    found_.meeting = std::string(meeting_.id());
    found_.title = meeting_.state().title;
    if (!found_.ok()) return;
    if (high_water_ && high_water_->seq > meeting_.seq())
      fault(Fault::Kind::shortened, meeting_.seq(),
            "the log ends here, but it once had " + std::to_string(high_water_->seq.value()) + " records");
    recount_votes();
  }

  History& history_;
  const std::optional<HighWater>& high_water_;
  Sequence last_;
  timeline::Chain chain_;
  meeting::Meeting meeting_;
  std::map<std::uint64_t, std::vector<Claim>> claims_;
  Verification found_;
};

constexpr std::string_view kind_name(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::unreadable: return "unreadable";
    case Fault::Kind::hole: return "hole";
    case Fault::Kind::chain: return "chain";
    case Fault::Kind::epoch: return "epoch";
    case Fault::Kind::shortened: return "shortened";
    case Fault::Kind::unknown_record: return "unknown_record";
    case Fault::Kind::digest: return "digest";
    case Fault::Kind::recount: return "recount";
  }
  return "unreadable";
}

}  // namespace

Verification verify(History& history, const std::optional<HighWater>& high_water) { return Verifier(history, high_water).run(); }

std::string verification_json(const Verification& verification) {
  JsonWriter json(1);
  json.open_object().key("ok").truth(verification.ok());
  json.key("meeting").text(verification.meeting).key("title").text(verification.title);
  json.key("records").integer(verification.records).key("last").integer(verification.last.value());
  json.key("chain").text(to_hex(verification.chain)).key("digest").text(to_hex(verification.digest));
  json.key("epochs").open_array();
  for (const Epoch& epoch : verification.epochs)
    json.open_object().key("from").integer(epoch.from.value()).key("id").text(to_hex(epoch.id)).close();
  json.close().key("checkpoints").integer(verification.checkpoints).key("snapshots").integer(verification.snapshots);
  json.key("votes_recounted").integer(verification.votes_recounted).key("faults").open_array();
  for (const Fault& fault : verification.faults) {
    json.open_object().key("kind").text(kind_name(fault.kind)).key("seq").integer(fault.seq.value());
    json.key("what").text(fault.what).close();
  }
  return json.close().close().finish();
}

}  // namespace atelier::outcome
