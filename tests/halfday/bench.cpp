// What a record costs the domain, and a snapshot: prints figures, judges none.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "player.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using namespace atelier;

double milliseconds(Clock::time_point from) {
  return std::chrono::duration<double, std::milli>(Clock::now() - from).count();
}

double fold(const std::vector<halfday::Record>& log) {
  const auto start = Clock::now();
  meeting::Meeting meeting;
  for (const auto& [header, body] : log) {
    if (!meeting.apply(header, body)) std::abort();
  }
  return milliseconds(start);
}

}  // namespace

int main() {
  halfday::Player player(halfday::halfday_content());
  player.play(halfday::halfday_script(), [](const auto&, auto) {});
  const std::size_t script_records = player.log().size();
  std::printf("%-44s %10zu\n%-44s %10.1f ms\n", "records of the half-day", script_records, "fold of the half-day",
              fold(player.log()));

  // The same day again, and four texts that sixty people type into.
  halfday::Player typed(halfday::halfday_content());
  const auto script = halfday::halfday_script();
  const std::vector<std::string> texts{"A1", "A2", "A3", "A4"};
  const auto freeze = std::find_if(script.events.begin(), script.events.end(), [](const auto& e) { return e.verb == "doc_freeze"; });
  cli::Script before{{script.events.begin(), freeze}, script.people};
  typed.play(before, [](const auto&, auto) {});
  std::vector<std::string> people;
  for (const std::string& person : script.people) {
    if (person.starts_with("P")) people.push_back(person);
  }
  for (const std::string& text : texts) typed.type(text, people, 25'000);
  const std::size_t records = typed.log().size();
  double best = 1e9;
  for (int round = 0; round < 3; ++round) best = std::min(best, fold(typed.log()));
  std::printf("%-44s %10zu\n%-44s %10.1f ms, %.2f us a record\n", "records with typing", records, "fold", best,
              best * 1000 / static_cast<double>(records));

  auto start = Clock::now();
  const Bytes snapshot = typed.meeting().snapshot();
  std::printf("%-44s %10.1f ms, %zu bytes\n", "snapshot", milliseconds(start), snapshot.size());
  start = Clock::now();
  const auto restored = meeting::Meeting::restore(snapshot);
  std::printf("%-44s %10.1f ms\n", "restore", milliseconds(start));
  start = Clock::now();
  const Bytes digest = typed.meeting().digest();
  std::printf("%-44s %10.1f ms\n", "digest", milliseconds(start));
  return restored && restored->digest() == digest ? 0 : 1;
}
