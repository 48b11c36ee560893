#include <charconv>
#include <optional>

#include "content_parts.hpp"
#include "limits.hpp"

// baseline_audit_findings.csv, survey_items.csv and survey_vet_leaders.csv.
namespace atelier::cli {

namespace {

std::optional<int> whole_number(const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Scale {
  int least = 1;
  int most = 5;
};

struct Answers {
  int count = 0;
  int sum = 0;
};

/// The answers to one item; an empty cell is no answer.
Answers answers_to(const std::string& item, const CsvTable& table, Scale scale,
                   Problems& problems) {
  Answers answers;
  for (const CsvRow& row : table.rows()) {
    const std::string cell = table.cell(row, item, problems);
    if (cell.empty()) continue;
    const auto value = whole_number(cell);
    if (!value || *value < scale.least || *value > scale.most) {
      problems.add(table.where(row, item),
                   "must be a whole number from " + std::to_string(scale.least) + " to " +
                       std::to_string(scale.most) + ", or empty where nothing was answered");
      continue;
    }
    answers.count += 1;
    answers.sum += *value;
  }
  return answers;
}

/// "mean 3.2 (n 38)", rounded half up; a small group is not shown.
std::string shown(const Answers& answers) {
  if (answers.count < survey_answers_min)
    return "fewer than " + std::to_string(survey_answers_min) + " answers";
  const int tenths = (answers.sum * 20 + answers.count) / (2 * answers.count);
  return "mean " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " (n " +
         std::to_string(answers.count) + ")";
}

int scale_end(const CsvTable& items, const CsvRow& row, const char* column, Problems& problems) {
  const auto value = whole_number(items.cell(row, column, problems));
  if (!value) problems.add(items.where(row, column), "must be a whole number");
  return value.value_or(0);
}

}  // namespace

void add_findings(const CsvTable& findings, v1::MeetingContent& content, Problems& problems) {
  for (const CsvRow& row : findings.rows()) {
    const auto cell = [&](const char* column) { return findings.cell(row, column, problems); };
    v1::Evidence& evidence = *content.add_evidence();
    evidence.set_id(cell("id"));
    evidence.set_kind("finding");
    evidence.set_title(cell("theme"));
    evidence.set_text(cell("finding"));
    evidence.set_network(cell("network"));
    evidence.set_aspiration(cell("aspiration"));
    evidence.set_aspect(cell("aspect"));
    for (const char* column : {"score_now", "score_target"})
      if (!whole_number(cell(column)))
        problems.add(findings.where(row, column), "must be a whole number from 1 to 5");
    evidence.set_score(cell("score_now") + " of " + cell("score_target"));
    if (evidence.id().empty())
      problems.add(findings.where(row, "id"), "is empty; give every finding an id");
  }
}

void add_survey(const CsvTable& items, const CsvTable& answers, v1::MeetingContent& content,
                Problems& problems) {
  for (const CsvRow& row : items.rows()) {
    const auto cell = [&](const char* column) { return items.cell(row, column, problems); };
    v1::Evidence& evidence = *content.add_evidence();
    evidence.set_id(cell("item"));
    evidence.set_kind("survey");
    evidence.set_title(cell("block"));
    evidence.set_text(cell("text"));
    evidence.set_aspiration(cell("aspiration"));
    if (!answers.has(evidence.id())) {
      problems.add(items.where(row, "item"),
                   evidence.id() + " has no column of answers in survey_vet_leaders.csv; add it");
      continue;
    }
    const Scale scale{scale_end(items, row, "scale_min", problems),
                      scale_end(items, row, "scale_max", problems)};
    evidence.set_score(shown(answers_to(evidence.id(), answers, scale, problems)));
  }
}

}  // namespace atelier::cli
