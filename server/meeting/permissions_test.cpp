#include "meeting/permissions.hpp"

#include <google/protobuf/descriptor.h>

#include "meeting/test_meeting.hpp"

namespace atelier::meeting {
namespace {

using testing::Room;

constexpr unsigned all = ~0u;
constexpr unsigned staff = role_bit(v1::ROLE_ORGANISER) | role_bit(v1::ROLE_FACILITATOR) | role_bit(v1::ROLE_CO_FACILITATOR);
constexpr unsigned leads = role_bit(v1::ROLE_ORGANISER) | role_bit(v1::ROLE_FACILITATOR);
constexpr unsigned voters = role_bit(v1::ROLE_TABLE_HOST) | role_bit(v1::ROLE_PARTICIPANT) | role_bit(v1::ROLE_OBSERVER);

/// Written down a second time, by name, so that a slip in the table shows.
unsigned expected_roles(const std::string& command) {
  const std::set<std::string> by_leads{"meeting_open", "meeting_close", "role_grant", "report_publish"};
  const std::set<std::string> by_voters{"ready", "evidence_flag", "ballot_cast"};
  const std::set<std::string> by_staff{"phase_start",  "phase_end",   "timer",        "input_freeze",  "summon",
                                       "projection",   "text_open",   "text_revert",  "text_freeze",   "table_boards",
                                       "note_hide",    "ideas_merge", "ideas_split",  "list_freeze",   "vote_open",
                                       "vote_close",   "vote_reveal", "concerns_hear", "activity_draft", "park",
                                       "replay_start"};
  if (by_leads.contains(command)) return leads;
  if (by_staff.contains(command)) return staff;
  if (by_voters.contains(command)) return voters;
  return staff | voters;
}

const std::vector<std::pair<std::string, v1::Role>> people{
    {"ORG1", v1::ROLE_ORGANISER},     {"F1", v1::ROLE_FACILITATOR}, {"F2", v1::ROLE_CO_FACILITATOR},
    {"P03", v1::ROLE_TABLE_HOST},     {"P01", v1::ROLE_PARTICIPANT}, {"P09", v1::ROLE_OBSERVER},
    {"SCREEN", v1::ROLE_PROJECTOR}};

v1::Command empty_command(const google::protobuf::FieldDescriptor* field) {
  v1::Command command;
  command.GetReflection()->MutableMessage(&command, field);
  return command;
}

template <class Check>
void for_each_command(const Check& check) {
  const auto* kinds = v1::Command::descriptor()->oneof_decl(0);
  for (int index = 0; index < kinds->field_count(); ++index) check(kinds->field(index));
}

TEST(Permissions, HaveARuleForEveryCommandUnderItsName) {
  for_each_command([](const auto* field) {
    const CommandRule* rule = command_rule(static_cast<v1::Command::KindCase>(field->number()));
    ASSERT_NE(rule, nullptr) << field->name();
    EXPECT_EQ(rule->name, field->name());
    EXPECT_EQ(rule->roles & all, expected_roles(field->name())) << field->name();
  });
  EXPECT_EQ(command_rule(static_cast<v1::Command::KindCase>(9)), nullptr);
}

TEST(Permissions, HoldForEveryCommandAndRole) {
  Room room;
  room.opened();
  for_each_command([&](const auto* field) {
    for (const auto& [person, role] : people) {
      const bool allowed = (expected_roles(field->name()) & role_bit(role)) != 0;
      const v1::Refusal refusal = room.meeting.check(PersonId(person), empty_command(field));
      EXPECT_EQ(refusal != v1::REFUSAL_NOT_ALLOWED, allowed) << field->name() << " by " << v1::Role_Name(role);
    }
    EXPECT_EQ(room.meeting.check(PersonId("nobody"), empty_command(field)), v1::REFUSAL_NOT_ALLOWED) << field->name();
  });
}

TEST(Permissions, AskThoseWhoTakePartToJoinFirst) {
  Room room;
  room.must("ORG1", [](v1::Command& c) { c.mutable_meeting_open(); });
  for_each_command([&](const auto* field) {
    if (field->name() == "join" || (expected_roles(field->name()) & role_bit(v1::ROLE_PARTICIPANT)) == 0) return;
    EXPECT_EQ(room.meeting.check(PersonId("P01"), empty_command(field)), v1::REFUSAL_NOT_JOINED) << field->name();
    EXPECT_NE(room.meeting.check(PersonId("F1"), empty_command(field)), v1::REFUSAL_NOT_JOINED) << field->name();
  });
}

TEST(Permissions, CloseWithTheMeetingExceptForWhatComesAfter) {
  Room room;
  room.opened();
  room.must("ORG1", [](v1::Command& c) { c.mutable_meeting_close(); });
  const std::set<std::string> possible{"projection", "leave", "drop", "reconnect", "vote_reveal", "report_publish", "replay_start"};
  for_each_command([&](const auto* field) {
    const char* person = (expected_roles(field->name()) & role_bit(v1::ROLE_ORGANISER)) != 0 ? "ORG1" : "P01";
    const v1::Refusal refusal = room.meeting.check(PersonId(person), empty_command(field));
    EXPECT_EQ(refusal != v1::REFUSAL_MEETING_CLOSED, possible.contains(field->name()))
        << field->name();
  });
}

TEST(Permissions, OpenWithTheMeetingExceptForWhatPreparesIt) {
  Room room;
  const std::set<std::string> possible{"meeting_open", "projection", "join",         "leave",        "drop",
                                       "reconnect",    "role_grant", "text_open",    "table_boards", "replay_start"};
  for_each_command([&](const auto* field) {
    const char* person = (expected_roles(field->name()) & role_bit(v1::ROLE_ORGANISER)) != 0 ? "ORG1" : "P01";
    const v1::Refusal refusal = room.meeting.check(PersonId(person), empty_command(field));
    EXPECT_EQ(refusal != v1::REFUSAL_MEETING_NOT_OPEN, possible.contains(field->name())) << field->name();
  });
}

TEST(Permissions, StopInputOfThoseWhoTakePartWhileItIsFrozen) {
  Room room;
  room.opened();
  room.must("F1", [](v1::Command& c) { c.mutable_input_freeze()->set_frozen(true); });
  const auto note = [](v1::Command& c) {
    c.mutable_note_add()->set_id("K1");
    c.mutable_note_add()->set_text("Parents");
  };
  EXPECT_EQ(room.ask("P01", note), v1::REFUSAL_INPUT_FROZEN);
  EXPECT_EQ(room.ask("P01", [](v1::Command& c) { c.mutable_ready()->set_ready(true); }), v1::REFUSAL_OK);
  EXPECT_EQ(room.ask("F1", note), v1::REFUSAL_OK);
}

TEST(Roles, PassFromHandToHandButAnOrganiserStays) {
  Room room;
  room.opened();
  const auto grant = [](const char* person, v1::Role role) {
    return [=](v1::Command& c) {
      c.mutable_role_grant()->set_person(person);
      c.mutable_role_grant()->set_role(role);
    };
  };
  EXPECT_EQ(room.ask("F1", grant("P01", v1::ROLE_FACILITATOR)), v1::REFUSAL_OK);
  EXPECT_EQ(room.meeting.role(PersonId("P01")), v1::ROLE_FACILITATOR);
  EXPECT_EQ(room.see("meeting").meeting().joined(), 3u);  // those who take part
  EXPECT_EQ(room.ask("P01", grant("F1", v1::ROLE_PARTICIPANT)), v1::REFUSAL_OK);
  EXPECT_EQ(room.ask("P01", grant("P02", v1::ROLE_ORGANISER)), v1::REFUSAL_NOT_ALLOWED);
  EXPECT_EQ(room.ask("P01", grant("ORG1", v1::ROLE_PARTICIPANT)), v1::REFUSAL_NOT_ALLOWED);
  EXPECT_EQ(room.ask("ORG1", grant("ORG1", v1::ROLE_PARTICIPANT)), v1::REFUSAL_NOT_ALLOWED);
  EXPECT_EQ(room.ask("ORG1", grant("P02", v1::ROLE_ORGANISER)), v1::REFUSAL_OK);
  EXPECT_EQ(room.ask("ORG1", grant("P02", static_cast<v1::Role>(99))), v1::REFUSAL_BAD_VALUE);
}

}  // namespace
}  // namespace atelier::meeting
