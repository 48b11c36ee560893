#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "meeting/meeting.hpp"
#include "meeting/state.hpp"

/// What the reports in their three formats say alike. Inside this module only.
namespace atelier::outcome {

/// The votes in order of opening, as a facilitator may see them now.
std::vector<v1::VoteView> votes(const meeting::Meeting& meeting);
/// Cards with flags: most first, ties by id.
std::vector<std::pair<std::string, std::uint32_t>> flagged(const meeting::State& state);
/// Ids of parked ideas, then of parked activities.
std::vector<std::string> parked(const meeting::State& state);
/// Practices in order of posting.
std::vector<std::string> practices_in_order(const meeting::State& state);
/// Claimed activities (those with an owner).
std::vector<std::string> claimed(const meeting::State& state);
/// How many refusals, and their sentences, sorted, each once.
std::pair<std::uint64_t, std::vector<std::string>> refusals(const meeting::State& state);

struct NetworkAttendance {
  std::string network, name;
  std::uint32_t invited = 0, joined = 0, present = 0, remote = 0;
};
/// By network id; people without a network are not in it.
std::vector<NetworkAttendance> attendance(const meeting::State& state);

/// The name of a network or organisation, of an activity or practice or idea, or the id itself.
std::string network_name(const meeting::State& state, std::string_view id);
std::string title_of(const meeting::State& state, std::string_view id);

/// How many visible characters (code points) each person wrote; under "" what the text was opened with.
std::map<std::string, std::uint64_t> letters_by(const meeting::Meeting& meeting, std::string_view text);

}  // namespace atelier::outcome
