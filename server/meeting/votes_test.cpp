#include "meeting/exact.hpp"
#include "meeting/opening.hpp"
#include "meeting/tally.hpp"
#include "meeting/test_meeting.hpp"

namespace atelier::meeting {
namespace {

using testing::Room;

using Values = std::vector<std::pair<std::string, int>>;

v1::Ballot values(const Values& pairs) {
  v1::Ballot ballot;
  for (const auto& [option, value] : pairs) {
    ballot.add_values()->set_option(option);
    ballot.mutable_values(ballot.values_size() - 1)->set_value(value);
  }
  return ballot;
}

v1::Ballot choice(const std::string& option, const std::string& reason = "") {
  v1::Ballot ballot;
  ballot.set_choice(option);
  ballot.set_reason(reason);
  return ballot;
}

v1::VoteOpen rules(v1::VoteMethod method, const std::vector<std::string>& options) {
  v1::VoteOpen open;
  open.set_vote("V1");
  open.set_method(method);
  for (const std::string& option : options) open.add_options()->set_id(option);
  return open;
}

v1::VoteOpen dots(std::uint32_t budget, std::uint32_t cap) {
  v1::VoteOpen open = rules(v1::VOTE_METHOD_DOTS, {"A", "B", "C"});
  open.set_dots(budget);
  open.set_max_per_option(cap);
  return open;
}

/// A meeting with one vote open.
class Votes : public ::testing::Test {
 protected:
  void SetUp() override { room.opened(); }
  v1::Refusal open(const v1::VoteOpen& command) {
    return room.ask("F1", [&](v1::Command& c) { *c.mutable_vote_open() = command; });
  }
  v1::Refusal cast(const std::string& person, const v1::Ballot& ballot, const std::string& network = "") {
    return room.ask(person, [&](v1::Command& c) {
      c.mutable_ballot_cast()->set_vote("V1");
      c.mutable_ballot_cast()->set_network(network);
      *c.mutable_ballot_cast()->mutable_ballot() = ballot;
    });
  }
  v1::Refusal close() {
    return room.ask("F1", [](v1::Command& c) { c.mutable_vote_close()->set_vote("V1"); });
  }
  v1::VoteResult result() const { return room.see("vote/V1").vote().result(); }
  Room room;
};

TEST_F(Votes, CountTheLatestBallotOfEachPerson) {
  ASSERT_EQ(open(rules(v1::VOTE_METHOD_SINGLE_CHOICE, {"yes", "no"})), v1::REFUSAL_OK);
  cast("P01", choice("yes"));
  cast("P02", choice("no"));
  cast("P01", choice("no"));
  EXPECT_EQ(result().ballots(), 2u);
  EXPECT_EQ(result().options(0).count(), 0);
  EXPECT_EQ(result().options(1).count(), 2);
  EXPECT_EQ(room.meeting.private_view("my-ballot/V1", PersonId("P01")).my_ballot().ballot().choice(), "no");
}

TEST_F(Votes, AreOverWhenClosed) {
  open(rules(v1::VOTE_METHOD_SINGLE_CHOICE, {"yes", "no"}));
  EXPECT_EQ(close(), v1::REFUSAL_OK);
  EXPECT_EQ(cast("P01", choice("yes")), v1::REFUSAL_VOTE_CLOSED);
  EXPECT_EQ(close(), v1::REFUSAL_VOTE_CLOSED);
  EXPECT_EQ(room.see("vote/V1").vote().state(), v1::VoteView::STATE_RESULT);
  EXPECT_EQ(room.see("vote/V1").vote().entitled(), 4u);
}

TEST_F(Votes, NameWhatIsWrongWithABallotOfDots) {
  open(dots(4, 2));
  EXPECT_EQ(cast("P01", values({{"A", 2}, {"B", 2}, {"C", 1}})), v1::REFUSAL_OVER_BUDGET);
  EXPECT_EQ(cast("P01", values({{"A", 3}, {"B", 1}})), v1::REFUSAL_OVER_CAP);
  EXPECT_EQ(cast("P01", values({{"X", 1}})), v1::REFUSAL_UNKNOWN_OPTION);
  EXPECT_EQ(cast("P01", values({{"A", 1}, {"A", 1}})), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(cast("P01", values({{"A", -1}})), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(cast("P01", choice("A")), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(result().ballots(), 0u);
  EXPECT_EQ(cast("P01", values({{"A", 2}, {"B", 1}})), v1::REFUSAL_OK);
}

TEST_F(Votes, GiveEachNetworkEqualWeightWhateverDotsItCast) {
  open(dots(4, 0));
  cast("P01", values({{"A", 4}}));          // N01: A 4, B 3, C 0 of 7
  cast("P02", values({{"B", 3}}));
  cast("P03", values({{"B", 1}}));          // N02: B 1 of 1
  cast("P09", values({{"C", 1}, {"A", 2}}));  // N09: A 2, C 1 of 3
  const v1::VoteResult counted = result();
  EXPECT_EQ(counted.dots(), 11);
  EXPECT_EQ(counted.options(0).count(), 6);
  EXPECT_EQ(counted.options(0).equal_weight(), "1.2381");  // 4/7 + 2/3
  EXPECT_EQ(counted.options(1).equal_weight(), "1.4286");  // 3/7 + 1
  EXPECT_EQ(counted.options(2).equal_weight(), "0.3333");
  EXPECT_EQ(counted.ranking(0), "A");
  EXPECT_EQ(counted.ranking_equal_weight(0), "B");
  EXPECT_TRUE(counted.orders_disagree());
}

TEST_F(Votes, OfFistToFiveWantWholeBallotsAndPassByTheRoundsRule) {
  open(rules(v1::VOTE_METHOD_FIST_TO_FIVE, {"A1", "A2"}));
  EXPECT_EQ(cast("P01", values({{"A1", 4}})), v1::REFUSAL_BALLOT_INCOMPLETE);
  EXPECT_EQ(cast("P01", values({{"A1", 4}, {"A2", 6}})), v1::REFUSAL_BAD_VALUE);
  v1::Ballot low = values({{"A1", 2}, {"A2", 3}});
  low.mutable_values(0)->set_reason("too broad");
  cast("P01", low);
  cast("P02", values({{"A1", 5}, {"A2", 3}}));
  cast("P03", values({{"A1", 3}, {"A2", 5}}));
  const v1::VoteResult counted = result();
  EXPECT_EQ(counted.options(0).mean(), "3.333");
  EXPECT_EQ(counted.options(0).below_floor(), 1);
  EXPECT_FALSE(counted.options(0).passed());
  EXPECT_EQ(counted.options(0).reasons(0), "too broad");
  EXPECT_TRUE(counted.options(1).passed());
  EXPECT_FALSE(counted.passed());
}

TEST(Tally, LetsFivePercentStayBelowInASecondRound) {
  v1::VoteOpen open = rules(v1::VOTE_METHOD_FIST_TO_FIVE, {"A1"});
  open.set_pass_floor(3);
  open.set_below_max_percent(5);
  const v1::Ballot low = values({{"A1", 2}}), high = values({{"A1", 4}});
  for (const int others : {19, 18}) {
    Counting counting{.rules = &open, .ballots = {{&low, "N01", "P"}}, .entitled = 20, .attested = {}};
    for (int index = 0; index < others; ++index) counting.ballots.push_back({&high, "N01", "P"});
    EXPECT_EQ(tally(counting).options(0).passed(), others == 19) << others;  // 1 of 20 is 5 %
  }
}

TEST(Tally, RoundsHalvesToTheEvenDigitOnce) {
  EXPECT_EQ(decimal(Rational(1, 8), 2), "0.12");
  EXPECT_EQ(decimal(Rational(3, 8), 2), "0.38");
  EXPECT_EQ(decimal(Rational(2, 3), 4), "0.6667");
  EXPECT_EQ(decimal(Rational(-1, 8), 2), "-0.12");
  EXPECT_EQ(decimal(Rational(7), 3), "7.000");
  EXPECT_EQ(decimal(Rational(5, 2), 0), "2");
}

TEST(Tally, DoesNotDependOnTheOrderOfBallots) {
  v1::VoteOpen open = dots(4, 0);
  const v1::Ballot first = values({{"A", 3}}), second = values({{"B", 1}, {"C", 2}}), third = values({{"C", 4}});
  std::vector<CountedBallot> ballots{{&first, "N01", ""}, {&second, "N01", ""}, {&third, "N02", ""}};
  const std::string expected = tally({&open, ballots, 3, {}}).SerializeAsString();
  std::swap(ballots[0], ballots[2]);
  EXPECT_EQ(tally({&open, ballots, 3, {}}).SerializeAsString(), expected);
}

TEST_F(Votes, OfScoresTakeTheScaleAndSkippedItems) {
  v1::VoteOpen open_score = rules(v1::VOTE_METHOD_SCORE, {"worth it", "heard"});
  EXPECT_EQ(open(open_score), v1::REFUSAL_BAD_VALUE);  // no scale
  open_score.set_scale_min(1);
  open_score.set_scale_max(5);
  ASSERT_EQ(open(open_score), v1::REFUSAL_OK);
  EXPECT_EQ(cast("P01", values({{"heard", 0}})), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(cast("P01", v1::Ballot()), v1::REFUSAL_BALLOT_INCOMPLETE);
  cast("P01", values({{"heard", 4}, {"worth it", 5}}));
  cast("P02", values({{"heard", 5}}));
  EXPECT_EQ(result().options(1).mean(), "4.500");
  EXPECT_EQ(result().options(0).count(), 1);
  EXPECT_EQ(result().options(1).histogram(3), 1);
}

class Consent : public Votes {
 protected:
  void SetUp() override {
    Votes::SetUp();
    v1::VoteOpen consent = rules(v1::VOTE_METHOD_CONSENT, {"consent", "consent with a concern", "objection"});
    consent.set_electorate(v1::ELECTORATE_NETWORKS);
    const auto delegate = [&](const char* network, const char* person) {
      consent.add_delegates()->set_network(network);
      consent.mutable_delegates(consent.delegates_size() - 1)->set_person(person);
    };
    delegate("N01", "P01");
    delegate("N02", "P03");
    ASSERT_EQ(open(consent), v1::REFUSAL_OK);
  }
};

TEST_F(Consent, IsForDelegatesOnly) {
  EXPECT_EQ(cast("P09", choice("consent"), "N09"), v1::REFUSAL_OBSERVER);
  EXPECT_EQ(cast("P01", choice("consent"), "N02"), v1::REFUSAL_NOT_YOUR_NETWORK);
  EXPECT_EQ(cast("P01", choice("consent"), "N01"), v1::REFUSAL_OK);
  EXPECT_EQ(cast("P02", choice("objection"), "N01"), v1::REFUSAL_THROUGH_DELEGATE);
  EXPECT_EQ(room.see("vote/V1").vote().voted_by(0), "N01");
  EXPECT_EQ(room.meeting.private_view("me", PersonId("P01")).me().delegate_of(0), "V1 N01");
}

TEST_F(Consent, NeedsAReasonForAnObjectionAndKeepsItWhenItIsIntegrated) {
  EXPECT_EQ(cast("P01", choice("objection", "  "), "N01"), v1::REFUSAL_REASON_REQUIRED);
  cast("P01", choice("objection", "too early"), "N01");
  cast("P03", choice("consent"), "N02");
  EXPECT_EQ(result().objections_open(), 1u);
  EXPECT_FALSE(result().passed());
  room.time_ms = 9'000;
  cast("P01", choice("consent with a concern"), "N01");
  EXPECT_EQ(result().objections_open(), 0u);
  EXPECT_TRUE(result().passed());
  const auto& objections = room.meeting.state().votes.at("V1").objections;
  ASSERT_EQ(objections.size(), 1u);
  EXPECT_EQ(objections[0].reason, "too early");
  EXPECT_EQ(objections[0].integrated_ms, 9'000);
}

TEST_F(Consent, IsNotReachedWhileANetworkIsSilent) {
  cast("P01", choice("consent"), "N01");
  EXPECT_FALSE(result().passed());
  cast("P03", choice("consent"), "N02");
  EXPECT_TRUE(result().passed());
}

TEST_F(Votes, ShowNoResultToOthersBeforeTheReveal) {
  v1::VoteOpen hidden = rules(v1::VOTE_METHOD_SINGLE_CHOICE, {"yes", "no"});
  hidden.set_hidden_until_reveal(true);
  hidden.set_secrecy(v1::SECRECY_NAMED);
  open(hidden);
  cast("P01", choice("yes"));
  const auto reveal = [](v1::Command& c) { c.mutable_vote_reveal()->set_vote("V1"); };
  EXPECT_EQ(room.ask("F1", reveal), v1::REFUSAL_BAD_VALUE);
  EXPECT_FALSE(room.see("vote/V1", Audience::facilitator).vote().has_result());
  EXPECT_TRUE(room.see("vote/V1").vote().voted_by().empty());
  close();
  EXPECT_TRUE(room.see("vote/V1", Audience::facilitator).vote().has_result());
  EXPECT_FALSE(room.see("vote/V1", Audience::projector).vote().has_result());
  EXPECT_EQ(room.see("vote/V1").vote().state(), v1::VoteView::STATE_CLOSED);
  EXPECT_EQ(room.ask("F1", reveal), v1::REFUSAL_OK);
  EXPECT_TRUE(room.see("vote/V1").vote().has_result());
}

class Sealed : public Votes {
 protected:
  void SetUp() override {
    Votes::SetUp();
    v1::VoteOpen sealed = dots(4, 2);
    sealed.set_secrecy(v1::SECRECY_SEALED);
    EXPECT_EQ(open(sealed), v1::REFUSAL_BAD_VALUE);  // a node forgot the key
    sealed.set_sealing_key(std::string(32, 'k'));
    ASSERT_EQ(open(sealed), v1::REFUSAL_OK);
  }
  v1::Refusal cast_sealed(const std::string& person, const std::string& box,
                          v1::Refusal content_refusal = v1::REFUSAL_OK) {
    return room.ask(person, [&](v1::Command& c) {
      c.mutable_ballot_cast()->set_vote("V1");
      c.mutable_ballot_cast()->set_sealed(box);
      c.mutable_ballot_cast()->set_content_refusal(content_refusal);
    });
  }
  UnsealedBallot unsealed(const std::string& person, const v1::Ballot& ballot, const std::string& receipt) {
    UnsealedBallot entry{person, v1::SealedContent()};
    *entry.content->mutable_ballot() = ballot;
    entry.content->set_receipt(receipt);
    return entry;
  }
  v1::Refusal opened(const v1::BallotsOpened& event) {
    return room.node([&](v1::Payload& p) { *p.mutable_ballots_opened() = event; }).verdict.refusal;
  }
};

TEST_F(Sealed, JudgeAPlainBallotBeforeItIsSealed) {
  v1::Command command;
  command.mutable_ballot_cast()->set_vote("V1");
  *command.mutable_ballot_cast()->mutable_ballot() = values({{"A", 3}});
  EXPECT_EQ(room.meeting.check(PersonId("P01"), command), v1::REFUSAL_OVER_CAP);
  *command.mutable_ballot_cast()->mutable_ballot() = values({{"A", 2}});
  EXPECT_EQ(room.meeting.check(PersonId("P01"), command), v1::REFUSAL_OK);
  EXPECT_EQ(room.meeting.check(PersonId("F1"), command), v1::REFUSAL_NOT_ALLOWED);
}

TEST_F(Sealed, GiveTheNodesReasonForAContentTheyMayNotSee) {
  EXPECT_EQ(cast_sealed("P01", "", v1::REFUSAL_OVER_BUDGET), v1::REFUSAL_OVER_BUDGET);
  EXPECT_EQ(cast_sealed("P01", ""), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(cast("P01", values({{"A", 1}})), v1::REFUSAL_BAD_VALUE);  // a readable ballot does not belong into the log
  EXPECT_EQ(room.see("vote/V1").vote().voted(), 0u);
  close();
  EXPECT_EQ(cast_sealed("P01", "", v1::REFUSAL_OVER_BUDGET), v1::REFUSAL_VOTE_CLOSED);
}

TEST_F(Sealed, TellWhoHasVotedToNobodyAndResultsOnlyAfterOpening) {
  cast_sealed("P01", "box");
  const v1::VoteView open_view = room.see("vote/V1", Audience::facilitator).vote();
  EXPECT_EQ(open_view.voted(), 1u);
  EXPECT_TRUE(open_view.voted_by().empty());
  EXPECT_TRUE(open_view.rules().sealing_key().empty());
  close();
  EXPECT_FALSE(room.see("vote/V1", Audience::facilitator).vote().has_result());
  EXPECT_EQ(room.see("vote/V1").vote().state(), v1::VoteView::STATE_CLOSED);
  EXPECT_FALSE(room.meeting.private_view("my-ballot/V1", PersonId("P01")).my_ballot().has_ballot());
}

TEST_F(Sealed, OpenOnceWithoutVotersAndWithSmallNetworksFolded) {
  for (const char* person : {"P01", "P02", "P03"}) cast_sealed(person, "box");
  const Vote& vote = room.meeting.state().votes.at("V1");
  const v1::BallotsOpened event = open_ballots(
      room.meeting.state(), vote,
      {unsealed("P01", values({{"A", 2}, {"B", 1}}), "zz"), unsealed("P02", values({{"C", 3}}), "bb"),
       unsealed("P03", values({{"B", 1}}), "mm")});
  EXPECT_EQ(opened(event), v1::REFUSAL_BAD_VALUE);  // not closed yet
  close();
  ASSERT_EQ(opened(event), v1::REFUSAL_OK);
  EXPECT_EQ(event.ballots(0).receipt(), "bb");
  EXPECT_FALSE(event.ballots(0).valid());  // three dots on one option
  EXPECT_FALSE(event.ballots(0).has_ballot());
  EXPECT_EQ(event.ballots(2).network(), "");
  EXPECT_EQ(event.attested_networks(), 2u);
  EXPECT_EQ(event.attested_equal_weight().at("A"), 666'666'667);
  const v1::VoteResult counted = result();
  EXPECT_EQ(counted.ballots(), 2u);
  EXPECT_EQ(counted.dots(), 4);
  EXPECT_EQ(counted.options(1).equal_weight(), "1.3333");
  EXPECT_EQ(counted.receipts_size(), 3);
  const std::string before = room.dump();
  EXPECT_EQ(opened(v1::BallotsOpened(event)), v1::REFUSAL_ALREADY_DONE);
  EXPECT_EQ(room.dump(), before);
}

TEST_F(Sealed, CountTheSameAsAnOpenVote) {
  v1::MeetingContent content = testing::small_content();
  for (int index = 10; index < 30; ++index) {
    v1::RosterPerson& person = *content.add_roster();
    person.set_id("P" + std::to_string(index));
    person.set_role(v1::ROLE_PARTICIPANT);
    person.set_network(index < 22 ? "N01" : index < 26 ? "N02" : "N09");  // 12, 4 and 4
  }
  State state;
  Vote open_vote, sealed_vote;
  for (const auto& entry : content.roster()) state.persons[entry.id()].network = entry.network();
  open_vote.rules = sealed_vote.rules = dots(4, 2);
  open_vote.rules.set_secrecy(v1::SECRECY_OPEN);
  sealed_vote.rules.set_secrecy(v1::SECRECY_SEALED);
  sealed_vote.closed = open_vote.closed = sealed_vote.opened = true;
  std::vector<UnsealedBallot> ballots;
  for (int index = 10; index < 30; ++index) {
    const std::string person = "P" + std::to_string(index);
    const v1::Ballot ballot = values({{"A", index % 3}, {"B", index % 2}, {"C", 1}});
    open_vote.ballots[person] = {.ballot = ballot, .sealed = {}, .person = person, .seq = 1, .time_ms = 0};
    ballots.push_back(unsealed(person, ballot, std::to_string(97 * index % 1000)));
  }
  sealed_vote.opening = open_ballots(state, sealed_vote, ballots);
  EXPECT_EQ(sealed_vote.opening.attested_networks(), 2u);
  v1::VoteResult counted = result_of(state, sealed_vote);
  counted.clear_receipts();
  EXPECT_EQ(counted.SerializeAsString(), result_of(state, open_vote).SerializeAsString());
}

TEST_F(Votes, RefuseToOpenWhatCannotBeCounted) {
  EXPECT_EQ(open(rules(v1::VOTE_METHOD_SCHULZE, {"A", "B"})), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(open(rules(v1::VOTE_METHOD_SINGLE_CHOICE, {})), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(open(rules(v1::VOTE_METHOD_SINGLE_CHOICE, {"A", "A"})), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(open(rules(v1::VOTE_METHOD_CONSENT, {"yes", "no"})), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(open(dots(0, 0)), v1::REFUSAL_BAD_VALUE);
  v1::VoteOpen second = rules(v1::VOTE_METHOD_FIST_TO_FIVE, {"A"});
  second.set_second_of("V0");
  EXPECT_EQ(open(second), v1::REFUSAL_VOTE_UNKNOWN);
  v1::VoteOpen observed = rules(v1::VOTE_METHOD_SINGLE_CHOICE, {"A"});
  observed.set_electorate(v1::ELECTORATE_NETWORKS);
  observed.add_delegates()->set_network("N09");
  observed.mutable_delegates(0)->set_person("P09");
  EXPECT_EQ(open(observed), v1::REFUSAL_OBSERVER);
  EXPECT_EQ(open(rules(v1::VOTE_METHOD_SINGLE_CHOICE, {"A"})), v1::REFUSAL_OK);
  EXPECT_EQ(open(rules(v1::VOTE_METHOD_SINGLE_CHOICE, {"A"})), v1::REFUSAL_ID_TAKEN);
}

}  // namespace
}  // namespace atelier::meeting
