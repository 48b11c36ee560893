#include <boost/program_options/value_semantic.hpp>
#include <iostream>

#include "access.hpp"
#include "content_import.hpp"
#include "verbs.hpp"

namespace atelier::cli {

namespace po = boost::program_options;

namespace {

const Usage usage{
    "create", "--server URL --organiser-token-file FILE --from CONTENT_DIR [--live | --rehearsal]",
    "Makes a meeting from a folder of content files and prints its access JSON: id, join code, "
    "tokens and one\n"
    "link for each role. Keep it: whoever has it runs the meeting.\n\n"
    "By default the meeting is a rehearsal: its records may carry the times of a script, so that a "
    "half-day\n"
    "played in a minute is still a half-day in the replay. --live makes a real meeting, whose "
    "times are those of\n"
    "the server's clock.\n\n"
    "The folder holds meeting_….json and networks.json, and where there are such: strategy.json,\n"
    "action_plan.json, good_practices.json, comparison_aspects.json, roadmap.json,\n"
    "baseline_audit_findings.csv, survey_items.csv with survey_vet_leaders.csv.\n"};

int create(const client::ServerUrl& server, const std::string& token, const std::string& folder,
           bool rehearsal) {
  const auto files = read_content_folder(folder);
  if (!files) return complain(usage.verb, files.error());
  const auto imported = import_content(*files);
  if (!imported) return complain(usage.verb, imported.error());
  for (const std::string& name : imported->absent)
    std::cerr << "atelier create: there is no " << name << "; the meeting goes without\n";
  const auto access = ask_server(
      server, {.method = "POST",
               .target = std::string("/api/meetings?rehearsal=") + (rehearsal ? "1" : "0"),
               .token = token,
               .content_type = "application/x-protobuf",
               .body = imported->content.SerializeAsString()});
  if (!access) return complain(usage.verb, access.error().why, exit_server);
  std::cout << *access << (access->ends_with('\n') ? "" : "\n");
  return exit_ok;
}

}  // namespace

int run_create(const Arguments& arguments) {
  po::options_description flags("Flags");
  auto add = flags.add_options();
  add("server", po::value<std::string>()->required()->value_name("URL"),
      "the server, like http://127.0.0.1:8080");
  add("organiser-token-file", po::value<std::string>()->required()->value_name("FILE"),
      "the server's organiser token (DIR/organiser-token of atelierd --data DIR)");
  add("from", po::value<std::string>()->required()->value_name("DIR"),
      "the folder of content files");
  add("live", "a real meeting");
  add("rehearsal", "a rehearsal (the default)");
  const auto values = read_flags(usage, flags, {}, arguments);
  if (!values) return values.error();
  if (values->contains("live") && values->contains("rehearsal"))
    return complain(usage.verb, "--live and --rehearsal exclude each other; give one", exit_usage);
  const auto server = client::parse_server_url((*values)["server"].as<std::string>());
  if (!server) return complain(usage.verb, server.error(), exit_usage);
  const auto token = read_token((*values)["organiser-token-file"].as<std::string>());
  if (!token) return complain(usage.verb, token.error(), exit_input);
  return create(*server, *token, (*values)["from"].as<std::string>(), !values->contains("live"));
}

}  // namespace atelier::cli
