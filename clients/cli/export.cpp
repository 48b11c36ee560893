#include <boost/program_options/value_semantic.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "access.hpp"
#include "verbs.hpp"

namespace atelier::cli {

namespace po = boost::program_options;

namespace {

const Usage usage{"export", "[--server URL] --access FILE --to COPY.atelier",
                  "Gets a consistent copy of a meeting's file from a running server, also in the "
                  "middle of the meeting. The copy\n"
                  "holds no names and no tokens; atelier replay and atelier verify work on it "
                  "without a server.\n"};

/// Writes beside and renames, so that there is never half a copy under that name.
Result<void, std::string> write_whole(const std::string& path, const std::string& bytes) {
  const std::string beside = path + ".part";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(beside, path, error);
  if (file && !error) return {};
  std::filesystem::remove(beside, error);
  return std::unexpected(path + " cannot be written; give a place with room where you may write");
}

}  // namespace

int run_export(const Arguments& arguments) {
  po::options_description flags("Flags");
  auto add = flags.add_options();
  add("access", po::value<std::string>()->required()->value_name("FILE"),
      "what atelier create printed");
  add("server", po::value<std::string>()->default_value("")->value_name("URL"),
      "instead of the access file's server");
  add("to", po::value<std::string>()->required()->value_name("COPY"),
      "where the copy goes; must not be there yet");
  const auto values = read_flags(usage, flags, {}, arguments);
  if (!values) return values.error();
  const auto text = [&](const char* name) { return (*values)[name].as<std::string>(); };
  std::error_code error;
  if (std::filesystem::exists(text("to"), error))
    return complain(usage.verb, text("to") + " is there already; give another --to", exit_usage);
  const auto access = read_access(text("access"), text("server"));
  if (!access) return complain(usage.verb, access.error(), exit_input);
  const auto file = ask_server(
      access->server,
      {.target = "/api/meeting/" + access->meeting + "/file", .token = access->organiser_token});
  if (!file) return complain(usage.verb, file.error().why, exit_server);
  const auto written = write_whole(text("to"), *file);
  return written ? exit_ok : complain(usage.verb, written.error(), exit_input);
}

}  // namespace atelier::cli
