#include <boost/json/serialize.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <random>

#include "rehearsal.hpp"
#include "verbs.hpp"

namespace atelier::cli {

namespace po = boost::program_options;

namespace {

const Usage usage{"rehearse",
                  "[--server URL] --access FILE [--speed X|max] [--journal FILE] SCRIPT.jsonl…",
                  "Plays scripts (one JSON event a line, in order of time) through the public "
                  "protocol: one WebSocket\n"
                  "connection for each person, each with its own outbox; who loses the connection "
                  "returns, with jitter, and\n"
                  "sends again what was not acknowledged. Events marked \"expect\":\"rejected\" "
                  "must be refused with their \"why\" and\n"
                  "change nothing; no other may be refused. Texts are typed key by key in the "
                  "person's own copy.\n\n"
                  "A second's events are sent together once everything before is acknowledged; "
                  "with --speed X not before\n"
                  "second/X after the start. In a rehearsal meeting (the default of create) the "
                  "records carry the script's\n"
                  "times; in a real meeting it plays at the times of the server's clock.\n\n"
                  "Every script is read and checked before anything is sent.\n"};

struct Asked {
  std::vector<std::string> scripts;
  std::string access, server, journal, format;
  RehearsalOptions options;
};

/// "max" is 0. Empty for what is no speed.
std::optional<double> parse_speed(const std::string& text) {
  if (text == "max") return 0.0;
  double speed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, speed);
  if (error != std::errc{} || stop != end || !(speed > 0) || speed > 1e6) return std::nullopt;
  return speed;
}

Result<Asked, int> read_asked(const Arguments& arguments) {
  po::options_description flags("Flags");
  auto add = flags.add_options();
  add("access", po::value<std::string>()->required()->value_name("FILE"),
      "what atelier create printed");
  add("server", po::value<std::string>()->default_value("")->value_name("URL"),
      "instead of the access file's server");
  add("speed", po::value<std::string>()->default_value("max")->value_name("X|max"),
      "script seconds in a second, or max");
  add("journal", po::value<std::string>()->default_value("")->value_name("FILE"),
      "append a line for each acknowledgement: PERSON INSTANCE COUNTER SEQ REFUSAL");
  add("seed", po::value<std::uint64_t>()->value_name("N"),
      "repeats instance and client ids (give each run on one meeting its own; default random)");
  add("give-up", po::value<unsigned>()->default_value(60)->value_name("S"),
      "seconds without any acknowledgement until it gives up");
  add("format", po::value<std::string>()->default_value("text")->value_name("text|json"),
      "how the counts are printed");
  add("script", po::value<std::vector<std::string>>()->required(),
      "script files, in order (also without --script)");
  po::positional_options_description positional;
  positional.add("script", -1);
  const auto values = read_flags(usage, flags, positional, arguments);
  if (!values) return std::unexpected(values.error());
  const auto text = [&](const char* name) { return (*values)[name].as<std::string>(); };
  Asked asked{(*values)["script"].as<std::vector<std::string>>(),
              text("access"),
              text("server"),
              text("journal"),
              text("format"),
              {}};
  const auto speed = parse_speed(text("speed"));
  if (!speed)
    return std::unexpected(complain(usage.verb, "--speed is a number like 20, or max", exit_usage));
  if (asked.format != "text" && asked.format != "json")
    return std::unexpected(complain(usage.verb, "--format is text or json", exit_usage));
  asked.options.speed = *speed;
  asked.options.seed =
      values->contains("seed") ? (*values)["seed"].as<std::uint64_t>() : std::random_device{}();
  asked.options.give_up = std::chrono::seconds((*values)["give-up"].as<unsigned>());
  return asked;
}

void print_text(const Rehearsal& rehearsal, std::uint64_t records, std::uint64_t seed) {
  const Tally& tally = rehearsal.tally();
  std::printf("events        %zu (%zu refused as expected, %zu unexpected)\n", tally.events,
              tally.events_refused_as_expected, tally.events_unexpected);
  std::printf("played        in %.2f s, %.0f events a second\n", rehearsal.seconds(),
              static_cast<double>(tally.events) / rehearsal.seconds());
  std::printf("commands      %zu sent, %zu accepted, %zu refused\n", tally.commands_sent,
              tally.commands_accepted, tally.commands_refused);
  std::printf("dumps         %zu compared around refused events\n", tally.dumps_compared);
  std::printf("reconnects    %zu\n", rehearsal.reconnects());
  std::printf("records       %llu in the meeting's log\n",
              static_cast<unsigned long long>(records));
  std::printf("received      at most %llu bytes by one person\n",
              static_cast<unsigned long long>(rehearsal.bytes_received_max()));
  std::printf("acknowledged  p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
              tally.acknowledgement.percentile_ms(50), tally.acknowledgement.percentile_ms(99),
              tally.acknowledgement.max_ms());
  std::printf("behind        at most %lld ms after the script's time\n",
              static_cast<long long>(rehearsal.behind_max().count()));
  std::printf("seed          %llu\n", static_cast<unsigned long long>(seed));
}

void print_json(const Rehearsal& rehearsal, std::uint64_t records, std::uint64_t seed) {
  const Tally& tally = rehearsal.tally();
  boost::json::object whys;
  for (const auto& [why, code] : tally.whys()) whys[why] = v1::Refusal_Name(code);
  boost::json::array faults;
  for (const std::string& fault : tally.faults()) faults.emplace_back(fault);
  const boost::json::object report{{"events", tally.events},
                                   {"events_refused_as_expected", tally.events_refused_as_expected},
                                   {"events_unexpected", tally.events_unexpected},
                                   {"commands_sent", tally.commands_sent},
                                   {"commands_accepted", tally.commands_accepted},
                                   {"commands_refused", tally.commands_refused},
                                   {"dumps_compared", tally.dumps_compared},
                                   {"reconnects", rehearsal.reconnects()},
                                   {"records", records},
                                   {"seconds", rehearsal.seconds()},
                                   {"bytes_received_max", rehearsal.bytes_received_max()},
                                   {"ack_p50_ms", tally.acknowledgement.percentile_ms(50)},
                                   {"ack_p99_ms", tally.acknowledgement.percentile_ms(99)},
                                   {"ack_max_ms", tally.acknowledgement.max_ms()},
                                   {"behind_max_ms", rehearsal.behind_max().count()},
                                   {"seed", seed},
                                   {"refusals", whys},
                                   {"faults", faults}};
  std::cout << boost::json::serialize(report) << "\n";
}

int rehearse(const Asked& asked) {
  const auto script = read_script_files(asked.scripts);
  if (!script) return complain(usage.verb, script.error());
  const auto access = read_access(asked.access, asked.server);
  if (!access) return complain(usage.verb, access.error(), exit_input);
  Journal journal(asked.journal);
  if (!journal.good())
    return complain(usage.verb, asked.journal + " cannot be written; give another --journal",
                    exit_input);

  RehearsalOptions options = asked.options;
  const auto meeting = ask_meeting(*access, options.give_up);
  if (!meeting) return complain(usage.verb, meeting.error().why, exit_server);
  options.script_times = meeting->rehearsal;
  std::map<std::string, std::string> tokens;
  for (const std::string& person : script->people) {
    const auto token = ask_seat(*access, person, options.give_up);
    if (!token)
      return complain(usage.verb, "no seat for " + person + ": " + token.error().why, exit_server);
    tokens[person] = *token;
  }

  Rehearsal rehearsal(*access, *script, tokens, journal, options);
  rehearsal.run();
  // A server that it gave up on is not waited for again.
  const auto after = ask_meeting(
      *access, rehearsal.tally().faults().empty() ? options.give_up : std::chrono::seconds(0));
  const std::uint64_t records = after ? after->seq : 0;
  (asked.format == "json" ? print_json : print_text)(rehearsal, records, options.seed);
  for (const std::string& fault : rehearsal.tally().faults()) std::cerr << fault << "\n";
  if (!after) return complain(usage.verb, after.error().why, exit_server);
  return rehearsal.tally().faults().empty() ? exit_ok : exit_failed;
}

}  // namespace

int run_rehearse(const Arguments& arguments) {
  const auto asked = read_asked(arguments);
  return asked ? rehearse(*asked) : asked.error();
}

}  // namespace atelier::cli
