#include <unistd.h>

#include <fstream>
#include <sstream>

#include "load_run.hpp"

namespace atelier::cli {

std::optional<ProcessUse> process_use(int pid) {
  if (pid <= 0) return std::nullopt;
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The name may hold blanks; after its ")" come state and numbers: utime and stime are fields 14
  // and 15, rss 24 (man proc).
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0, pages = 0;
  fields >> user >> system;
  for (int field = 16; field < 24; ++field) fields >> skipped;
  fields >> pages;
  const auto a_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page_kb = static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
  return ProcessUse{(user + system) / a_second, pages * page_kb};
}

}  // namespace atelier::cli
