#include "halfday.hpp"

#include <algorithm>
#include <utility>

#include "content_import.hpp"
#include "typists.hpp"

namespace atelier::play {

namespace {

constexpr std::int64_t started_ms = 1'791'284'400'000;  // 2026-10-06 13:00 in Amsterdam
constexpr std::int64_t second_ms = 1'000;
constexpr std::size_t typists_count = 12;

std::vector<std::string> sentences(const std::vector<cli::Problem>& problems) {
  std::vector<std::string> told;
  for (const cli::Problem& problem : problems) told.push_back(problem.where + ": " + problem.advice);
  return told;
}

std::vector<std::string> sample_scripts(const std::string& folder) {
  std::vector<std::string> paths;
  for (const char* part : {"1_strategy", "2_action_plan", "3_network_model"})
    paths.push_back(folder + "/script_halfday_" + part + ".jsonl");
  return paths;
}

/// Between the tables' start and the freeze: from when, until when, in which texts.
Typists sit_down(const cli::Script& script, std::uint64_t keys) {
  std::int64_t from = 0, to = 0;
  std::vector<std::string> texts, people;
  for (const cli::ScriptEvent& event : script.events) {
    const auto* command = std::get_if<v1::Command>(&event.act);
    if (command == nullptr) continue;
    if (command->has_table_boards()) from = event.second;
    if (command->has_text_freeze() && to == 0) to = event.second;
    if (command->has_text_open()) texts.push_back(command->text_open().text());
    if (command->has_join() && from == 0 && people.size() < typists_count) people.push_back(event.person);
  }
  return Typists(std::move(people), std::move(texts), keys, (from + 1) * second_ms, to * second_ms);
}

}  // namespace

std::vector<std::string> play_halfday(const HalfDay& halfday, Sink sink,
                                      const std::function<void(const meeting::Meeting&)>& meeting) {
  const auto files = cli::read_content_folder(halfday.content_folder);
  if (!files) return sentences(files.error());
  const auto content = cli::import_content(*files);
  if (!content) return sentences(content.error());
  const auto script = cli::read_script_files(halfday.scripts.empty() ? sample_scripts(halfday.content_folder) : halfday.scripts);
  if (!script) return sentences(script.error());

  Player player(halfday.seed, started_ms, std::move(sink));
  player.create(MeetingId("halfday"), content->content);
  std::vector<Typists> typists;
  if (halfday.keys > 0) typists.push_back(sit_down(*script, halfday.keys));
  for (const cli::ScriptEvent& event : script->events) {
    for (Typists& at_work : typists) at_work.until(event.second * second_ms, player);
    player.play(event);
  }
  meeting(player.meeting());
  return player.faults();
}

}  // namespace atelier::play
