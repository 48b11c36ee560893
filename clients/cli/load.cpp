#include <boost/json/serialize.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <cstdio>
#include <iostream>

#include "limits.hpp"
#include "load_run.hpp"
#include "rehearsal.hpp"
#include "verbs.hpp"

namespace atelier::cli {

namespace po = boost::program_options;

namespace {

const Usage usage{"load",
                  "--server URL --organiser-token-file FILE [--connections N] [--typists M] "
                  "[--rate R] [--seconds S] [--pid PID]",
                  "Makes a meeting of its own, opens one text in N connections and lets M of them "
                  "type in it, R letters a second\n"
                  "each. Measures from the moment a letter was due to its arrival at every other "
                  "connection, checks that every\n"
                  "copy is the same in the end, and prints one line of JSON and a table. With "
                  "--pid it tells the server's CPU\n"
                  "per delivered letter and its memory. It fails when a copy is not complete or a "
                  "letter is refused.\n"};

struct Asked {
  LoadPlan plan;
  std::string server, token_file;
  int pid = 0;
};

std::string problem_of(const LoadPlan& plan) {
  if (plan.connections < 2 || plan.connections > load_connections_max)
    return "--connections is from 2 to 20000";
  if (plan.typists < 1 || plan.typists > plan.connections)
    return "--typists is from 1 to the number of connections";
  if (!(plan.letters_a_second > 0) || plan.letters_a_second > 1000)
    return "--rate is above 0 and at most 1000";
  if (plan.seconds < 1 || plan.seconds > 3600) return "--seconds is from 1 to 3600";
  if (plan.text_paragraphs < 1 || plan.text_paragraphs > 1000)
    return "--paragraphs is from 1 to 1000";
  return "";
}

Result<Asked, int> read_asked(const Arguments& arguments) {
  Asked asked;
  LoadPlan& plan = asked.plan;
  po::options_description flags("Flags");
  auto add = flags.add_options();
  add("server", po::value(&asked.server)->required()->value_name("URL"), "the server");
  add("organiser-token-file", po::value(&asked.token_file)->required()->value_name("FILE"),
      "the server's organiser token");
  add("connections", po::value(&plan.connections)->default_value(plan.connections)->value_name("N"),
      "connections in the text");
  add("typists", po::value(&plan.typists)->default_value(plan.typists)->value_name("M"),
      "of these, those who type");
  add("rate",
      po::value(&plan.letters_a_second)->default_value(plan.letters_a_second)->value_name("R"),
      "letters a second of each");
  add("seconds", po::value(&plan.seconds)->default_value(plan.seconds)->value_name("S"),
      "how long they type");
  add("paragraphs",
      po::value(&plan.text_paragraphs)->default_value(plan.text_paragraphs)->value_name("P"),
      "of the text before");
  add("pid", po::value(&asked.pid)->default_value(0)->value_name("PID"),
      "the server's process, on this machine");
  const auto values = read_flags(usage, flags, {}, arguments);
  if (!values) return std::unexpected(values.error());
  const std::string problem = problem_of(plan);
  if (!problem.empty()) return std::unexpected(complain(usage.verb, problem, exit_usage));
  if (asked.pid != 0 && !process_use(asked.pid))
    return std::unexpected(
        complain(usage.verb, "there is no process with that --pid here", exit_usage));
  return asked;
}

double cpu_us_a_delivery(const LoadResult& result) {
  if (!result.joined || !result.after || result.deliveries == 0) return 0;
  return (result.after->cpu_seconds - result.joined->cpu_seconds) * 1e6 /
         static_cast<double>(result.deliveries);
}

double kb_a_connection(const LoadResult& result, const LoadPlan& plan) {
  if (!result.before || !result.joined) return 0;
  return (result.joined->memory_kb - result.before->memory_kb) /
         static_cast<double>(plan.connections);
}

void print(const LoadResult& result, const LoadPlan& plan) {
  const double seconds = result.typing_seconds > 0 ? result.typing_seconds : 1;
  const double a_second = static_cast<double>(result.deliveries) / seconds;
  boost::json::array faults;
  for (const std::string& fault : result.faults) faults.emplace_back(fault);
  const auto figures = [](const Latencies& latencies) {
    return boost::json::object{{"p50_ms", latencies.percentile_ms(50)},
                               {"p99_ms", latencies.percentile_ms(99)},
                               {"max_ms", latencies.max_ms()}};
  };
  const boost::json::object line{{"connections", plan.connections},
                                 {"typists", plan.typists},
                                 {"rate", plan.letters_a_second},
                                 {"seconds", plan.seconds},
                                 {"letters", result.letters},
                                 {"deliveries", result.deliveries},
                                 {"delivered_per_second", a_second},
                                 {"messages", result.messages},
                                 {"bytes", result.bytes},
                                 {"viewers", figures(result.viewers)},
                                 {"typists_see", figures(result.typists)},
                                 {"acknowledgement", figures(result.acknowledgement)},
                                 {"generator_late", figures(result.late)},
                                 {"complete", result.complete},
                                 {"server_cpu_us_per_delivery", cpu_us_a_delivery(result)},
                                 {"server_kb_per_connection", kb_a_connection(result, plan)},
                                 {"faults", faults}};
  std::cout << boost::json::serialize(line) << std::endl;
  const auto row = [](const char* name, const Latencies& latencies) {
    std::printf("%-22s p50 %8.2f   p99 %8.2f   max %8.2f ms\n", name, latencies.percentile_ms(50),
                latencies.percentile_ms(99), latencies.max_ms());
  };
  std::printf("%zu connections, %zu typists at %.3g letters/s for %zu s\n", plan.connections,
              plan.typists, plan.letters_a_second, plan.seconds);
  std::printf("%-22s %llu typed, %.0f delivered/s\n", "letters",
              static_cast<unsigned long long>(result.letters), a_second);
  row("viewers see them in", result.viewers);
  row("typists see them in", result.typists);
  row("acknowledged in", result.acknowledgement);
  row("the generator is late", result.late);
  std::printf("%-22s %zu of %zu\n", "complete copies", result.complete, plan.connections);
  if (result.after)
    std::printf("%-22s %.2f us a delivery, %.1f KB a connection\n", "server",
                cpu_us_a_delivery(result), kb_a_connection(result, plan));
}

int load(const Asked& asked) {
  const auto server = client::parse_server_url(asked.server);
  if (!server) return complain(usage.verb, server.error(), exit_usage);
  const auto token = read_token(asked.token_file);
  if (!token) return complain(usage.verb, token.error(), exit_input);
  const auto meeting = make_load_meeting(*server, *token, asked.plan);
  if (!meeting) return complain(usage.verb, meeting.error().why, exit_server);

  const Script opening = load_opening(asked.plan, meeting->text, meeting->plain);
  std::map<std::string, std::string> tokens;
  for (const LoadSeat& seat : meeting->seats) tokens[seat.person] = seat.token;
  for (const std::string& person : opening.people) {
    if (tokens.contains(person)) continue;
    const auto seat = ask_seat(meeting->access, person, answer_seconds_max);
    if (!seat) return complain(usage.verb, seat.error().why, exit_server);
    tokens[person] = *seat;
  }
  Journal no_journal("");
  {
    Rehearsal rehearsal(meeting->access, opening, tokens, no_journal,
                        {.seed = std::random_device{}()});
    rehearsal.run();
    for (const std::string& fault : rehearsal.tally().faults())
      return complain(usage.verb, fault, exit_failed);
  }
  LoadRun run(*meeting, asked.plan, asked.pid);
  const LoadResult result = run.run();
  print(result, asked.plan);
  for (const std::string& fault : result.faults) std::cerr << fault << "\n";
  return result.faults.empty() && result.complete == asked.plan.connections ? exit_ok : exit_failed;
}

}  // namespace

int run_load(const Arguments& arguments) {
  const auto asked = read_asked(arguments);
  return asked ? load(*asked) : asked.error();
}

}  // namespace atelier::cli
