#include <string>
#include <vector>

#include "content_parts.hpp"

// strategy.json, action_plan.json, good_practices.json, comparison_aspects.json, roadmap.json.
namespace atelier::cli {

namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

/// A list of texts, or one text, as one line.
std::string line_of(const Fields& fields, std::string_view key) {
  return fields.is_list(key) ? joined(fields.texts(key), ", ") : fields.as_text(key);
}

/// "46 person days, EUR 3000" of {"person_days": 46, "eur": 3000}; a text stays as it is.
std::string resources_of(const Fields& activity) {
  if (!activity.has("resources") || activity.is_text("resources"))
    return activity.text_or("resources", "");
  const Fields resources = activity.object("resources");
  const std::string days = resources.as_text("person_days");
  const std::string euros = resources.as_text("eur");
  return joined({days.empty() ? "" : days + " person days", euros.empty() ? "" : "EUR " + euros},
                ", ");
}

std::string place_of(const Fields& practice) {
  if (!practice.has("location") || practice.is_text("location"))
    return practice.text_or("location", "");
  const Fields location = practice.object("location");
  return joined({location.as_text("region"), location.as_text("country")}, ", ");
}

std::string period_of(const Fields& practice) {
  if (!practice.has("period") || practice.is_text("period")) return practice.text_or("period", "");
  const Fields period = practice.object("period");
  return joined({period.as_text("from"), period.as_text("to")}, " to ");
}

}  // namespace

void add_strategy(const Fields& file, v1::MeetingContent& content) {
  const auto add_statement = [&](const char* key, const char* title) {
    if (!file.has(key)) return;
    v1::StrategyText& text = *content.add_texts();
    text.set_id(key);
    text.set_title(title);
    text.set_text(file.object(key).text("text"));
  };
  add_statement("vision", "Vision");
  add_statement("mission", "Mission");
  for (const Fields& one : file.objects("aspirations")) {
    v1::StrategyText& text = *content.add_texts();
    text.set_id(one.text("id"));
    text.set_title(one.text("title"));
    text.set_text(one.text("statement"));
    if (!one.has("objectives")) continue;
    for (const Fields& objective : one.objects("objectives")) {
      v1::Objective& added = *text.add_objectives();
      added.set_id(objective.text("id"));
      added.set_text(objective.text("text"));
    }
  }
}

void add_action_plan(const Fields& file, v1::MeetingContent& content) {
  for (const Fields& one : file.objects("activities")) {
    v1::Activity& activity = *content.add_activities();
    activity.set_id(one.text("id"));
    activity.set_title(one.text("title"));
    activity.set_aspiration(one.text_or("aspiration", ""));
    activity.set_objective(one.text_or("objective", ""));
    activity.set_description(one.text_or("description", ""));
    activity.set_start(one.text_or("start", ""));
    activity.set_due(one.text_or("due", ""));
    activity.set_resources(resources_of(one));
    activity.set_funding(one.text_or("funding_source", ""));
    activity.set_indicator(one.text_or("indicator", ""));
    activity.set_target(one.as_text("target"));
    activity.set_status(one.text_or("status", ""));
    activity.set_progress_percent(
        static_cast<std::uint32_t>(one.whole_or("progress_percent", 0, 100, 0)));
    activity.set_risk(one.text_or("risk", ""));
    activity.set_first_step(one.text_or("first_step", ""));
    for (const std::string& id : one.texts_or_none("evidence")) activity.add_evidence(id);
    for (const std::string& id : one.texts_or_none("practices")) activity.add_practices(id);
  }
}

void add_practices(const Fields& file, v1::MeetingContent& content) {
  for (const Fields& one : file.objects("practices")) {
    v1::Practice& practice = *content.add_practices();
    practice.set_id(one.text("id"));
    practice.set_title(one.text("title"));
    practice.set_institution(one.text_or("main_institution", ""));
    practice.set_network(one.text_or("network", ""));
    practice.set_location(place_of(one));
    practice.set_level(one.text_or("level", ""));
    practice.set_period(period_of(one));
    practice.set_target_groups(line_of(one, "target_groups"));
    practice.set_summary(one.text("summary"));
    practice.set_resources(one.text_or("resources_needed", ""));
    practice.set_evidence(one.text_or("evidence_of_success", ""));
    practice.set_challenges(one.text_or("challenges_encountered", ""));
    practice.set_lessons(one.text_or("lessons_learned", ""));
    practice.set_transfer(one.text_or("potential_for_transfer", ""));
    practice.set_keywords(line_of(one, "keywords"));
    practice.set_contact_role(one.text_or("contact_role", ""));
    practice.set_outcome(one.text_or("outcome", ""));
    practice.set_aspiration(one.text_or("aspiration", ""));
    practice.set_roadmap_step(one.as_text("roadmap_step"));
  }
}

void add_aspects(const Fields& file, v1::MeetingContent& content) {
  for (const Fields& one : file.objects("aspects")) {
    v1::Aspect& aspect = *content.add_aspects();
    aspect.set_id(one.text("id"));
    aspect.set_title(one.text("name"));
    aspect.set_question(one.text_or("question", ""));
    const std::vector<std::string> words = one.texts("scale");
    if (words.size() != 5) one.complain("scale", "must have five texts, the words of 1 to 5");
    for (const std::string& word : words) aspect.add_scale(word);
  }
}

void add_roadmap(const Fields& file, v1::MeetingContent& content) {
  for (const Fields& one : file.objects("steps")) {
    v1::RoadmapStep& step = *content.add_steps();
    step.set_number(static_cast<std::uint32_t>(one.whole("no", 1, 100)));
    step.set_id(one.text("id"));
    step.set_title(one.text("name"));
    step.set_goal(one.text_or("goal", ""));
    for (const std::string& question : one.texts_or_none("questions")) step.add_questions(question);
    step.set_done_when(one.text_or("done_when", ""));
  }
}

}  // namespace atelier::cli
