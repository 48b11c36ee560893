#include "content_import.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "content_parts.hpp"
#include "limits.hpp"

namespace atelier::cli {

namespace {

using AddJson = void (*)(const Fields&, v1::MeetingContent&);

struct JsonPart {
  const char* file;
  AddJson add;
};

constexpr std::array<JsonPart, 5> optional_parts{{
    {"strategy.json", add_strategy},
    {"action_plan.json", add_action_plan},
    {"good_practices.json", add_practices},
    {"comparison_aspects.json", add_aspects},
    {"roadmap.json", add_roadmap},
}};
constexpr const char* networks_file = "networks.json";
constexpr const char* findings_file = "baseline_audit_findings.csv";
constexpr const char* items_file = "survey_items.csv";
constexpr const char* answers_file = "survey_vet_leaders.csv";

bool is_meeting_file(const std::string& name) {
  return name.starts_with("meeting") && name.ends_with(".json");
}

bool is_known(const std::string& name) {
  return is_meeting_file(name) || name == networks_file || name == findings_file ||
         name == items_file || name == answers_file ||
         std::ranges::any_of(optional_parts,
                             [&](const JsonPart& part) { return name == part.file; });
}

std::string meeting_file(const ContentFiles& files, Problems& problems) {
  std::string found;
  for (const auto& [name, text] : files) {
    if (!is_meeting_file(name)) continue;
    if (!found.empty()) {
      problems.add(name, "a content folder describes one meeting, and there is " + found +
                             " too; keep one of them");
      return found;
    }
    found = name;
  }
  if (found.empty())
    problems.add("meeting_….json",
                 "is missing; the content folder needs the meeting's agenda, tables, staff and "
                 "participants");
  return found;
}

void add_json(const ContentFiles& files, const std::string& name, AddJson add,
              v1::MeetingContent& content, Problems& problems) {
  const auto value = parse_json(files.at(name), name, problems);
  if (value) add(Fields(*value, name, problems), content);
}

/// Ids are what everything else refers to, so two of one kind with one id are a mistake of the
/// file.
template <class List>
void refuse_doubles(const List& list, const std::string& what, Problems& problems) {
  std::vector<std::string> ids;
  for (const auto& item : list) ids.push_back(item.id());
  std::ranges::sort(ids);
  for (auto at = std::ranges::adjacent_find(ids); at != ids.end();) {
    problems.add(what + " " + *at, "there are two with this id; give each its own");
    at = std::adjacent_find(std::next(at), ids.end());
  }
}

void check(const v1::MeetingContent& content, Problems& problems) {
  refuse_doubles(content.networks(), "network", problems);
  refuse_doubles(content.organisations(), "organisation", problems);
  refuse_doubles(content.roster(), "person", problems);
  refuse_doubles(content.activities(), "activity", problems);
  refuse_doubles(content.practices(), "practice", problems);
  for (const auto& person : content.roster()) {
    const bool known = person.network().empty() ||
                       std::ranges::any_of(content.networks(), [&](const auto& network) {
                         return network.id() == person.network();
                       });
    if (!known)
      problems.add("participant " + person.id(),
                   "is of network " + person.network() +
                       ", which networks.json does not have; add it there");
  }
}

}  // namespace

Result<ImportedContent, std::vector<Problem>> import_content(const ContentFiles& files) {
  ImportedContent imported;
  v1::MeetingContent& content = imported.content;
  Problems problems;
  const std::string meeting = meeting_file(files, problems);
  if (files.contains(networks_file)) {
    add_json(files, networks_file, add_networks, content, problems);
  } else {
    problems.add(networks_file,
                 "is missing; the content folder needs the networks and organisations");
  }
  if (!meeting.empty()) add_json(files, meeting, add_meeting, content, problems);
  for (const JsonPart& part : optional_parts) {
    if (files.contains(part.file)) {
      add_json(files, part.file, part.add, content, problems);
    } else {
      imported.absent.emplace_back(part.file);
    }
  }
  if (files.contains(findings_file)) {
    add_findings(CsvTable::parse(files.at(findings_file), findings_file, problems), content,
                 problems);
  } else {
    imported.absent.emplace_back(findings_file);
  }
  if (files.contains(items_file) && files.contains(answers_file)) {
    const auto items = CsvTable::parse(files.at(items_file), items_file, problems);
    add_survey(items, CsvTable::parse(files.at(answers_file), answers_file, problems), content,
               problems);
  } else {
    imported.absent.emplace_back(files.contains(items_file) ? answers_file : items_file);
  }
  check(content, problems);
  if (!problems.empty()) return std::unexpected(problems.list());
  return imported;
}

Result<ContentFiles, std::vector<Problem>> read_content_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  ContentFiles files;
  Problems problems;
  fs::directory_iterator entries(folder, error);
  if (error) {
    problems.add(folder, "cannot be read as a folder (" + error.message() +
                             "); give the folder that holds the content files");
    return std::unexpected(problems.list());
  }
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    const std::string name = entries->path().filename().string();
    std::error_code of_file;
    if (!is_known(name) || !entries->is_regular_file(of_file)) continue;
    if (entries->file_size(of_file) > content_file_bytes_max || of_file) {
      problems.add(name, "is larger than 4 MiB or cannot be read; shorten it");
      continue;
    }
    std::ifstream stream(entries->path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) {
      problems.add(name, "cannot be read; check who may read it");
    } else {
      files.emplace(name, std::move(text));
    }
  }
  if (!problems.empty()) return std::unexpected(problems.list());
  return files;
}

v1::NetworkKind network_kind(const v1::MeetingContent& content, const std::string& network) {
  for (const auto& one : content.networks())
    if (one.id() == network) return one.kind();
  return v1::NETWORK_KIND_UNSPECIFIED;
}

}  // namespace atelier::cli
