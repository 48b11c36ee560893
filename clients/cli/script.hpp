#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "atelier/v1/command.pb.h"
#include "atelier/v1/content.pb.h"
#include "base/result.hpp"
#include "problems.hpp"

namespace atelier::cli {

/// A person types: what stands in `find` becomes `put`, key by key, in that person's own copy of
/// the text.
struct TypeText {
  std::string text;
  std::string find;
  std::string put;
};

/// A moderator takes back what was typed in a text at a second of the script; the records are known
/// only while playing.
struct UndoText {
  std::string text;
  std::int64_t second = 0;
  std::string note;
};

using Act = std::variant<v1::Command, TypeText, UndoText>;

/// One line of a script.
struct ScriptEvent {
  std::string file;
  std::size_t line = 0;
  std::int64_t second = 0;  ///< after the meeting's start
  std::string person;
  std::string verb;
  bool must_be_refused = false;
  std::string why;  ///< the sentence of the refusal
  Act act;

  std::string place() const { return file + ":" + std::to_string(line); }
};

struct Script {
  std::vector<ScriptEvent> events;  ///< in order of time
  std::vector<std::string> people;  ///< sorted
};

struct ScriptFile {
  std::string name;
  std::string text;  ///< JSON, one event a line; empty lines are skipped
};

/// Reads the files as one script and maps every verb to commands. A partial change of a ballot
/// becomes the whole ballot, "same order" the aspects of the last full list. Fails with every
/// broken line; nothing has been sent then.
Result<Script, std::vector<Problem>> read_script(const std::vector<ScriptFile>& files);

/// Reads the files from disk, then as above.
Result<Script, std::vector<Problem>> read_script_files(const std::vector<std::string>& paths);

/// Fills what a script leaves to the meeting's content: the rest of a practice that its library
/// has, a person's organisation, the title of a text of the strategy.
void complete(v1::Command& command, const std::string& person, const v1::MeetingContent& content);

}  // namespace atelier::cli
