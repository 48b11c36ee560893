#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

#include "crdt/rich_text.hpp"
#include "meeting/blame.hpp"
#include "meeting/opening.hpp"
#include "meeting/refusal.hpp"
#include "meeting/state.hpp"
#include "player.hpp"

namespace atelier::halfday {
namespace {

namespace json = boost::json;
using meeting::Audience;
using meeting::Meeting;

const json::object& expected() {
  static const json::value value = [] {
    std::ifstream file(ATELIER_TEST_DATA "/halfday/script_halfday_expected.json");
    std::stringstream text;
    text << file.rdbuf();
    return json::parse(text.str());
  }();
  return value.get_object();
}

/// Everything that anybody can see, as text.
std::string dump(const Meeting& meeting) {
  std::string text;
  for (const std::string& key : meeting.keys()) {
    if (key == "content") continue;
    for (const Audience audience : {Audience::participant, Audience::facilitator, Audience::projector}) {
      text += meeting.view(key, audience).ShortDebugString() + "\n";
    }
  }
  for (const auto& [person, entry] : meeting.state().persons) {
    for (const std::string& key : meeting.private_keys(PersonId(person))) {
      text += person + " " + meeting.private_view(key, PersonId(person)).ShortDebugString() + "\n";
    }
  }
  for (const std::string& id : meeting.texts()) text += id + " " + crdt::html(*meeting.text(id)) + "\n";
  return text;
}

/// The half-day, played once for all tests.
const Player& played() {
  static const Player* player = [] {
    auto* fresh = new Player(halfday_content());
    fresh->play(halfday_script(), [](const cli::ScriptEvent&, v1::Refusal) {});
    return fresh;
  }();
  return *player;
}

v1::VoteResult result(const std::string& vote) {
  return played().meeting().view("vote/" + vote, Audience::participant).vote().result();
}

json::object figures(const v1::VoteResult& counted, const std::function<json::value(const v1::OptionResult&)>& figure) {
  json::object object;
  for (const v1::OptionResult& option : counted.options()) object[option.option()] = figure(option);
  return object;
}

json::array array_of(const auto& items) {
  json::array array;
  for (const auto& item : items) array.push_back(json::value_from(item));
  return array;
}

TEST(Halfday, RefusesWhatTheScriptMarksForTheReasonItGivesAndNothingElse) {
  Player player(halfday_content());
  std::size_t refused = 0;
  player.play(halfday_script(), [&](const cli::ScriptEvent& event, v1::Refusal refusal) {
    EXPECT_EQ(refusal != v1::REFUSAL_OK, event.must_be_refused) << event.place() << " " << meeting::reason(refusal);
    EXPECT_EQ(meeting::reason(refusal), event.must_be_refused ? event.why : "") << event.place();
    refused += refusal != v1::REFUSAL_OK;
  });
  EXPECT_EQ(refused, 11u);
}

TEST(Halfday, ShowsTheSameAfterARefusedEventAsBeforeIt) {
  const cli::Script script = halfday_script();
  Player player(halfday_content());
  std::size_t next = 0, refused = 0;
  std::string before;
  player.play(script, [&](const cli::ScriptEvent& event, v1::Refusal) {
    if (event.must_be_refused) {
      EXPECT_EQ(dump(player.meeting()), before) << event.place();
      ++refused;
    }
    ++next;
    if (next < script.events.size() && script.events[next].must_be_refused) before = dump(player.meeting());
  });
  EXPECT_EQ(refused, 11u);
}

TEST(Halfday, CountsEveryVoteAsExpected) {
  const auto count = [](const v1::OptionResult& option) { return json::value(option.count()); };
  const auto weight = [](const v1::OptionResult& option) { return json::value(std::stod(option.equal_weight())); };
  EXPECT_EQ(figures(result("V1"), count), expected().at("V1").at("counts").get_object());
  EXPECT_EQ(result("V1").ballots(), 59u);
  for (const std::string vote : {"V4", "V5"}) {
    const json::object& wanted = expected().at(vote).get_object();
    EXPECT_EQ(json::value(result(vote).ballots()), wanted.at("ballots"));
    EXPECT_EQ(json::value(result(vote).dots()), wanted.at("dots"));
    EXPECT_EQ(figures(result(vote), count), wanted.at("per_person").get_object());
    EXPECT_EQ(figures(result(vote), weight), wanted.at("per_network").get_object());
    EXPECT_EQ(array_of(result(vote).ranking()), wanted.at("ranking").get_array());
    EXPECT_EQ(array_of(result(vote).ranking_equal_weight()), wanted.at("ranking_per_network").get_array());
  }
  EXPECT_TRUE(result("V4").orders_disagree());
  for (const std::string vote : {"V3", "V3b"}) {
    const v1::VoteResult counted = result(vote);
    for (const v1::OptionResult& option : counted.options()) {
      const json::object& wanted = expected().at(vote).at(option.option()).get_object();
      EXPECT_EQ(array_of(option.histogram()), wanted.at("counts").get_array());
      EXPECT_EQ(json::value(option.below_floor()), wanted.at("below_3"));
      const json::value mean(std::stod(option.mean())), passed(option.passed());
      EXPECT_EQ(wanted.contains("mean") ? wanted.at("mean").to_number<double>() : mean.as_double(), mean.as_double());
      EXPECT_EQ(wanted.contains("passed") ? wanted.at("passed") : passed, passed);
    }
  }
  const v1::VoteResult exit_poll = result("V7");
  EXPECT_EQ(exit_poll.ballots(), 52u);
  for (int item = 0; item < 3; ++item) {
    EXPECT_EQ(std::stod(exit_poll.options(item).mean()),
              expected().at("V7").at("means").get_array()[static_cast<std::size_t>(item)].to_number<double>());
  }
}

TEST(Halfday, ReachesConsentOfEightNetworksAfterOneObjectionWasIntegrated) {
  const v1::VoteView vote = played().meeting().view("vote/V6", Audience::participant).vote();
  json::object choices;
  for (const v1::NetworkChoice& choice : vote.result().networks()) choices[choice.network()] = choice.choice();
  EXPECT_EQ(choices, expected().at("V6").at("final").get_object());
  EXPECT_TRUE(vote.result().passed());
  EXPECT_EQ(vote.entitled(), 8u);
  EXPECT_EQ(vote.voted(), 8u);
  const auto& objections = played().meeting().state().votes.at("V6").objections;
  ASSERT_EQ(objections.size(), 1u);
  EXPECT_EQ(objections[0].network, "N04");
  EXPECT_EQ(objections[0].integrated_ms, 12'100'000);
}

TEST(Halfday, LeavesTheTextsAsExpected) {
  for (const auto& [id, text] : expected().at("texts_after").get_object()) {
    EXPECT_EQ(json::value(crdt::plain_text(*played().meeting().text(id))), text) << id;
  }
  const auto runs = meeting::blame(played().meeting().state(), "A1");
  std::set<std::string> writers;
  for (const auto& run : runs) writers.insert(run.person);
  EXPECT_EQ(writers, (std::set<std::string>{"F1", "P21", "P45", "P60"}));
}

TEST(Halfday, LeavesTheWallThePlanAndTheModelAsExpected) {
  const meeting::State& state = played().meeting().state();
  EXPECT_EQ(state.joined, 60u);
  json::object upvotes, flags, claimed, steps, useful;
  for (const auto& [id, question] : state.questions) upvotes[id] = question.upvotes.size();
  for (const auto& [card, count] : state.flag_counts) {
    if (count > 0) flags[card] = count;
  }
  for (const auto& [id, activity] : state.activities) {
    if (!activity.owner.empty()) claimed[id] = {{"owner", activity.owner}, {"partners", array_of(activity.partners)}};
  }
  json::array parked;
  for (const auto& [id, idea] : state.ideas) {
    if (idea.parked) parked.push_back(json::value(id));
  }
  for (const auto& [network, position] : state.steps) steps[network] = position.step;
  std::map<std::uint32_t, std::string> posted;
  for (const auto& [id, practice] : state.practices) {
    useful[id] = practice.useful.size();
    posted[practice.order] = id;
  }
  json::array order;
  for (const auto& [place, id] : posted) order.push_back(json::value(id));
  EXPECT_EQ(upvotes, expected().at("question_upvotes").get_object());
  EXPECT_EQ(flags, expected().at("evidence_flags").get_object());
  EXPECT_EQ(claimed, expected().at("activities_claimed").get_object());
  EXPECT_EQ(parked, expected().at("parked").get_array());
  EXPECT_EQ(steps, expected().at("step_positions").get_object());
  EXPECT_EQ(useful, expected().at("useful_reactions").get_object());
  EXPECT_EQ(order, expected().at("practices_posted").get_array());
  EXPECT_EQ(state.pledges.size(), 18u);
  EXPECT_EQ(state.activities.at("ACT-02").fields.funding(),
            "Erasmus+ KA1 (mobility, VET) where eligible; otherwise own contribution");
  EXPECT_TRUE(state.notes.at("K90").hidden);
  std::uint64_t refused = 0;
  for (const auto& [code, count] : state.refusals) refused += count;
  EXPECT_EQ(refused, 11u);
}

TEST(Halfday, FoldsTwiceToOneDigest) {
  Meeting again;
  for (const auto& [header, body] : played().log()) ASSERT_TRUE(again.apply(header, body).has_value());
  EXPECT_EQ(again.digest(), played().meeting().digest());
  EXPECT_EQ(dump(again), dump(played().meeting()));
}

TEST(Halfday, GoesOnFromASnapshotTakenAnywhere) {
  const auto& log = played().log();
  const Bytes digest = played().meeting().digest();
  const unsigned seed = std::random_device{}();
  std::mt19937 random(seed);
  for (int round = 0; round < 12; ++round) {
    const std::size_t cut = random() % log.size();
    Meeting meeting;
    for (std::size_t index = 0; index < cut; ++index) ASSERT_TRUE(meeting.apply(log[index].first, log[index].second));
    auto restored = Meeting::restore(meeting.snapshot());
    ASSERT_TRUE(restored.has_value()) << "cut " << cut;
    EXPECT_EQ(restored->snapshot(), meeting.snapshot()) << "cut " << cut;
    EXPECT_EQ(dump(*restored), dump(meeting)) << "cut " << cut;  // a member that no snapshot holds would be in neither
    for (std::size_t index = cut; index < log.size(); ++index) {
      ASSERT_TRUE(restored->apply(log[index].first, log[index].second));
    }
    EXPECT_EQ(restored->digest(), digest) << "seed " << seed << " cut " << cut;
  }
}

TEST(Halfday, MarksDirtyWhateverLooksDifferentAfterARecord) {
  Meeting meeting;
  std::map<std::string, std::string> seen;
  for (const auto& [header, body] : played().log()) {
    const auto applied = meeting.apply(header, body);
    ASSERT_TRUE(applied.has_value());
    std::set<std::string> dirty;
    for (const auto& entry : applied->dirty) {
      if (entry.person.value().empty()) dirty.insert(entry.key);
    }
    if (header.seq.value() % 7 != 0 && !dirty.empty()) {  // every seventh record all entities, else only those said
      for (const std::string& key : dirty) seen[key] = meeting.view(key, Audience::facilitator).ShortDebugString();
      continue;
    }
    for (const std::string& key : meeting.keys()) {
      const std::string now = meeting.view(key, Audience::facilitator).ShortDebugString();
      EXPECT_TRUE(dirty.contains(key) || now == seen[key]) << key << " at record " << header.seq.value();
      seen[key] = now;
    }
  }
}

}  // namespace
}  // namespace atelier::halfday
