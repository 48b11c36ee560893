#pragma once

#include <string>
#include <utility>
#include <vector>

namespace atelier::cli {

/// Something wrong in what a person gave us: where (file and field, or file and line) and what to
/// do about it.
struct Problem {
  std::string where;
  std::string advice;
  bool operator==(const Problem&) const = default;
};

/// Collects what is wrong while a file is read, so that one run tells everything.
class Problems {
 public:
  void add(std::string where, std::string advice) {
    list_.push_back({std::move(where), std::move(advice)});
  }
  bool empty() const { return list_.empty(); }
  const std::vector<Problem>& list() const { return list_; }

 private:
  std::vector<Problem> list_;
};

/// One line for each problem, at most `shown` of them, and how many more there are.
std::string describe(const std::vector<Problem>& problems, std::size_t shown = 20);

}  // namespace atelier::cli
