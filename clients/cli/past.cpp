#include <boost/program_options/value_semantic.hpp>
#include <charconv>
#include <iostream>
#include <optional>

#include "meeting_file.hpp"
#include "outcome/blame.hpp"
#include "outcome/compare.hpp"
#include "outcome/events.hpp"
#include "outcome/replay.hpp"
#include "verbs.hpp"

// events, blame, compare: what a meeting's file tells besides replay's picture of one moment. All print JSON.
namespace atelier::cli {

namespace po = boost::program_options;

namespace {

const Usage events_usage{"events", "FILE",
                         "Prints everything that happened as sentences, each with its time, person and fate, and who is behind every\n"
                         "client of a text, from the meeting's file alone. Ballots are told without what is in them.\n"};
const Usage blame_usage{"blame", "FILE --text TEXT [--at SECONDS|end]",
                        "Prints who wrote every run of a text as it was at a second of meeting time, in which record and when.\n"};
const Usage compare_usage{"compare", "FILE --from SECONDS --to SECONDS|end",
                          "Prints what changed between two moments: texts by sentence with those who wrote it, tallies, plan, model.\n"};

constexpr std::int64_t ms_a_second = 1000;
constexpr std::int64_t seconds_max = 1'000'000'000;

/// Milliseconds of meeting time; -1 is the end.
std::optional<std::int64_t> moment(const std::string& text) {
  if (text == "end") return -1;
  std::int64_t seconds = -1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc{} || stop != end || seconds < 0 || seconds > seconds_max) return std::nullopt;
  return seconds * ms_a_second;
}

Result<po::variables_map, int> flags_of(const Usage& usage, po::options_description flags, const Arguments& arguments) {
  flags.add_options()("file", po::value<std::string>()->required(), "the meeting's file (also without --file)");
  po::positional_options_description positional;
  positional.add("file", 1);
  return read_flags(usage, flags, positional, arguments);
}

/// Opens the file and lets `use` work on it.
template <class Use>
int with_file(const Usage& usage, const po::variables_map& values, Use use) {
  auto history = open_meeting_file(values["file"].as<std::string>());
  if (!history) return complain(usage.verb, history.error().why, exit_input);
  return use(*history);
}

int cannot_go_there(const Usage& usage) {
  return complain(usage.verb, "the file cannot be read to that moment; atelier verify tells where it is damaged", exit_input);
}

}  // namespace

int run_events(const Arguments& arguments) {
  const auto values = flags_of(events_usage, po::options_description("Flags"), arguments);
  if (!values) return values.error();
  return with_file(events_usage, *values, [](outcome::History& history) {
    const auto story = outcome::read_story(history);
    if (!story) return cannot_go_there(events_usage);
    std::cout << outcome::events_json(*story);
    return int{exit_ok};
  });
}

int run_blame(const Arguments& arguments) {
  po::options_description flags("Flags");
  flags.add_options()("text", po::value<std::string>()->required()->value_name("TEXT"), "the id of a text, like A1")(
      "at", po::value<std::string>()->default_value("end")->value_name("SECONDS"), "a second of meeting time, or end");
  const auto values = flags_of(blame_usage, flags, arguments);
  if (!values) return values.error();
  const auto at_ms = moment((*values)["at"].as<std::string>());
  if (!at_ms) return complain(blame_usage.verb, "--at is a whole number of seconds, or end", exit_usage);
  return with_file(blame_usage, *values, [&](outcome::History& history) {
    const std::string text = (*values)["text"].as<std::string>();
    outcome::Replay replay(history);
    if (!replay.seek(*at_ms)) return cannot_go_there(blame_usage);
    if (replay.meeting().text(text) == nullptr)
      return complain(blame_usage.verb, "there is no text " + text + " at that moment; atelier replay tells the texts", exit_input);
    std::cout << outcome::blame_json(replay.meeting(), text);
    return int{exit_ok};
  });
}

int run_compare(const Arguments& arguments) {
  po::options_description flags("Flags");
  flags.add_options()("from", po::value<std::string>()->required()->value_name("SECONDS"), "the earlier second of meeting time")(
      "to", po::value<std::string>()->default_value("end")->value_name("SECONDS"), "the later second, or end");
  const auto values = flags_of(compare_usage, flags, arguments);
  if (!values) return values.error();
  const auto from_ms = moment((*values)["from"].as<std::string>());
  const auto to_ms = moment((*values)["to"].as<std::string>());
  if (!from_ms || !to_ms) return complain(compare_usage.verb, "--from and --to are whole numbers of seconds, or end", exit_usage);
  return with_file(compare_usage, *values, [&](outcome::History& history) {
    outcome::Replay before(history), after(history);
    if (!before.seek(*from_ms) || !after.seek(*to_ms)) return cannot_go_there(compare_usage);
    std::cout << outcome::comparison_json(outcome::compare(before.meeting(), after.meeting()));
    return int{exit_ok};
  });
}

}  // namespace atelier::cli
