#pragma once

#include <string>

#include "atelier/v1/content.pb.h"
#include "csv.hpp"
#include "json_fields.hpp"

// The parts of content_import.hpp, one for each file; inside this folder only.
namespace atelier::cli {

void add_meeting(const Fields& file, v1::MeetingContent& content);  // after add_networks
void add_networks(const Fields& file, v1::MeetingContent& content);
void add_strategy(const Fields& file, v1::MeetingContent& content);
void add_action_plan(const Fields& file, v1::MeetingContent& content);
void add_practices(const Fields& file, v1::MeetingContent& content);
void add_aspects(const Fields& file, v1::MeetingContent& content);
void add_roadmap(const Fields& file, v1::MeetingContent& content);
void add_findings(const CsvTable& findings, v1::MeetingContent& content, Problems& problems);
void add_survey(const CsvTable& items, const CsvTable& answers, v1::MeetingContent& content,
                Problems& problems);

}  // namespace atelier::cli
