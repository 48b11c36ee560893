#include "outcome/replay.hpp"

#include <boost/program_options/value_semantic.hpp>
#include <charconv>
#include <iostream>
#include <optional>

#include "meeting_file.hpp"
#include "outcome/report.hpp"
#include "verbs.hpp"

namespace atelier::cli {

namespace po = boost::program_options;

namespace {

const Usage usage{"replay", "FILE [--at SECONDS|end] [--format json|md|html]",
                  "Prints a meeting as it was at a second of meeting time, with every text, vote, "
                  "card and position, from the\n"
                  "meeting's file alone: no server is needed, and the file is not changed. Time 0 "
                  "is the creation of a\n"
                  "rehearsal, the opening of a real meeting.\n"};

constexpr std::int64_t ms_a_second = 1000;
constexpr std::int64_t seconds_max = 1'000'000'000;

/// Milliseconds of meeting time; -1 is the end. Nothing if it is no time.
std::optional<std::int64_t> parse_moment(const std::string& text) {
  if (text == "end") return -1;
  std::int64_t seconds = -1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  if (error != std::errc{} || stop != end || seconds < 0 || seconds > seconds_max)
    return std::nullopt;
  return seconds * ms_a_second;
}

std::optional<outcome::Format> parse_format(const std::string& text) {
  if (text == "json") return outcome::Format::json;
  if (text == "md") return outcome::Format::markdown;
  if (text == "html") return outcome::Format::html;
  return std::nullopt;
}

std::string sentence_of(outcome::Errc error) {
  switch (error) {
    case outcome::Errc::unreadable:
      return "the file cannot be read to that moment; atelier verify tells where it is damaged";
    case outcome::Errc::unknown_record:
      return "it holds a record that this version does not know; use a newer atelier";
    case outcome::Errc::no_meeting:
      return "it holds no records; give a meeting's file";
  }
  return "it cannot be replayed";
}

}  // namespace

int run_replay(const Arguments& arguments) {
  po::options_description flags("Flags");
  auto add = flags.add_options();
  add("at", po::value<std::string>()->default_value("end")->value_name("SECONDS"),
      "a second of meeting time, or end");
  add("format", po::value<std::string>()->default_value("json")->value_name("json|md|html"),
      "json, Markdown or one page of HTML");
  add("file", po::value<std::string>()->required(), "the meeting's file (also without --file)");
  po::positional_options_description positional;
  positional.add("file", 1);
  const auto values = read_flags(usage, flags, positional, arguments);
  if (!values) return values.error();
  const auto at_ms = parse_moment((*values)["at"].as<std::string>());
  if (!at_ms) return complain(usage.verb, "--at is a whole number of seconds, or end", exit_usage);
  const auto format = parse_format((*values)["format"].as<std::string>());
  if (!format) return complain(usage.verb, "--format is json, md or html", exit_usage);

  const std::string path = (*values)["file"].as<std::string>();
  auto history = open_meeting_file(path);
  if (!history) return complain(usage.verb, history.error().why, exit_input);
  outcome::Replay replay(*history);
  if (const auto moved = replay.seek(*at_ms); !moved)
    return complain(usage.verb, path + ": " + sentence_of(moved.error()), exit_input);
  outcome::Provenance provenance;
  if (replay.meeting().seq() == history->reader().head())
    provenance.chain = history->reader().chain();
  std::cout << outcome::report(replay.meeting(), provenance, *format);
  return exit_ok;
}

}  // namespace atelier::cli
