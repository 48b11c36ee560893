#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "content_import.hpp"
#include "content_parts.hpp"

// meeting_….json and networks.json: who meets, when, where.
namespace atelier::cli {

namespace {

constexpr std::int64_t minutes_a_day = 24 * 60;

/// Minutes after midnight of "HH:MM".
std::optional<std::int64_t> minutes_of_day(const std::string& text) {
  const auto digit = [&](std::size_t i) {
    return std::isdigit(static_cast<unsigned char>(text[i])) != 0;
  };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return std::nullopt;
  const std::int64_t hours = (text[0] - '0') * 10 + (text[1] - '0');
  const std::int64_t minutes = (text[3] - '0') * 10 + (text[4] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  return hours * 60 + minutes;
}

std::int64_t minutes_field(const Fields& fields, std::string_view key) {
  const std::string text = fields.text(key);
  const auto minutes = minutes_of_day(text);
  if (!minutes && !text.empty()) fields.complain(key, "must be a time of day like \"13:00\"");
  return minutes.value_or(0);
}

/// "strategy_cafe" is "Strategy cafe" on the screen.
std::string title_of_phase(std::string phase) {
  std::ranges::replace(phase, '_', ' ');
  if (!phase.empty())
    phase[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(phase[0])));
  return phase;
}

void add_agenda(const Fields& meeting, v1::MeetingContent& content) {
  const std::int64_t start = minutes_field(meeting, "starts");
  const auto seconds_after_start = [&](const Fields& item, std::string_view key) {
    const std::int64_t minutes = (minutes_field(item, key) - start + minutes_a_day) % minutes_a_day;
    return static_cast<std::uint32_t>(minutes * 60);
  };
  for (const Fields& item : meeting.objects("agenda")) {
    v1::AgendaItem& added = *content.add_agenda();
    added.set_phase(item.text("phase"));
    added.set_title(item.text_or("title", title_of_phase(added.phase())));
    added.set_content(item.text_or("content", ""));
    added.set_starts_s(seconds_after_start(item, "starts"));
    added.set_ends_s(seconds_after_start(item, "ends"));
    if (added.ends_s() < added.starts_s())
      item.complain("ends", "is before the item starts; correct one of the two");
  }
}

void add_tables(const Fields& meeting, v1::MeetingContent& content) {
  if (!meeting.has("tables")) return;
  for (const auto& [id, table] : meeting.members("tables")) {
    v1::Table& added = *content.add_tables();
    added.set_id(id);
    added.set_host(table.text_or("host", ""));
    added.set_mode(table.text_or("mode", "room"));
    for (const std::string& member : table.texts_or_none("members")) added.add_members(member);
  }
}

v1::Role staff_role(const Fields& staff) {
  const std::string role = staff.text("role");
  if (role == "organiser") return v1::ROLE_ORGANISER;
  if (role == "facilitator" || role == "lead facilitator") return v1::ROLE_FACILITATOR;
  if (role == "co-facilitator") return v1::ROLE_CO_FACILITATOR;
  if (!role.empty())
    staff.complain(
        "role",
        "\"" + role +
            "\" is not known; use organiser, lead facilitator, facilitator or co-facilitator");
  return v1::ROLE_UNSPECIFIED;
}

void add_staff(const Fields& meeting, v1::MeetingContent& content) {
  for (const Fields& staff : meeting.objects("staff")) {
    v1::RosterPerson& person = *content.add_roster();
    person.set_id(staff.text("id"));
    person.set_role(staff_role(staff));
    person.set_function(staff.text("role"));
    person.set_mode(staff.text_or("mode", "room"));
    person.set_lang(staff.text_or("lang", "en"));
  }
}

void add_participants(const Fields& meeting, v1::MeetingContent& content) {
  std::set<std::string> hosts;
  for (const auto& table : content.tables()) hosts.insert(table.host());
  for (const Fields& one : meeting.objects("participants")) {
    v1::RosterPerson& person = *content.add_roster();
    person.set_id(one.text("id"));
    person.set_function(one.text_or("role", ""));
    person.set_network(one.text_or("net", ""));
    person.set_organisation(one.text_or("org", ""));
    person.set_lang(one.text_or("lang", "en"));
    person.set_mode(one.text_or("mode", "room"));
    person.set_table(one.text_or("table", ""));
    const bool observes = network_kind(content, person.network()) == v1::NETWORK_KIND_OBSERVER;
    person.set_role(observes                      ? v1::ROLE_OBSERVER
                    : hosts.contains(person.id()) ? v1::ROLE_TABLE_HOST
                                                  : v1::ROLE_PARTICIPANT);
  }
}

}  // namespace

void add_meeting(const Fields& file, v1::MeetingContent& content) {
  content.set_title(file.text("title"));
  content.set_notice(file.text_or("notice", ""));
  content.set_date(file.text_or("date", ""));
  content.set_starts(file.text("starts"));
  content.set_timezone(file.text_or("timezone", ""));
  content.set_host_network(file.text_or("host_network", ""));
  for (const std::string& language : file.texts_or_none("languages"))
    content.add_languages(language);
  add_agenda(file, content);
  add_tables(file, content);
  add_staff(file, content);
  add_participants(file, content);
}

void add_networks(const Fields& file, v1::MeetingContent& content) {
  std::set<std::string> observers;
  for (const Fields& one : file.objects("networks")) {
    v1::Network& network = *content.add_networks();
    network.set_id(one.text("id"));
    network.set_name(one.text("name"));
    network.set_country(one.text_or("country", ""));
    network.set_lang(one.text_or("lang", ""));
    const bool umbrella = one.text_or("kind", "network") == "network_of_networks";
    const bool observes = one.text_or("status", "member") == "observer";
    network.set_kind(umbrella   ? v1::NETWORK_KIND_UMBRELLA
                     : observes ? v1::NETWORK_KIND_OBSERVER
                                : v1::NETWORK_KIND_MEMBER);
    for (const std::string& observer : one.texts_or_none("observer_ids"))
      observers.insert(observer);
  }
  for (v1::Network& network : *content.mutable_networks())
    if (observers.contains(network.id())) network.set_kind(v1::NETWORK_KIND_OBSERVER);
  if (!file.has("organisations")) return;
  for (const Fields& one : file.objects("organisations")) {
    v1::Organisation& organisation = *content.add_organisations();
    organisation.set_id(one.text("id"));
    organisation.set_name(one.text("name"));
    organisation.set_network(one.text("network"));
    organisation.set_country(one.text_or("country", ""));
  }
}

}  // namespace atelier::cli
