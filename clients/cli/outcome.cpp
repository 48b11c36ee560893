#include <boost/program_options/value_semantic.hpp>
#include <iostream>

#include "access.hpp"
#include "verbs.hpp"

namespace atelier::cli {

namespace po = boost::program_options;

namespace {

const Usage usage{
    "outcome", "[--server URL] --access FILE [--format json|md|html] [--at SECONDS]",
    "Prints the outcome of a meeting: attendance, final texts, tallies, decisions, plan, pledges.\n"
    "A running meeting has one too; --at gives the outcome as it was at a second of meeting "
    "time.\n"};

}  // namespace

int run_outcome(const Arguments& arguments) {
  po::options_description flags("Flags");
  auto add = flags.add_options();
  add("access", po::value<std::string>()->required()->value_name("FILE"),
      "what atelier create printed");
  add("server", po::value<std::string>()->default_value("")->value_name("URL"),
      "instead of the access file's server");
  add("format", po::value<std::string>()->default_value("json")->value_name("json|md|html"),
      "json, Markdown or one page of HTML");
  add("at", po::value<std::uint64_t>()->value_name("SECONDS"), "as it was then; default: now");
  const auto values = read_flags(usage, flags, {}, arguments);
  if (!values) return values.error();
  const auto text = [&](const char* name) { return (*values)[name].as<std::string>(); };
  const std::string format = text("format");
  if (format != "json" && format != "md" && format != "html")
    return complain(usage.verb, "--format is json, md or html", exit_usage);
  const auto access = read_access(text("access"), text("server"));
  if (!access) return complain(usage.verb, access.error(), exit_input);
  std::string target = "/api/meeting/" + access->meeting + "/outcome?format=" + format;
  if (values->contains("at"))
    target += "&at=" + std::to_string((*values)["at"].as<std::uint64_t>());
  const auto outcome =
      ask_server(access->server, {.target = target, .token = access->organiser_token});
  if (!outcome) return complain(usage.verb, outcome.error().why, exit_server);
  std::cout << *outcome;
  return exit_ok;
}

}  // namespace atelier::cli
