#include "meeting/views.hpp"

namespace atelier::meeting {

bool view_question(const State& state, std::string_view id, v1::Entity& entity) {
  const Question* question = find(state.questions, id);
  if (question == nullptr) return false;
  v1::QuestionView& view = *entity.mutable_question();
  view.set_id(std::string(id));
  view.set_author(question->author);
  view.set_lang(question->lang);
  view.set_text(question->text);
  view.set_upvotes(static_cast<std::uint32_t>(question->upvotes.size()));
  view.set_posted_ms(question->posted_ms);
  return true;
}

bool view_evidence(const State& state, std::string_view id, v1::Entity& entity) {
  const std::uint32_t* flags = find(state.flag_counts, id);
  if (flags == nullptr) return false;
  entity.mutable_evidence()->set_id(std::string(id));
  entity.mutable_evidence()->set_flags(*flags);
  return true;
}

bool view_text(const State& state, std::string_view id, v1::Entity& entity) {
  const Text* text = find(state.texts, id);
  if (text == nullptr) return false;
  v1::TextView& view = *entity.mutable_text();
  view.set_id(std::string(id));
  view.set_title(text->title);
  view.set_version(text->version);
  view.set_frozen(text->frozen);
  view.set_word_limit(text->word_limit);
  view.set_words(text->words);
  view.set_order(text->order);
  return true;
}

bool view_note(const State& state, std::string_view id, Audience audience, v1::Entity& entity) {
  const Note* note = find(state.notes, id);
  if (note == nullptr) return false;
  v1::NoteView& view = *entity.mutable_note();
  view.set_id(std::string(id));
  view.set_board(note->board);
  view.set_kind(note->kind);
  view.set_lang(note->lang);
  if (!note->hidden || audience == Audience::facilitator) view.set_text(note->text);
  view.set_author(note->author);
  view.set_hidden(note->hidden);
  view.set_hidden_why(note->hidden_why);
  view.set_posted_ms(note->posted_ms);
  return true;
}

bool view_idea(const State& state, std::string_view id, v1::Entity& entity) {
  const Idea* idea = find(state.ideas, id);
  if (idea == nullptr) return false;
  v1::IdeaView& view = *entity.mutable_idea();
  view.set_id(std::string(id));
  view.set_column(idea->column);
  view.set_lang(idea->lang);
  view.set_text(idea->text);
  view.set_author(idea->author);
  for (const std::string& of : idea->of) view.add_of(of);
  view.set_merged_into(idea->merged_into);
  view.set_parked(idea->parked);
  view.set_parked_why(idea->parked_why);
  for (const IdeaObjection& from : idea->objections) {
    v1::IdeaView::Objection& objection = *view.add_objections();
    objection.set_author(from.author);
    objection.set_text(from.text);
  }
  view.set_posted_ms(idea->posted_ms);
  return true;
}

bool view_list(const State& state, std::string_view id, v1::Entity& entity) {
  const List* list = find(state.lists, id);
  if (list == nullptr) return false;
  v1::ListView& view = *entity.mutable_list();
  view.set_id(std::string(id));
  view.set_frozen(list->frozen);
  for (const std::string& option : list->options) view.add_options(option);
  return true;
}

bool view_activity(const State& state, std::string_view id, v1::Entity& entity) {
  const PlanActivity* activity = find(state.activities, id);
  if (activity == nullptr) return false;
  v1::ActivityView& view = *entity.mutable_activity();
  *view.mutable_activity() = activity->fields;
  view.set_owner(activity->owner);
  for (const std::string& partner : activity->partners) view.add_partners(partner);
  view.set_from_idea(activity->from_idea);
  view.set_parked(activity->parked);
  view.set_drafted(activity->drafted);
  return true;
}

bool view_step(const State& state, std::string_view id, v1::Entity& entity) {
  const StepPosition* position = find(state.steps, id);
  if (position == nullptr) return false;
  v1::StepView& view = *entity.mutable_step();
  view.set_network(std::string(id));
  view.set_step(position->step);
  view.set_text(position->text);
  return true;
}

bool view_matrix_row(const State& state, std::string_view id, v1::Entity& entity) {
  const ById<std::uint32_t>* row = find(state.matrix, id);
  if (row == nullptr) return false;
  v1::MatrixRowView& view = *entity.mutable_matrix_row();
  view.set_network(std::string(id));
  view.mutable_cells()->insert(row->begin(), row->end());
  return true;
}

bool view_practice(const State& state, std::string_view id, v1::Entity& entity) {
  const PostedPractice* practice = find(state.practices, id);
  if (practice == nullptr) return false;
  v1::PracticeView& view = *entity.mutable_practice();
  *view.mutable_practice() = practice->fields;
  view.set_author(practice->author);
  view.set_useful(static_cast<std::uint32_t>(practice->useful.size()));
  view.set_order(practice->order);
  return true;
}

bool view_pledge(const State& state, std::string_view id, v1::Entity& entity) {
  const Pledge* pledge = find(state.pledges, id);
  if (pledge == nullptr) return false;
  v1::PledgeView& view = *entity.mutable_pledge();
  view.set_id(std::string(id));
  view.set_network(pledge->network);
  view.set_practice(pledge->practice);
  view.set_due(pledge->due);
  view.set_text(pledge->text);
  view.set_contact_role(pledge->contact_role);
  view.set_author(pledge->author);
  return true;
}

}  // namespace atelier::meeting
