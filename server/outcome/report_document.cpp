#include "outcome/report_document.hpp"

#include <algorithm>
#include <utility>

#include "crdt/rich_text.hpp"
#include "outcome/facts.hpp"

namespace atelier::outcome {

namespace {

std::string joined_names(const meeting::State& state, const meeting::IdSet& networks) {
  std::string names;
  for (const std::string& id : networks) names += (names.empty() ? "" : ", ") + network_name(state, id);
  return names;
}

/// "1 h 25 min" of meeting time.
std::string clock_of(std::int64_t milliseconds) {
  const std::int64_t minutes = std::max<std::int64_t>(milliseconds, 0) / 60'000;
  return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
}

void add_table(Document& document, Table table) {
  if (!table.rows.empty()) document.emplace_back(std::move(table));
}
void add_list(Document& document, const std::string& heading, List list) {
  if (list.items.empty()) return;
  document.emplace_back(Heading{2, heading});
  document.emplace_back(std::move(list));
}

void add_opening(Document& document, const meeting::Meeting& meeting) {
  const meeting::State& state = meeting.state();
  document.emplace_back(Heading{1, state.title});
  if (!state.content.notice().empty()) document.emplace_back(Paragraph{state.content.notice()});
  std::string when = state.content.date();
  if (!state.content.starts().empty()) when += ", from " + state.content.starts() + " (" + state.content.timezone() + ")";
  if (!when.empty()) document.emplace_back(Paragraph{when + (state.rehearsal ? ". This was a rehearsal." : ".")});
  if (state.stage != v1::MeetingView::STATE_CLOSED)
    document.emplace_back(Paragraph{"The meeting is not closed yet: this is how it stood after " +
                                    clock_of(meeting.time_ms() - meeting.origin_ms()) + "."});
}

void add_attendance(Document& document, const meeting::State& state) {
  document.emplace_back(Heading{2, "Who was there"});
  document.emplace_back(Paragraph{std::to_string(state.joined) + " people took part."});
  Table table{.head = {"Network", "Invited", "Took part", "of them remote"}, .rows = {}};
  for (const NetworkAttendance& row : attendance(state))
    table.rows.push_back({row.name == row.network ? row.network : row.network + " " + row.name, std::to_string(row.invited),
                          std::to_string(row.joined), std::to_string(row.remote)});
  add_table(document, std::move(table));
}

void add_texts(Document& document, const meeting::Meeting& meeting) {
  if (meeting.texts().empty()) return;
  document.emplace_back(Heading{2, "Texts"});
  for (const std::string& id : meeting.texts()) {
    const auto& text = *meeting::find(meeting.state().texts, id);
    document.emplace_back(Heading{3, id + (text.title.empty() ? "" : ": " + text.title)});
    document.emplace_back(Written{crdt::html(text.doc), crdt::markdown(text.doc)});
    if (text.plain_before != crdt::plain_text(text.doc))
      document.emplace_back(Paragraph{"Before" + (text.version.empty() ? "" : " (version " + text.version + ")") + ": " + text.plain_before});
    if (!text.frozen) document.emplace_back(Paragraph{"This text is still open."});
  }
}

void add_plan(Document& document, const meeting::State& state) {
  if (!state.activities.empty()) document.emplace_back(Heading{2, "Action plan"});
  Table table{.head = {"Activity", "Owner", "Partners", "Due", "Funding", "First step"}, .rows = {}};
  for (const auto& [id, activity] : state.activities) {
    const v1::Activity& fields = activity.fields;
    table.rows.push_back({id + " " + fields.title(), activity.owner.empty() ? "no owner" : network_name(state, activity.owner),
                          joined_names(state, activity.partners), fields.due(), fields.funding(), fields.first_step()});
  }
  add_table(document, std::move(table));
  List parked_list;
  for (const std::string& id : parked(state)) {
    const auto* idea = meeting::find(state.ideas, id);
    const std::string why = idea != nullptr ? idea->parked_why : meeting::find(state.activities, id)->parked_why;
    parked_list.items.push_back(id + " " + title_of(state, id) + (why.empty() ? "" : ": " + why));
  }
  add_list(document, "Parked", std::move(parked_list));
}

/// What is still to be answered: open objections, concerns that came with a consent; and what was said against merging ideas.
void add_concerns(Document& document, const meeting::Meeting& meeting) {
  List list;
  for (const v1::VoteView& vote : votes(meeting)) {
    for (const auto& network : vote.result().networks())
      if (!network.reason().empty())
        list.items.push_back(vote.rules().vote() + ", " + network_name(meeting.state(), network.network()) + " (" +
                             network.choice() + "): " + network.reason());
    for (const auto& option : vote.result().options())
      if (vote.rules().method() == v1::VOTE_METHOD_FIST_TO_FIVE && !option.passed() && vote.concerns().empty())
        list.items.push_back(vote.rules().vote() + ": " + option.option() + " did not pass");
  }
  add_list(document, "Open concerns", std::move(list));
  List merges;
  for (const auto& [id, idea] : meeting.state().ideas)
    for (const auto& objection : idea.objections)
      merges.items.push_back(id + " " + idea.text + ", " + objection.author + ": " + objection.text);
  add_list(document, "Objections to merged ideas", std::move(merges));
}

void add_voices(Document& document, const meeting::State& state) {
  if (!state.questions.empty()) document.emplace_back(Heading{2, "Questions"});
  std::vector<std::pair<std::size_t, std::string>> order;
  for (const auto& [id, question] : state.questions) order.emplace_back(question.upvotes.size(), id);
  std::ranges::stable_sort(order, [](const auto& left, const auto& right) { return left.first > right.first; });
  Table questions{.head = {"Votes", "Question", "Asked by"}, .rows = {}};
  for (const auto& [upvotes, id] : order) {
    const auto& question = *meeting::find(state.questions, id);
    questions.rows.push_back({std::to_string(upvotes), question.text, question.author});
  }
  add_table(document, std::move(questions));
  const auto cards = flagged(state);
  if (!cards.empty()) document.emplace_back(Heading{2, "Evidence that was flagged"});
  Bars bars{.what = "Flags", .bars = {}};
  for (const auto& [card, count] : cards) {
    const auto found = std::ranges::find(state.content.evidence(), card, &v1::Evidence::id);
    const std::string title = found == state.content.evidence().end() ? "" : " " + found->title();
    bars.bars.push_back({card + title, std::to_string(count), count * 1000 / std::max(cards.front().second, 1u)});
  }
  if (!bars.bars.empty()) document.emplace_back(std::move(bars));
}

void add_practices(Document& document, const meeting::State& state) {
  if (!state.practices.empty()) document.emplace_back(Heading{2, "Good practices"});
  Table practices{.head = {"Practice", "Network", "Summary", "Useful"}, .rows = {}};
  for (const std::string& id : practices_in_order(state)) {
    const auto& practice = *meeting::find(state.practices, id);
    practices.rows.push_back({id + " " + practice.fields.title(), network_name(state, practice.fields.network()),
                              practice.fields.summary(), std::to_string(practice.useful.size())});
  }
  add_table(document, std::move(practices));
  if (!state.pledges.empty()) document.emplace_back(Heading{2, "Pledges"});
  Table pledges{.head = {"Network", "Will try", "By", "How", "Contact"}, .rows = {}};
  for (const auto& [id, pledge] : state.pledges)
    pledges.rows.push_back({network_name(state, pledge.network), pledge.practice + " " + title_of(state, pledge.practice), pledge.due,
                            pledge.text, pledge.contact_role});
  add_table(document, std::move(pledges));
}

void add_model(Document& document, const meeting::State& state) {
  if (!state.steps.empty()) document.emplace_back(Heading{2, "Where the networks stand"});
  Table steps{.head = {"Network", "Step", "In their words"}, .rows = {}};
  for (const auto& [network, position] : state.steps) {
    const auto found = std::ranges::find(state.content.steps(), position.step, &v1::RoadmapStep::number);
    const std::string title = found == state.content.steps().end() ? "" : " " + found->title();
    steps.rows.push_back({network_name(state, network), std::to_string(position.step) + title, position.text});
  }
  add_table(document, std::move(steps));
  if (state.matrix.empty()) return;
  document.emplace_back(Heading{2, "Comparison"});
  Table matrix{.head = {"Aspect"}, .rows = {}};
  for (const auto& [network, cells] : state.matrix) matrix.head.push_back(network);
  for (const v1::Aspect& aspect : state.content.aspects()) {
    std::vector<std::string> row{aspect.title().empty() ? aspect.id() : aspect.title()};
    for (const auto& [network, cells] : state.matrix) {
      const auto cell = cells.find(aspect.id());
      row.push_back(cell == cells.end() ? "" : std::to_string(cell->second));
    }
    matrix.rows.push_back(std::move(row));
  }
  add_table(document, std::move(matrix));
}

void add_record(Document& document, const meeting::Meeting& meeting, const Provenance& provenance) {
  const meeting::State& state = meeting.state();
  List hidden;
  for (const auto& [id, note] : state.notes)
    if (note.hidden) hidden.items.push_back(id + " on " + note.board + ", hidden by " + note.hidden_by + ": " + note.hidden_why);
  add_list(document, "Hidden notes", std::move(hidden));
  document.emplace_back(Heading{2, "The record behind this report"});
  const auto [count, reasons] = refusals(state);
  List list;
  list.items.push_back("Meeting " + std::string(meeting.id()) + ", " + std::to_string(meeting.seq().value()) + " records");
  list.items.push_back("Not accepted by the rules: " + std::to_string(count));
  for (const std::string& reason : reasons) list.items.push_back("– " + reason);
  if (!provenance.chain.empty()) list.items.push_back("Checksum of the log: " + to_hex(provenance.chain));
  list.items.push_back("Checksum of the outcome: " + to_hex(meeting.digest()));
  if (!provenance.epoch.empty()) list.items.push_back("Epoch: " + to_hex(provenance.epoch));
  document.emplace_back(std::move(list));
  document.emplace_back(Paragraph{"Anybody who has the meeting's file can check it: atelier verify FILE gives the same two checksums."});
}

}  // namespace

Document report_document(const meeting::Meeting& meeting, const Provenance& provenance) {
  Document document;
  add_opening(document, meeting);
  add_attendance(document, meeting.state());
  add_texts(document, meeting);
  add_votes(document, meeting);
  add_plan(document, meeting.state());
  add_concerns(document, meeting);
  add_voices(document, meeting.state());
  add_practices(document, meeting.state());
  add_model(document, meeting.state());
  add_record(document, meeting, provenance);
  return document;
}

}  // namespace atelier::outcome
