#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crdt/rich_text.hpp"
#include "meeting/meeting.hpp"
#include "meeting/state.hpp"

/// What the tests of this module share: a small meeting, and words to make records with.
namespace atelier::meeting::testing {

inline v1::MeetingContent small_content() {
  v1::MeetingContent content;
  content.set_title("Annual meeting");
  const auto network = [&](const char* id, v1::NetworkKind kind) {
    content.add_networks()->set_id(id);
    content.mutable_networks(content.networks_size() - 1)->set_kind(kind);
  };
  network("N00", v1::NETWORK_KIND_UMBRELLA);
  network("N01", v1::NETWORK_KIND_MEMBER);
  network("N02", v1::NETWORK_KIND_MEMBER);
  network("N09", v1::NETWORK_KIND_OBSERVER);
  const auto person = [&](const char* id, v1::Role role, const char* at, const char* table) {
    v1::RosterPerson& entry = *content.add_roster();
    entry.set_id(id);
    entry.set_role(role);
    entry.set_network(at);
    entry.set_table(table);
  };
  person("ORG1", v1::ROLE_ORGANISER, "", "");
  person("F1", v1::ROLE_FACILITATOR, "", "");
  person("F2", v1::ROLE_CO_FACILITATOR, "", "");
  person("P01", v1::ROLE_PARTICIPANT, "N01", "T1");
  person("P02", v1::ROLE_PARTICIPANT, "N01", "T1");
  person("P03", v1::ROLE_TABLE_HOST, "N02", "T2");
  person("P09", v1::ROLE_OBSERVER, "N09", "T2");
  person("SCREEN", v1::ROLE_PROJECTOR, "", "");
  for (const char* id : {"T1", "T2"}) content.add_tables()->set_id(id);
  for (const char* id : {"arrive", "vote"}) content.add_agenda()->set_phase(id);
  for (const char* id : {"AF-01", "AF-02", "S05"}) content.add_evidence()->set_id(id);
  for (const char* id : {"ACT-01", "ACT-02"}) {
    content.add_activities()->set_id(id);
    content.mutable_activities(content.activities_size() - 1)->set_title(std::string("Activity ") + id);
  }
  content.add_practices()->set_id("GP01");
  content.mutable_practices(0)->set_title("Workbench");
  content.mutable_practices(0)->set_network("N01");
  for (const char* id : {"purpose", "funding"}) content.add_aspects()->set_id(id);
  for (unsigned number = 1; number <= 7; ++number) content.add_steps()->set_number(number);
  return content;
}

/// A meeting and the log that made it. Each person writes from one client instance.
class Room {
 public:
  Room() { create(small_content()); }
  explicit Room(const v1::MeetingCreated& created) { node([&](v1::Payload& p) { *p.mutable_created() = created; }); }

  void create(const v1::MeetingContent& content, v1::ReducerLimits limits = {}) {
    node([&](v1::Payload& payload) {
      payload.mutable_created()->set_meeting("m1");
      *payload.mutable_created()->mutable_content() = content;
      *payload.mutable_created()->mutable_limits() = limits;
      payload.mutable_created()->set_rules_level(1);
      payload.mutable_created()->set_rehearsal(true);
    });
  }

  /// Open, everybody of the roster who takes part has joined.
  Room& opened() {
    must("ORG1", [](v1::Command& c) { c.mutable_meeting_open(); });
    for (const char* person : {"P01", "P02", "P03", "P09"}) must(person, [](v1::Command& c) { c.mutable_join(); });
    return *this;
  }

  template <class Fill>
  Applied node(Fill fill) {
    v1::Payload payload;
    fill(payload);
    return append("", 0, 0, 0, payload);
  }

  Applied send(const std::string& actor, const v1::Command& command) {
    v1::Payload payload;
    *payload.mutable_command() = command;
    const std::uint64_t instance = std::hash<std::string>{}(actor) | 1;
    const std::uint64_t previous = counters[actor];
    Applied applied = append(actor, instance, previous + 1, previous, payload);
    if (applied.verdict.refusal != v1::REFUSAL_OUT_OF_ORDER) counters[actor] = previous + 1;
    return applied;
  }

  template <class Fill>
  v1::Refusal ask(const std::string& actor, Fill fill) {
    v1::Command command;
    fill(command);
    return send(actor, command).verdict.refusal;
  }

  template <class Fill>
  Applied must(const std::string& actor, Fill fill) {
    v1::Command command;
    fill(command);
    Applied applied = send(actor, command);
    EXPECT_EQ(applied.verdict.refusal, v1::REFUSAL_OK) << actor << " " << command.ShortDebugString();
    return applied;
  }

  Applied append(const std::string& actor, std::uint64_t instance, std::uint64_t counter, std::uint64_t previous,
                 const v1::Payload& payload) {
    v1::Body body;
    body.set_actor(actor);
    body.set_instance(instance);
    body.set_counter(counter);
    body.set_previous(previous);
    body.set_payload(payload.SerializeAsString());
    log.push_back({Header{Sequence(log.size() + 1), time_ms}, body.SerializeAsString()});
    auto applied = meeting.apply(log.back().first, log.back().second);
    EXPECT_TRUE(applied.has_value());
    return applied ? *std::move(applied) : Applied{};
  }

  v1::Entity see(std::string_view key, Audience audience = Audience::participant) const {
    return meeting.view(key, audience);
  }

  /// Everything that anybody can see, as text.
  std::string dump() const {
    std::string text;
    for (const std::string& key : meeting.keys()) {
      for (const Audience audience : {Audience::participant, Audience::facilitator, Audience::projector}) {
        text += meeting.view(key, audience).ShortDebugString() + "\n";
      }
    }
    for (const auto& [person, entry] : meeting.state().persons) {
      for (const std::string& key : meeting.private_keys(PersonId(person))) {
        text += person + " " + meeting.private_view(key, PersonId(person)).ShortDebugString() + "\n";
      }
    }
    for (const std::string& id : meeting.texts()) text += id + " " + crdt::plain_text(*meeting.text(id)) + "\n";
    return text;
  }

  /// Opens a text as a node does, its seed made.
  Applied open_text(const std::string& id, const std::string& plain) {
    return must("F1", [&](v1::Command& c) {
      c.mutable_text_open()->set_text(id);
      c.mutable_text_open()->set_plain(plain);
      c.mutable_text_open()->set_update(crdt::seed_rich_text(crdt::ClientId(1), plain));
    });
  }

  Meeting meeting;
  std::vector<std::pair<Header, Bytes>> log;
  std::map<std::string, std::uint64_t> counters;
  std::int64_t time_ms = 1'000;
};

/// Folds `room`'s log again.
inline Meeting fold(const Room& room) {
  Meeting meeting;
  for (const auto& [header, body] : room.log) EXPECT_TRUE(meeting.apply(header, body).has_value());
  return meeting;
}

/// Somebody who types: a replica of one text with a client id of its own.
class Typist {
 public:
  Typist(const Room& room, const std::string& text, std::uint64_t client)
      : text_(text), doc_(crdt::Doc::Options{.client = crdt::ClientId(client)}) {
    EXPECT_TRUE(doc_.apply(room.meeting.text(text)->encode_state()).has_value());
  }
  /// The update of putting `put` behind the first `after`.
  Bytes type_after(std::string_view after, std::string_view put) {
    const std::string plain = crdt::plain_text(doc_);
    const std::size_t at = plain.find(after);
    EXPECT_NE(at, std::string::npos);
    return crdt::insert_text(doc_, crdt::utf16_length(plain.substr(0, at + after.size())), put).value_or(Bytes());
  }
  Bytes remove(std::string_view what) {
    const std::string plain = crdt::plain_text(doc_);
    const std::size_t at = plain.find(what);
    EXPECT_NE(at, std::string::npos);
    return crdt::delete_text(doc_, crdt::utf16_length(plain.substr(0, at)), crdt::utf16_length(what)).value_or(Bytes());
  }
  v1::Command edit(const Bytes& update) const {
    v1::Command command;
    command.mutable_text_edit()->set_text(text_);
    command.mutable_text_edit()->set_update(update);
    return command;
  }

 private:
  std::string text_;
  crdt::Doc doc_;
};

}  // namespace atelier::meeting::testing
