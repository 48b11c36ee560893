#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "problems.hpp"

namespace atelier::cli {

/// What the program tells its caller; stands in every --help.
enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,  ///< what was to be checked does not hold
  exit_usage = 2,   ///< the command line is wrong
  exit_input = 3,   ///< a file that was given is wrong
  exit_server = 4,  ///< the server cannot be reached, or does not do it
};

using Arguments = std::vector<std::string>;

struct Usage {
  std::string verb;      ///< "create"
  std::string synopsis;  ///< what follows the verb
  std::string about;     ///< what it does, in lines of at most 100 characters
};

/// Reads the flags of one verb. Prints the help or what is wrong and gives the exit code instead,
/// when that is all to do.
Result<boost::program_options::variables_map, int> read_flags(
    const Usage& usage, const boost::program_options::options_description& flags,
    const boost::program_options::positional_options_description& positional,
    const Arguments& arguments);

/// Prints "atelier VERB: …" on stderr and gives `code`.
int complain(const std::string& verb, const std::string& what, int code);
int complain(const std::string& verb, const std::vector<Problem>& problems);

/// A small file's text; fails with a sentence that says what to do.
Result<std::string, std::string> read_file(const std::string& path, std::size_t bytes_max);
/// The same without blanks and line ends around it: a token.
Result<std::string, std::string> read_token(const std::string& path);

}  // namespace atelier::cli
