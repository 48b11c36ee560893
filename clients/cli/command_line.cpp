#include "command_line.hpp"

#include <boost/program_options/parsers.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

#include "limits.hpp"

namespace atelier::cli {

namespace po = boost::program_options;

namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 done · 1 what was checked does not hold · 2 wrong command line · 3 a given file "
    "is wrong ·\n"
    "4 the server cannot be reached or does not do it.\n";

void print_help(const Usage& usage, const po::options_description& flags) {
  std::cout << "atelier " << usage.verb << " " << usage.synopsis << "\n\n"
            << usage.about << "\n"
            << flags << "\n"
            << exit_codes;
}

}  // namespace

Result<po::variables_map, int> read_flags(const Usage& usage, const po::options_description& flags,
                                          const po::positional_options_description& positional,
                                          const Arguments& arguments) {
  po::options_description all = flags;
  all.add_options()("help,h", "prints this");
  try {
    po::variables_map values;
    const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(
        po::command_line_parser(arguments).options(all).positional(positional).style(style).run(),
        values);
    if (values.contains("help")) {
      print_help(usage, flags);
      return std::unexpected(static_cast<int>(exit_ok));
    }
    po::notify(values);
    return values;
  } catch (const po::error& error) {  // the library's way to say that a flag is wrong or missing
    return std::unexpected(
        complain(usage.verb,
                 std::string(error.what()) + "; atelier " + usage.verb + " --help tells the flags",
                 exit_usage));
  }
}

int complain(const std::string& verb, const std::string& what, int code) {
  std::cerr << "atelier " << verb << ": " << what << "\n";
  return code;
}

int complain(const std::string& verb, const std::vector<Problem>& problems) {
  std::cerr << "atelier " << verb << ": nothing was sent, because of\n"
            << describe(problems) << "\n";
  return exit_input;
}

Result<std::string, std::string> read_file(const std::string& path, std::size_t bytes_max) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return std::unexpected(path + " is a folder; give a file");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::unexpected(path + " cannot be read; check the path and who may read it");
  if (std::filesystem::file_size(path, error) > bytes_max && !error)
    return std::unexpected(path + " is too large");
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

Result<std::string, std::string> read_token(const std::string& path) {
  auto text = read_file(path, token_file_bytes_max);
  if (!text) return text;
  constexpr const char* blanks = " \t\r\n";
  const std::size_t start = text->find_first_not_of(blanks);
  if (start == std::string::npos) return std::unexpected(path + " is empty; it must hold a token");
  return text->substr(start, text->find_last_not_of(blanks) - start + 1);
}

}  // namespace atelier::cli
