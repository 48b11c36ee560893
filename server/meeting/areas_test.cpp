#include "meeting/refusal.hpp"
#include "meeting/test_meeting.hpp"

namespace atelier::meeting {
namespace {

using testing::Room;

class Areas : public ::testing::Test {
 protected:
  void SetUp() override { room.opened(); }
  v1::Refusal idea(const std::string& id) {
    return room.ask("P01", [&](v1::Command& c) {
      c.mutable_idea_add()->set_id(id);
      c.mutable_idea_add()->set_text("Idea " + id);
    });
  }
  v1::Refusal merge(const std::string& id, const std::vector<std::string>& of) {
    return room.ask("F2", [&](v1::Command& c) {
      c.mutable_ideas_merge()->set_id(id);
      c.mutable_ideas_merge()->set_text("Merged");
      for (const std::string& part : of) c.mutable_ideas_merge()->add_of(part);
    });
  }
  v1::Refusal claim(const std::string& person, const std::string& network, v1::ActivityClaim::As as) {
    return room.ask(person, [&](v1::Command& c) {
      c.mutable_activity_claim()->set_id("ACT-01");
      c.mutable_activity_claim()->set_network(network);
      c.mutable_activity_claim()->set_as(as);
    });
  }
  Room room;
};

TEST_F(Areas, RefuseANoteOfWhiteSpaceAndOneThatIsTooLong) {
  const auto note = [&](const std::string& text) {
    return room.ask("P01", [&](v1::Command& c) {
      c.mutable_note_add()->set_id("K1");
      c.mutable_note_add()->set_text(text);
    });
  };
  for (const char* blank : {"", "   ", "\t\n", "\u00A0\u3000", "\u200B\uFEFF"}) EXPECT_EQ(note(blank), v1::REFUSAL_EMPTY_NOTE);
  std::string longest;
  for (std::uint32_t count = 0; count < limits::card_characters_max; ++count) longest += "ä";
  EXPECT_EQ(note(longest + "x"), v1::REFUSAL_TOO_LONG);
  EXPECT_EQ(note(longest), v1::REFUSAL_OK);
  EXPECT_EQ(note("again"), v1::REFUSAL_ID_TAKEN);
}

TEST_F(Areas, HideANoteFromAllButFacilitators) {
  room.must("P01", [](v1::Command& c) {
    c.mutable_note_add()->set_id("K1");
    c.mutable_note_add()->set_text("rude");
  });
  const auto hide = [&](const char* why) {
    return room.ask("F2", [&](v1::Command& c) {
      c.mutable_note_hide()->set_id("K1");
      c.mutable_note_hide()->set_why(why);
    });
  };
  EXPECT_EQ(hide(" "), v1::REFUSAL_REASON_REQUIRED);
  EXPECT_EQ(hide("off topic"), v1::REFUSAL_OK);
  EXPECT_EQ(room.see("note/K1").note().text(), "");
  EXPECT_EQ(room.see("note/K1", Audience::facilitator).note().text(), "rude");
  EXPECT_EQ(room.see("note/K1").note().hidden_why(), "off topic");
}

TEST_F(Areas, CountFlagsOfEachPersonsWholeChoice) {
  const auto flag = [&](const std::vector<std::string>& cards) {
    return room.ask("P01", [&](v1::Command& c) {
      c.mutable_evidence_flag();
      for (const std::string& card : cards) c.mutable_evidence_flag()->add_cards(card);
    });
  };
  EXPECT_EQ(flag({"AF-01", "AF-02"}), v1::REFUSAL_OK);
  EXPECT_EQ(flag({"AF-01", "S05"}), v1::REFUSAL_OK);
  EXPECT_EQ(flag({"AF-01", "AF-02", "S05"}), v1::REFUSAL_TOO_MANY);
  EXPECT_EQ(flag({"AF-99"}), v1::REFUSAL_UNKNOWN_ID);
  EXPECT_EQ(room.see("evidence/AF-01").evidence().flags(), 1u);
  EXPECT_EQ(room.see("evidence/AF-02").evidence().flags(), 0u);
  EXPECT_EQ(room.meeting.private_view("me", PersonId("P01")).me().flagged_size(), 2);
}

TEST_F(Areas, MergeIdeasAndSplitThemAgain) {
  for (const char* id : {"I1", "I2", "I3"}) ASSERT_EQ(idea(id), v1::REFUSAL_OK);
  EXPECT_EQ(merge("M1", {"I1", "I9"}), v1::REFUSAL_UNKNOWN_ID);
  EXPECT_EQ(merge("M1", {"I1", "I1"}), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(merge("M1", {"I1", "I2", "I3"}), v1::REFUSAL_OK);
  EXPECT_EQ(merge("M2", {"I1"}), v1::REFUSAL_ALREADY_DONE);
  EXPECT_EQ(room.see("idea/I1").idea().merged_into(), "M1");
  room.must("P01", [](v1::Command& c) {
    c.mutable_merge_object()->set_id("M1");
    c.mutable_merge_object()->set_text("please split");
  });
  room.must("F2", [](v1::Command& c) {
    c.mutable_ideas_split()->set_id("M1");
    for (const auto& [id, of] : {std::pair("M1", "I1"), std::pair("M2", "I2")}) {
      v1::IdeasSplit::Part& part = *c.mutable_ideas_split()->add_into();
      part.set_id(id);
      part.set_text("Part");
      part.add_of(of);
    }
  });
  EXPECT_EQ(room.see("idea/I2").idea().merged_into(), "M2");
  EXPECT_EQ(room.see("idea/I3").idea().merged_into(), "");  // stands for itself again
  EXPECT_EQ(room.see("idea/M1").idea().objections(0).text(), "please split");
}

TEST_F(Areas, TakeNoIdeaAfterTheListIsFrozen) {
  idea("I1");
  const auto freeze = [](const char* option) {
    return [=](v1::Command& c) {
      c.mutable_list_freeze()->set_list("ideas");
      c.mutable_list_freeze()->add_options(option);
    };
  };
  EXPECT_EQ(room.ask("F1", freeze("I9")), v1::REFUSAL_UNKNOWN_ID);
  EXPECT_EQ(room.ask("F1", freeze("I1")), v1::REFUSAL_OK);
  EXPECT_EQ(idea("I2"), v1::REFUSAL_LIST_FROZEN);
  EXPECT_EQ(merge("M1", {"I1"}), v1::REFUSAL_LIST_FROZEN);
}

TEST_F(Areas, GiveAnActivityOneOwnerAndManyPartners) {
  EXPECT_EQ(claim("P01", "N02", v1::ActivityClaim::AS_OWNER), v1::REFUSAL_NOT_YOUR_NETWORK);
  EXPECT_EQ(claim("P09", "N00", v1::ActivityClaim::AS_OWNER), v1::REFUSAL_NOT_YOUR_NETWORK);
  EXPECT_EQ(claim("P01", "N00", v1::ActivityClaim::AS_OWNER), v1::REFUSAL_OK);  // a member acts for the umbrella
  EXPECT_EQ(claim("P03", "N02", v1::ActivityClaim::AS_OWNER), v1::REFUSAL_HAS_OWNER);
  EXPECT_EQ(claim("P03", "N02", v1::ActivityClaim::AS_PARTNER), v1::REFUSAL_OK);
  EXPECT_EQ(claim("P03", "N02", v1::ActivityClaim::AS_PARTNER), v1::REFUSAL_OK);  // twice is once
  const v1::ActivityView view = room.see("activity/ACT-01").activity();
  EXPECT_EQ(view.owner(), "N00");
  EXPECT_EQ(view.partners_size(), 1);
  EXPECT_EQ(view.activity().title(), "Activity ACT-01");
}

TEST_F(Areas, EditTheFieldsOfAnActivityByName) {
  const auto edit = [&](const char* field, const char* value) {
    return room.ask("P01", [&](v1::Command& c) {
      c.mutable_activity_edit()->set_id("ACT-02");
      c.mutable_activity_edit()->set_field(field);
      c.mutable_activity_edit()->set_value(value);
    });
  };
  EXPECT_EQ(edit("funding", "own"), v1::REFUSAL_OK);
  EXPECT_EQ(edit("progress_percent", "35"), v1::REFUSAL_OK);
  EXPECT_EQ(edit("evidence", "AF-01, AF-02"), v1::REFUSAL_OK);
  EXPECT_EQ(edit("progress_percent", "101"), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(edit("id", "ACT-99"), v1::REFUSAL_UNKNOWN_ID);
  EXPECT_EQ(edit("colour", "red"), v1::REFUSAL_UNKNOWN_ID);
  const v1::Activity activity = room.see("activity/ACT-02").activity().activity();
  EXPECT_EQ(activity.funding(), "own");
  EXPECT_EQ(activity.progress_percent(), 35u);
  EXPECT_EQ(activity.evidence_size(), 2);
}

TEST_F(Areas, KeepAnEmptyCellApartFromAValue) {
  const auto set = [&](const char* aspect, std::uint32_t value) {
    return room.ask("P09", [&](v1::Command& c) {
      c.mutable_matrix_set()->set_network("N09");
      c.mutable_matrix_set()->add_cells()->set_aspect(aspect);
      c.mutable_matrix_set()->mutable_cells(0)->set_value(value);
    });
  };
  EXPECT_EQ(set("purpose", 6), v1::REFUSAL_BAD_VALUE);
  EXPECT_EQ(set("colour", 1), v1::REFUSAL_UNKNOWN_ID);
  EXPECT_EQ(set("purpose", 3), v1::REFUSAL_OK);
  EXPECT_EQ(room.see("matrix/N09").matrix_row().cells().at("purpose"), 3u);
  EXPECT_EQ(set("purpose", 0), v1::REFUSAL_OK);
  EXPECT_TRUE(room.see("matrix/N09").matrix_row().cells().empty());
}

TEST_F(Areas, CompleteAPostedPracticeFromTheLibrary) {
  room.must("P01", [](v1::Command& c) {
    c.mutable_practice_post()->mutable_practice()->set_id("GP01");
    c.mutable_practice_post()->mutable_practice()->set_summary("Short");
  });
  EXPECT_EQ(room.see("practice/GP01").practice().practice().title(), "Workbench");
  EXPECT_EQ(room.see("practice/GP01").practice().practice().summary(), "Short");
  for (const bool removed : {false, false, true}) {
    room.must("P03", [&](v1::Command& c) {
      c.mutable_practice_react()->set_practice("GP01");
      c.mutable_practice_react()->set_kind("useful");
      c.mutable_practice_react()->set_removed(removed);
    });
    EXPECT_EQ(room.see("practice/GP01").practice().useful(), removed ? 0u : 1u);
  }
}

TEST_F(Areas, RunATimerThatPausesAndIsExtended) {
  const auto timer = [&](v1::Timer::Action action, std::uint32_t seconds) {
    return room.ask("F1", [&](v1::Command& c) {
      c.mutable_timer()->set_action(action);
      c.mutable_timer()->set_seconds(seconds);
    });
  };
  EXPECT_EQ(timer(v1::Timer::ACTION_PAUSE, 0), v1::REFUSAL_ALREADY_DONE);
  EXPECT_EQ(timer(v1::Timer::ACTION_START, 60), v1::REFUSAL_OK);
  EXPECT_EQ(room.see("meeting").meeting().timer().ends_ms(), 61'000);
  room.time_ms = 21'000;
  EXPECT_EQ(timer(v1::Timer::ACTION_PAUSE, 0), v1::REFUSAL_OK);
  EXPECT_EQ(timer(v1::Timer::ACTION_EXTEND, 120), v1::REFUSAL_OK);
  EXPECT_EQ(room.see("meeting").meeting().timer().remaining_ms(), 160'000);
  EXPECT_EQ(timer(v1::Timer::ACTION_RESUME, 0), v1::REFUSAL_OK);
  EXPECT_EQ(room.see("meeting").meeting().timer().ends_ms(), 181'000);
}

TEST_F(Areas, KeepAttendanceApartFromHavingJoined) {
  room.must("P01", [](v1::Command& c) { c.mutable_drop()->set_why("sleeps"); });
  EXPECT_EQ(room.see("meeting").meeting().present(), 3u);
  EXPECT_EQ(room.see("meeting").meeting().joined(), 4u);
  room.node([](v1::Payload& p) { p.mutable_attendance()->add_present("P01"); });
  EXPECT_EQ(room.see("meeting").meeting().present(), 4u);
  room.node([](v1::Payload& p) {
    p.mutable_person_admitted()->mutable_person()->set_id("G1");
    p.mutable_person_admitted()->mutable_person()->set_role(v1::ROLE_PARTICIPANT);
  });
  const auto join = [](const char* network) {
    return [=](v1::Command& c) { c.mutable_join()->set_network(network); };
  };
  EXPECT_EQ(room.ask("G1", join("N00")), v1::REFUSAL_NOT_YOUR_NETWORK);
  EXPECT_EQ(room.ask("G1", join("N02")), v1::REFUSAL_OK);
  EXPECT_EQ(room.ask("G1", join("N01")), v1::REFUSAL_NOT_YOUR_NETWORK);
  EXPECT_EQ(room.see("person/G1").person().network(), "N02");
}

TEST(Reasons, AreThereForEveryRefusal) {
  const auto* codes = v1::Refusal_descriptor();
  for (int index = 0; index < codes->value_count(); ++index) {
    const auto code = static_cast<v1::Refusal>(codes->value(index)->number());
    EXPECT_EQ(reason(code).empty(), code == v1::REFUSAL_OK) << codes->value(index)->name();
    EXPECT_NE(reason(code), "not accepted") << codes->value(index)->name();
  }
}

}  // namespace
}  // namespace atelier::meeting
