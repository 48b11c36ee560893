#include <algorithm>
#include <array>
#include <exception>
#include <iostream>

#include "verbs.hpp"

namespace {

using namespace atelier::cli;

struct Verb {
  const char* name;
  const char* summary;
  int (*run)(const Arguments& arguments);
};

constexpr std::array verbs{
    Verb{"create", "makes a meeting from a folder of content files", run_create},
    Verb{"rehearse",
         "plays scripts with one connection per person and checks what is accepted and refused",
         run_rehearse},
    Verb{"outcome", "prints the outcome of a meeting", run_outcome},
    Verb{"export", "gets a copy of a meeting's file from a running server", run_export},
    Verb{"replay", "prints a meeting as it was at any second, from its file alone", run_replay},
    Verb{"events", "tells everything that happened, from a meeting's file alone", run_events},
    Verb{"blame", "tells who wrote every run of a text, from a meeting's file alone", run_blame},
    Verb{"compare", "tells what changed between two moments, from a meeting's file alone", run_compare},
    Verb{"verify", "checks a meeting's file alone", run_verify},
    Verb{"load", "loads a server: many connections in one text, some of which type", run_load},
};

void print_help(std::ostream& out) {
  out << "atelier VERB [flags]      the command line of Atelier, the live-workshop server\n\n";
  for (const Verb& verb : verbs) {
    std::string name = verb.name;
    name.resize(10, ' ');
    out << "  " << name << verb.summary << "\n";
  }
  out << "\natelier VERB --help tells the flags and exit codes of a verb. atelier --version prints "
         "the version.\n";
}

}  // namespace

int main(int count, char** texts) {
  const Arguments arguments(texts + 1, texts + count);
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") {
    print_help(arguments.empty() ? std::cerr : std::cout);
    return arguments.empty() ? exit_usage : exit_ok;
  }
  if (arguments[0] == "--version") {
    std::cout << "atelier " << ATELIER_VERSION << "\n";
    return exit_ok;
  }
  const auto* verb =
      std::ranges::find_if(verbs, [&](const Verb& one) { return arguments[0] == one.name; });
  if (verb == verbs.end())
    return complain(arguments[0], "there is no such verb; atelier --help lists them", exit_usage);
  try {
    return verb->run(Arguments(arguments.begin() + 1, arguments.end()));
  } catch (const std::exception& error) {  // a library ran out of memory or descriptors
    return complain(arguments[0], std::string("cannot go on: ") + error.what(), exit_failed);
  }
}
