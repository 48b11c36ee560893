#include "room/duties.hpp"

#include <optional>

#include "base/seal.hpp"
#include "meeting/opening.hpp"
#include "meeting/state.hpp"

namespace atelier::room {
namespace {

/// The record that opens a closed sealed vote with the key pair of `seed`.
v1::BallotsOpened opening(const meeting::State& state, const meeting::Vote& vote, BytesView seed) {
  const SealKeys keys = seal_keys(seed);
  std::vector<meeting::UnsealedBallot> ballots;
  for (const auto& [voter, cast] : vote.ballots) {
    meeting::UnsealedBallot ballot{cast.person, std::nullopt};
    v1::SealedContent content;
    const auto plain = seal_open(cast.sealed, keys);
    if (plain && content.ParseFromString(*plain)) ballot.content = std::move(content);
    ballots.push_back(std::move(ballot));
  }
  return meeting::open_ballots(state, vote, ballots);
}

}  // namespace

std::vector<v1::Payload> Duties::due(const meeting::Meeting& meeting, KeyVault& vault) {
  std::vector<v1::Payload> payloads;
  const MeetingId id{std::string(meeting.id())};
  for (const auto& [vote_id, vote] : meeting.state().votes) {
    if (vote.rules.secrecy() != v1::SECRECY_SEALED || !vote.closed || vote.key_deleted) continue;
    v1::Payload payload;
    if (!vote.opened) {
      const auto seed = vault.get(id, vote_id, vote.rules.sealing_key());
      if (!seed || !under_way_.insert("open " + vote_id).second) continue;
      *payload.mutable_ballots_opened() = opening(meeting.state(), vote, *seed);
    } else {
      if (under_way_.contains("delete " + vote_id) || !vault.erase(id, vote_id)) continue;
      under_way_.insert("delete " + vote_id);
      payload.mutable_sealing_key_deleted()->set_vote(vote_id);
    }
    payloads.push_back(std::move(payload));
  }
  return payloads;
}

}  // namespace atelier::room
