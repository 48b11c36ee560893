#include "tally.hpp"

#include <algorithm>

namespace atelier::cli {

double Latencies::percentile_ms(int percent) const {
  if (list_.empty()) return 0;
  std::vector<std::chrono::nanoseconds> sorted = list_;
  const std::size_t rank = (sorted.size() * static_cast<std::size_t>(percent) + 99) / 100;
  const auto at = sorted.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
  std::ranges::nth_element(sorted, at);
  return std::chrono::duration<double, std::milli>(*at).count();
}

void Tally::judge(const ScriptEvent& event, const EventFate& fate) {
  ++events;
  commands_accepted += fate.accepted;
  commands_refused += fate.refused.size();
  std::string wrong;
  if (!event.must_be_refused && !fate.refused.empty()) {
    wrong = "was refused: " + fate.refused.front().reason() + " (" +
            v1::Refusal_Name(fate.refused.front().refusal()) + ")";
  } else if (event.must_be_refused && fate.accepted > 0) {
    wrong = "was accepted, but must be refused: " + event.why;
  } else if (event.must_be_refused && fate.refused.empty()) {
    wrong = "must be refused (" + event.why + "), but there was nothing to send";
  }
  if (event.must_be_refused)
    for (const v1::Ack& ack : fate.refused)
      if (wrong.empty()) wrong = judge_refusal(event, ack);
  if (!wrong.empty()) {
    ++events_unexpected;
    fault(event.place() + ": " + event.verb + " of " + event.person + " " + wrong);
  } else if (event.must_be_refused) {
    ++events_refused_as_expected;
  }
}

std::string Tally::judge_refusal(const ScriptEvent& event, const v1::Ack& ack) {
  if (ack.reason() != event.why)
    return "must be refused with \"" + event.why + "\", but the server says \"" + ack.reason() +
           "\" (" + v1::Refusal_Name(ack.refusal()) + ")";
  const auto [known, is_new] = whys_.try_emplace(event.why, ack.refusal());
  if (!is_new && known->second != ack.refusal())
    return "is refused with \"" + event.why + "\" as " + v1::Refusal_Name(ack.refusal()) +
           ", an earlier one as " + v1::Refusal_Name(known->second) +
           "; each reason must have one code";
  return "";
}

}  // namespace atelier::cli
