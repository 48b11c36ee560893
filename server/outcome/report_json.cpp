#include "outcome/report_json.hpp"

#include <algorithm>
#include <array>

#include "crdt/rich_text.hpp"
#include "outcome/entities_json.hpp"
#include "outcome/facts.hpp"
#include "outcome/json_writer.hpp"
#include "outcome/message_json.hpp"

namespace atelier::outcome {

namespace {

constexpr std::array<std::string_view, 17> own_keys{
    "notice", "participants", "question_upvotes", "evidence_flags", "texts_before", "texts_after", "activities_claimed",
    "parked", "step_positions", "practices_posted", "useful_reactions", "pledges", "rejected_events", "rejected_reasons",
    "meeting", "votes", "entities"};

void write_texts(JsonWriter& json, const auto& texts) {
  json.open_array();
  for (const auto& text : texts) json.text(text);
  json.close();
}

void write_fist(JsonWriter& json, const v1::VoteView& vote) {
  const bool second = !vote.rules().second_of().empty();
  for (const v1::OptionResult& option : vote.result().options()) {
    json.key(option.option()).open_object().key("counts").open_array();
    for (const std::int64_t count : option.histogram()) json.integer(count);
    json.close();
    if (!second) json.key("mean").decimal(option.mean());
    json.key("below_3").integer(option.below_floor());
    if (second) json.key("passed").truth(option.passed());
    json.close();
  }
}

void write_dots(JsonWriter& json, const v1::VoteResult& result) {
  json.key("ballots").integer(std::uint64_t{result.ballots()}).key("dots").integer(std::int64_t{result.dots()});
  json.key("per_person").open_object();
  for (const auto& option : result.options()) json.key(option.option()).integer(std::int64_t{option.count()});
  json.close().key("ranking");
  write_texts(json, result.ranking());
  json.key("per_network").open_object();
  for (const auto& option : result.options()) json.key(option.option()).decimal(option.equal_weight());
  json.close().key("ranking_per_network");
  write_texts(json, result.ranking_equal_weight());
}

void write_networks(JsonWriter& json, const v1::VoteView& vote) {
  json.key("final").open_object();
  for (const auto& network : vote.result().networks()) json.key(network.network()).text(network.choice());
  json.close().key("objections_open").integer(std::uint64_t{vote.result().objections_open()});
  json.key("passed").truth(vote.result().passed());
  json.key("entitled").integer(std::uint64_t{vote.entitled()}).key("voted").integer(std::uint64_t{vote.voted()});
}

void write_counts(JsonWriter& json, const v1::VoteResult& result) {
  json.key("counts").open_object();
  for (const auto& option : result.options()) json.key(option.option()).integer(std::int64_t{option.count()});
  json.close().key("ballots").integer(std::uint64_t{result.ballots()});
}

/// A vote in the short shape of its method; of one that has no result yet, who has voted.
void write_short(JsonWriter& json, const v1::VoteView& vote) {
  json.open_object();
  if (!vote.has_result()) {
    json.key("ballots").integer(std::uint64_t{vote.voted()});
  } else if (vote.rules().method() == v1::VOTE_METHOD_FIST_TO_FIVE) {
    write_fist(json, vote);
  } else if (vote.rules().method() == v1::VOTE_METHOD_DOTS) {
    write_dots(json, vote.result());
  } else if (vote.rules().method() == v1::VOTE_METHOD_CONSENT) {
    write_networks(json, vote);
  } else if (vote.rules().method() == v1::VOTE_METHOD_SCORE) {
    json.key("ballots").integer(std::uint64_t{vote.result().ballots()}).key("means").open_array();
    for (const auto& option : vote.result().options()) json.decimal(option.mean());
    json.close();
  } else {
    write_counts(json, vote.result());
  }
  json.close();
}

void write_counted(JsonWriter& json, const meeting::State& state) {
  json.key("question_upvotes").open_object();
  for (const auto& [id, question] : state.questions) json.key(id).integer(std::uint64_t{question.upvotes.size()});
  json.close().key("evidence_flags").open_object();
  for (const auto& [card, count] : flagged(state)) json.key(card).integer(std::uint64_t{count});
  json.close();
}

void write_documents(JsonWriter& json, const meeting::Meeting& meeting) {
  json.key("texts_before").open_object();
  for (const std::string& id : meeting.texts()) json.key(id).text(meeting::find(meeting.state().texts, id)->plain_before);
  json.close().key("texts_after").open_object();
  for (const std::string& id : meeting.texts()) json.key(id).text(crdt::plain_text(*meeting.text(id)));
  json.close();
}

void write_plan_and_model(JsonWriter& json, const meeting::State& state) {
  json.key("activities_claimed").open_object();
  for (const std::string& id : claimed(state)) {
    const auto& activity = *meeting::find(state.activities, id);
    json.key(id).open_object().key("owner").text(activity.owner).key("partners");
    write_texts(json, activity.partners);
    json.close();
  }
  json.close().key("parked");
  write_texts(json, parked(state));
  json.key("step_positions").open_object();
  for (const auto& [network, position] : state.steps) json.key(network).integer(std::uint64_t{position.step});
  json.close().key("practices_posted");
  write_texts(json, practices_in_order(state));
  json.key("useful_reactions").open_object();
  for (const auto& [id, practice] : state.practices) json.key(id).integer(std::uint64_t{practice.useful.size()});
  json.close().key("pledges").integer(std::uint64_t{state.pledges.size()});
  const auto [count, reasons] = refusals(state);
  json.key("rejected_events").integer(count).key("rejected_reasons");
  write_texts(json, reasons);
}

void write_meeting(JsonWriter& json, const meeting::Meeting& meeting, const Provenance& provenance) {
  const meeting::State& state = meeting.state();
  json.key("meeting").open_object();
  json.key("title").text(state.title).key("notice").text(state.content.notice()).key("date").text(state.content.date());
  json.key("starts").text(state.content.starts()).key("timezone").text(state.content.timezone());
  json.key("state").text(short_enum_name("State", v1::MeetingView::State_Name(state.stage)));
  json.key("rehearsal").truth(state.rehearsal).key("times").open_object();
  if (state.opened_ms != 0) json.key("opened_s").decimal(seconds(state.opened_ms - meeting.origin_ms()));
  if (state.closed_ms != 0) json.key("closed_s").decimal(seconds(state.closed_ms - meeting.origin_ms()));
  json.key("last_s").decimal(seconds(meeting.time_ms() - meeting.origin_ms())).close();
  json.key("made").open_object().key("id").text(meeting.id()).key("seq").integer(meeting.seq().value());
  json.key("origin_ms").integer(meeting.origin_ms()).key("chain").text(to_hex(provenance.chain));
  json.key("epoch").text(to_hex(provenance.epoch)).key("digest").text(to_hex(meeting.digest())).close().close();
}

void write_votes(JsonWriter& json, const meeting::Meeting& meeting, const std::vector<v1::VoteView>& votes) {
  const std::int64_t origin = meeting.origin_ms();
  json.key("votes").open_object();
  for (const v1::VoteView& vote : votes) {
    json.key(vote.rules().vote()).open_object();
    write_members(json, vote, origin);
    json.key("objections").open_array();
    for (const auto& objection : meeting::find(meeting.state().votes, vote.rules().vote())->objections) {
      json.open_object().key("network").text(objection.network).key("person").text(objection.person);
      json.key("reason").text(objection.reason).key("times").open_object();
      json.key("raised_s").decimal(seconds(objection.raised_ms - origin));
      if (objection.integrated_ms != 0) json.key("integrated_s").decimal(seconds(objection.integrated_ms - origin));
      json.close().close();
    }
    json.close().close();
  }
  json.close();
}

}  // namespace

std::string report_json(const meeting::Meeting& meeting, const Provenance& provenance) {
  const std::vector<v1::VoteView> all = votes(meeting);
  JsonWriter json(2);
  json.open_object().key("notice").text(meeting.state().content.notice());
  json.key("participants").integer(std::uint64_t{meeting.state().joined});
  for (const v1::VoteView& vote : all) {
    if (std::ranges::find(own_keys, vote.rules().vote()) != own_keys.end()) continue;  // stands under "votes" only
    json.key(vote.rules().vote());
    write_short(json, vote);
  }
  write_counted(json, meeting.state());
  write_documents(json, meeting);
  write_plan_and_model(json, meeting.state());
  write_meeting(json, meeting, provenance);
  write_votes(json, meeting, all);
  json.key("entities");
  write_entities(json, meeting, meeting::Audience::facilitator);
  return json.close().finish();
}

}  // namespace atelier::outcome
