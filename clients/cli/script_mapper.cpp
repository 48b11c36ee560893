#include "script_mapper.hpp"

#include <algorithm>
#include <charconv>

#include "limits.hpp"

namespace atelier::cli {

namespace {

constexpr std::int64_t minutes_max = 24 * 60;
constexpr std::int64_t matrix_value_max = 5;

/// "legal form" in a script is the aspect "legal-form".
std::string aspect_id(std::string name) {
  std::ranges::replace(name, ' ', '-');
  return name;
}

/// The second that "the edit at t=3300" names; -1 if it names none.
std::int64_t second_named(const std::string& of) {
  const std::size_t at = of.rfind("t=");
  std::int64_t second = -1;
  if (at == std::string::npos) return second;
  const char* end = of.data() + of.size();
  const auto [stop, error] = std::from_chars(of.data() + at + 2, end, second);
  return error == std::errc{} && stop == end ? second : -1;
}

template <class Repeated>
void assign(Repeated* target, const std::vector<std::string>& from) {
  for (const std::string& one : from) *target->Add() = one;
}

}  // namespace

Act ScriptMapper::map(const ScriptEvent& event, const Fields& fields) {
  if (event.verb == "text_edit")
    return TypeText{fields.text("doc"), fields.text("find"), fields.text("put")};
  if (event.verb == "text_undo") {
    UndoText undo{fields.text("doc"), second_named(fields.text("of")), fields.text_or("note", "")};
    if (undo.second < 0) fields.complain("of", "must name the edit, like \"the edit at t=3300\"");
    return undo;
  }
  v1::Command command;
  map_facilitation(event, fields, command);
  map_attendance(event, fields, command);
  map_texts(event, fields, command);
  map_wall(event, fields, command);
  map_plan(event, fields, command);
  map_model(event, fields, command);
  map_votes(event, fields, command);
  if (command.kind_case() == v1::Command::KIND_NOT_SET && !event.verb.empty())
    fields.complain(
        "do", "\"" + event.verb + "\" is not a verb of scripts; the content README lists them");
  return command;
}

std::string ScriptMapper::id_of(const ScriptEvent& event, const Fields& fields) {
  return fields.has("id") || !event.must_be_refused
             ? fields.text("id")
             : "x" + std::to_string(event.second) + "-" + std::to_string(event.line);
}

void ScriptMapper::map_facilitation(const ScriptEvent& event, const Fields& fields,
                                    v1::Command& command) {
  if (event.verb == "meeting_open") {
    command.mutable_meeting_open()->set_title(fields.text_or("title", ""));
  } else if (event.verb == "meeting_close") {
    command.mutable_meeting_close();
  } else if (event.verb == "phase_start") {
    v1::PhaseStart& start = *command.mutable_phase_start();
    start.set_phase(fields.text("phase"));
    start.set_minutes(static_cast<std::uint32_t>(fields.whole_or("minutes", 0, minutes_max, 0)));
    start.set_rounds(static_cast<std::uint32_t>(fields.whole_or("rounds", 0, 100, 0)));
  } else if (event.verb == "phase_end") {
    command.mutable_phase_end()->set_phase(fields.text("phase"));
  } else if (event.verb == "report_publish") {
    command.mutable_report_publish()->set_report(fields.text("report"));
  } else if (event.verb == "replay_start") {
    command.mutable_replay_start()->set_report(fields.text("report"));
    command.mutable_replay_start()->set_speed(
        static_cast<std::uint32_t>(fields.whole_or("speed", 1, 1'000'000, 1)));
  }
}

void ScriptMapper::map_attendance(const ScriptEvent& event, const Fields& fields,
                                  v1::Command& command) {
  if (event.verb == "join") {
    v1::Join& join = *command.mutable_join();
    join.set_network(fields.text("net"));
    join.set_organisation(fields.text_or("org", ""));
    join.set_function(fields.text_or("role", ""));
    join.set_lang(fields.text_or("lang", ""));
    join.set_table(fields.text_or("table", ""));
    join.set_mode(fields.text_or("mode", ""));
  } else if (event.verb == "leave") {
    command.mutable_leave();
  } else if (event.verb == "drop") {
    command.mutable_drop()->set_why(fields.text_or("why", ""));
  } else if (event.verb == "reconnect") {
    command.mutable_reconnect();
  } else if (event.verb == "question_post") {
    v1::QuestionPost& post = *command.mutable_question_post();
    post.set_id(id_of(event, fields));
    post.set_lang(fields.text_or("lang", ""));
    post.set_text(fields.text("text"));
  } else if (event.verb == "upvote") {
    command.mutable_question_upvote()->set_question(fields.text("question"));
  } else if (event.verb == "flag") {
    assign(command.mutable_evidence_flag()->mutable_cards(), fields.texts("cards"));
  }
}

void ScriptMapper::map_texts(const ScriptEvent& event, const Fields& fields, v1::Command& command) {
  if (event.verb == "doc_open") {
    v1::TextOpen& open = *command.mutable_text_open();
    open.set_text(fields.text("doc"));
    open.set_version(fields.text_or("version", ""));
    open.set_plain(fields.text("text"));
  } else if (event.verb == "doc_freeze") {
    assign(command.mutable_text_freeze()->mutable_texts(), fields.texts("docs"));
    command.mutable_text_freeze()->set_frozen(true);
  } else if (event.verb == "table_boards") {
    auto& tables = *command.mutable_table_boards()->mutable_tables();
    for (const auto& [table, board] : fields.text_members("tables")) tables[table] = board;
  }
}

void ScriptMapper::map_wall(const ScriptEvent& event, const Fields& fields, v1::Command& command) {
  if (event.verb == "note_add") {
    v1::NoteAdd& add = *command.mutable_note_add();
    add.set_id(id_of(event, fields));
    add.set_board(fields.text("board"));
    add.set_kind(fields.text_or("kind", ""));
    add.set_lang(fields.text_or("lang", ""));
    add.set_text(fields.text("text"));
  } else if (event.verb == "note_hide") {
    command.mutable_note_hide()->set_id(fields.text("id"));
    command.mutable_note_hide()->set_why(fields.text("why"));
  } else if (event.verb == "idea_add") {
    v1::IdeaAdd& add = *command.mutable_idea_add();
    add.set_id(id_of(event, fields));
    add.set_column(fields.text("column"));
    add.set_lang(fields.text_or("lang", ""));
    add.set_text(fields.text("text"));
  } else if (event.verb == "ideas_merge") {
    v1::IdeasMerge& merge = *command.mutable_ideas_merge();
    merge.set_id(id_of(event, fields));
    merge.set_column(fields.text("column"));
    merge.set_text(fields.text("text"));
    assign(merge.mutable_of(), fields.texts("of"));
  } else if (event.verb == "ideas_split") {
    v1::IdeasSplit& split = *command.mutable_ideas_split();
    split.set_id(fields.text("id"));
    for (const Fields& one : fields.objects("into")) {
      v1::IdeasSplit::Part& part = *split.add_into();
      part.set_id(one.text("id"));
      part.set_text(one.text("text"));
      assign(part.mutable_of(), one.texts("of"));
    }
  } else if (event.verb == "merge_object") {
    command.mutable_merge_object()->set_id(fields.text("id"));
    command.mutable_merge_object()->set_text(fields.text("text"));
  } else if (event.verb == "list_freeze") {
    command.mutable_list_freeze()->set_list(fields.text("list"));
    assign(command.mutable_list_freeze()->mutable_options(), fields.texts("options"));
  }
}

void ScriptMapper::map_plan(const ScriptEvent& event, const Fields& fields, v1::Command& command) {
  if (event.verb == "activity_draft") {
    v1::ActivityDraft& draft = *command.mutable_activity_draft();
    draft.set_id(id_of(event, fields));
    draft.set_from_idea(fields.text_or("from_idea", ""));
    draft.set_title(fields.text_or("title", ""));
  } else if (event.verb == "activity_claim") {
    v1::ActivityClaim& claim = *command.mutable_activity_claim();
    claim.set_id(fields.text("id"));
    claim.set_network(fields.text("net"));
    const std::string as = fields.text("as");
    claim.set_as(as == "owner" ? v1::ActivityClaim::AS_OWNER : v1::ActivityClaim::AS_PARTNER);
    if (as != "owner" && as != "partner") fields.complain("as", "must be \"owner\" or \"partner\"");
  } else if (event.verb == "activity_edit") {
    v1::ActivityEdit& edit = *command.mutable_activity_edit();
    edit.set_id(fields.text("id"));
    edit.set_field(fields.text("field"));
    edit.set_value(fields.as_text("value"));
  } else if (event.verb == "park") {
    command.mutable_park()->set_id(fields.text("id"));
    command.mutable_park()->set_why(fields.text_or("why", ""));
  }
}

void ScriptMapper::map_model(const ScriptEvent& event, const Fields& fields, v1::Command& command) {
  if (event.verb == "step_place") {
    v1::StepPlace& place = *command.mutable_step_place();
    place.set_network(fields.text("net"));
    place.set_step(static_cast<std::uint32_t>(fields.whole("step", 0, 100)));
    place.set_text(fields.text_or("text", ""));
  } else if (event.verb == "matrix_set") {
    matrix_cells(fields, *command.mutable_matrix_set());
  } else if (event.verb == "practice_post") {
    v1::Practice& practice = *command.mutable_practice_post()->mutable_practice();
    practice.set_id(id_of(event, fields));
    practice.set_network(fields.text("net"));
    practice.set_title(fields.text("title"));
    practice.set_summary(fields.text("summary"));
  } else if (event.verb == "react") {
    command.mutable_practice_react()->set_practice(fields.text("practice"));
    command.mutable_practice_react()->set_kind(fields.text_or("kind", "useful"));
  } else if (event.verb == "pledge_add") {
    v1::PledgeAdd& pledge = *command.mutable_pledge_add();
    pledge.set_id(id_of(event, fields));
    pledge.set_network(fields.text("net"));
    pledge.set_practice(fields.text("practice"));
    pledge.set_due(fields.text_or("due", ""));
    pledge.set_text(fields.text("text"));
    pledge.set_contact_role(fields.text_or("contact_role", ""));
  }
}

void ScriptMapper::matrix_cells(const Fields& fields, v1::MatrixSet& set) {
  set.set_network(fields.text("net"));
  const auto add = [&](const std::string& aspect, std::int64_t value) {
    v1::MatrixSet::Cell& cell = *set.add_cells();
    cell.set_aspect(aspect);
    cell.set_value(static_cast<std::uint32_t>(value));
  };
  if (fields.has("aspect")) {
    add(aspect_id(fields.text("aspect")), fields.whole_or("value", 0, matrix_value_max, 0));
    return;
  }
  if (fields.is_list("aspects")) {
    aspects_.clear();
    for (const std::string& name : fields.texts("aspects")) aspects_.push_back(aspect_id(name));
  } else if (fields.text("aspects") != "same order" || aspects_.empty()) {
    fields.complain("aspects", "must be a list, or \"same order\" after a line with the full list");
    return;
  }
  const boost::json::value* values = fields.find("values");
  if (!values || !values->is_array() || values->get_array().size() != aspects_.size()) {
    fields.complain("values", "must be a list of " + std::to_string(aspects_.size()) +
                                  " values, one for each aspect");
    return;
  }
  for (std::size_t i = 0; i < aspects_.size(); ++i) {
    const boost::json::value& value = values->get_array()[i];
    const bool good = value.is_null() || (value.is_int64() && value.get_int64() >= 0 &&
                                          value.get_int64() <= matrix_value_max);
    if (!good)
      fields.complain("values[" + std::to_string(i) + "]",
                      "must be 1 to 5, or null where nothing was assessed");
    add(aspects_[i], good && !value.is_null() ? value.get_int64() : 0);
  }
}

}  // namespace atelier::cli
