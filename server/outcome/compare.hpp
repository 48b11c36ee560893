#pragma once

#include <string>
#include <vector>

#include "meeting/meeting.hpp"

namespace atelier::outcome {

enum class Change { same, removed, added };

struct SentenceChange {
  Change change = Change::same;
  std::string sentence;
  std::vector<std::string> persons;  ///< who wrote letters of it, sorted; of a removed one, who had
};

struct TextComparison {
  std::string text;
  std::vector<SentenceChange> sentences;
};

/// One thing that is not the same: of a vote, an activity, a parked idea, a position, a pledge, a practice.
struct Difference {
  std::string key;     ///< as of Meeting::view: "activity/ACT-16"
  std::string what;    ///< "owner", "A1.1", "ballots"
  std::string before;  ///< empty: was not there
  std::string after;   ///< empty: is not there
};

struct Comparison {
  std::vector<TextComparison> texts;    ///< those that differ, in order of opening
  std::vector<Difference> differences;  ///< tallies, plan, model; by key
};

/// What changed from one moment of a meeting to another.
Comparison compare(const meeting::Meeting& before, const meeting::Meeting& after);
std::string comparison_json(const Comparison& comparison);

/// Text cut into sentences, each with the blanks behind it; a paragraph's end ends one too.
std::vector<std::string> sentences(std::string_view text);

}  // namespace atelier::outcome
