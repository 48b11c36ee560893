#include "script.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "csv.hpp"
#include "limits.hpp"
#include "script_mapper.hpp"

namespace atelier::cli {

namespace {

/// Reads lines of JSON into events; keeps what crosses lines and files.
class Reader {
 public:
  explicit Reader(Problems& problems) : problems_(problems) {}

  void read(const ScriptFile& file) {
    std::size_t line = 0;
    for (std::size_t at = 0; at < file.text.size() && problems_.list().size() < problems_max;) {
      const std::size_t end = std::min(file.text.find('\n', at), file.text.size());
      read_line(file.name, ++line, std::string_view(file.text).substr(at, end - at));
      at = end + 1;
    }
  }

  Script script() && {
    std::set<std::string> people;
    for (const ScriptEvent& event : script_.events) people.insert(event.person);
    script_.people.assign(people.begin(), people.end());
    return std::move(script_);
  }

 private:
  void read_line(const std::string& file, std::size_t line, std::string_view text) {
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) return;
    const std::string where = file + ":" + std::to_string(line);
    if (script_.events.size() >= script_events_max) {
      problems_.add(
          where, "a script has at most " + std::to_string(script_events_max) + " events; split it");
      return;
    }
    const auto value = parse_json(text, where, problems_);
    if (!value) return;
    const Fields fields(*value, where + ": ", problems_);
    if (!value->is_object()) return;
    ScriptEvent event = header(file, line, fields);
    event.act = mapper_.map(event, fields);
    script_.events.push_back(std::move(event));
  }

  ScriptEvent header(const std::string& file, std::size_t line, const Fields& fields) {
    ScriptEvent event{.file = file,
                      .line = line,
                      .second = fields.whole("t", 0, script_second_max),
                      .person = fields.text("by"),
                      .verb = fields.text("do"),
                      .why = fields.text_or("why", ""),
                      .act = {}};
    if (event.second < second_)
      fields.complain("t", "goes back in time (the event before is at " + std::to_string(second_) +
                               "); put events and script files in order of time");
    second_ = std::max(second_, event.second);
    const std::string expect = fields.text_or("expect", "");
    event.must_be_refused = expect == "rejected";
    if (!expect.empty() && !event.must_be_refused)
      fields.complain("expect", "may only be \"rejected\"");
    if (event.must_be_refused && event.why.empty())
      fields.complain("why", "is missing; say why the event is to be refused");
    return event;
  }

  Problems& problems_;
  ScriptMapper mapper_;
  Script script_;
  std::int64_t second_ = 0;
};

void complete_practice(v1::Practice& practice, const v1::MeetingContent& content) {
  for (const v1::Practice& known : content.practices()) {
    if (known.id() != practice.id()) continue;
    v1::Practice whole = known;
    whole.MergeFrom(practice);  // what the script says stands
    practice = whole;
    return;
  }
}

}  // namespace

Result<Script, std::vector<Problem>> read_script(const std::vector<ScriptFile>& files) {
  Problems problems;
  Reader reader(problems);
  for (const ScriptFile& file : files) {
    if (is_utf8(file.text)) {
      reader.read(file);
    } else {
      problems.add(file.name, "is not UTF-8; save it as UTF-8");
    }
  }
  Script script = std::move(reader).script();
  if (problems.empty() && script.events.empty())
    problems.add(files.empty() ? "script" : files.front().name,
                 "has no events; give at least one script file with events");
  if (!problems.empty()) return std::unexpected(problems.list());
  return script;
}

Result<Script, std::vector<Problem>> read_script_files(const std::vector<std::string>& paths) {
  std::vector<ScriptFile> files;
  Problems problems;
  for (const std::string& path : paths) {
    std::ifstream stream(path, std::ios::binary | std::ios::ate);
    const auto size = stream ? static_cast<std::streamoff>(stream.tellg()) : -1;
    if (size < 0 || size > static_cast<std::streamoff>(script_file_bytes_max)) {
      problems.add(path,
                   size < 0 ? "cannot be read; check the path" : "is larger than 64 MiB; split it");
      continue;
    }
    std::string text(static_cast<std::size_t>(size), '\0');
    stream.seekg(0);
    if (!stream.read(text.data(), size) && size > 0) {
      problems.add(path, "cannot be read; give a file");
      continue;
    }
    files.push_back({path, std::move(text)});
  }
  if (!problems.empty()) return std::unexpected(problems.list());
  return read_script(files);
}

void complete(v1::Command& command, const std::string& person, const v1::MeetingContent& content) {
  if (command.has_practice_post()) {
    complete_practice(*command.mutable_practice_post()->mutable_practice(), content);
  } else if (command.has_join() && command.join().organisation().empty()) {
    for (const auto& known : content.roster())
      if (known.id() == person) command.mutable_join()->set_organisation(known.organisation());
  } else if (command.has_text_open() && command.text_open().title().empty()) {
    for (const auto& known : content.texts())
      if (known.id() == command.text_open().text())
        command.mutable_text_open()->set_title(known.title());
  }
}

}  // namespace atelier::cli
