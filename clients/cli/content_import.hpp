#pragma once

#include <map>
#include <string>
#include <vector>

#include "atelier/v1/content.pb.h"
#include "base/result.hpp"
#include "problems.hpp"

namespace atelier::cli {

/// Texts of a content folder by file name.
using ContentFiles = std::map<std::string, std::string>;

struct ImportedContent {
  v1::MeetingContent content;
  std::vector<std::string> absent;  ///< optional files that were not there
};

/// What a meeting is made from, out of the files of a content folder: one meeting*.json and
/// networks.json, which must be there, and strategy.json, action_plan.json, good_practices.json,
/// comparison_aspects.json, roadmap.json, baseline_audit_findings.csv, survey_items.csv with
/// survey_vet_leaders.csv, which may be. Answers of the survey become aggregates; no single answer
/// gets into the content. Fails with everything that is wrong, each with file and field.
Result<ImportedContent, std::vector<Problem>> import_content(const ContentFiles& files);

/// Reads the files that import_content() knows. Fails if there is no such folder or a file is over
/// the limit.
Result<ContentFiles, std::vector<Problem>> read_content_folder(const std::string& folder);

/// Every member network may act for an umbrella; observers take no part in the decisions of
/// networks.
v1::NetworkKind network_kind(const v1::MeetingContent& content, const std::string& network);

}  // namespace atelier::cli
