#include "load_meeting.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "limits.hpp"

namespace atelier::cli {

namespace {

constexpr const char* organiser = "ORG1";
constexpr const char* facilitator = "F1";
constexpr const char* network = "N01";
constexpr const char* text_id = "LOAD";

std::string person_id(std::size_t number) {
  std::string digits = std::to_string(number + 1);
  return "L" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

void add_person(v1::MeetingContent& content, const std::string& id, v1::Role role) {
  v1::RosterPerson& person = *content.add_roster();
  person.set_id(id);
  person.set_role(role);
  person.set_mode("remote");
  person.set_lang("en");
  if (role == v1::ROLE_PARTICIPANT) person.set_network(network);
}

}  // namespace

v1::MeetingContent load_content(std::size_t people) {
  v1::MeetingContent content;
  content.set_title("Load test");
  content.set_notice("Made by atelier load; nobody is here.");
  content.set_starts("09:00");
  v1::Network& one = *content.add_networks();
  one.set_id(network);
  one.set_name("Load");
  one.set_kind(v1::NETWORK_KIND_MEMBER);
  v1::AgendaItem& item = *content.add_agenda();
  item.set_phase("typing");
  item.set_title("Typing");
  item.set_ends_s(3600);
  add_person(content, organiser, v1::ROLE_ORGANISER);
  add_person(content, facilitator, v1::ROLE_FACILITATOR);
  for (std::size_t i = 0; i < people; ++i) add_person(content, person_id(i), v1::ROLE_PARTICIPANT);
  return content;
}

std::string load_text(std::size_t paragraphs) {
  std::string text;
  for (std::size_t i = 0; i < paragraphs; ++i) {
    if (i > 0) text += '\n';
    text += "Paragraph " + std::to_string(i + 1) +
            ": many people type in one text, and everybody reads the same in the end.";
  }
  return text;
}

std::size_t load_people(const LoadPlan& plan) {
  const std::size_t viewers = plan.connections - plan.typists;
  return plan.typists + (viewers + viewer_connections_a_person - 1) / viewer_connections_a_person;
}

Script load_opening(const LoadPlan& plan, const std::string& text, const std::string& plain) {
  using boost::json::object;
  const auto line = [](const object& event) { return boost::json::serialize(event) + "\n"; };
  std::string lines =
      line(object{{"t", 0}, {"by", organiser}, {"do", "meeting_open"}, {"title", "Load test"}});
  lines += line(object{{"t", 1},
                       {"by", facilitator},
                       {"do", "doc_open"},
                       {"doc", text},
                       {"version", "0.1"},
                       {"text", plain}});
  for (std::size_t i = 0; i < plan.typists; ++i)
    lines += line(object{{"t", 2},
                         {"by", person_id(i)},
                         {"do", "join"},
                         {"net", network},
                         {"lang", "en"},
                         {"mode", "remote"}});
  return read_script({{"opening", lines}}).value();
}

Result<LoadMeeting, NotDone> make_load_meeting(const client::ServerUrl& server,
                                               const std::string& organiser_token,
                                               const LoadPlan& plan) {
  const std::size_t people = load_people(plan);
  const auto made = ask_server(server, {.method = "POST",
                                        .target = "/api/meetings?rehearsal=1",
                                        .token = organiser_token,
                                        .content_type = "application/x-protobuf",
                                        .body = load_content(people).SerializeAsString()});
  if (!made) return std::unexpected(made.error());
  const auto access = parse_access(*made, "the server's answer", server.text());
  if (!access) return std::unexpected(NotDone{false, access.error()});
  LoadMeeting meeting{*access, text_id, load_text(plan.text_paragraphs), {}};
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < people; ++i) {
    const auto token = ask_seat(*access, person_id(i), answer_seconds_max);
    if (!token) return std::unexpected(token.error());
    tokens.push_back(*token);
  }
  for (std::size_t i = 0; i < plan.connections; ++i) {
    const std::size_t person =
        i < plan.typists ? i : plan.typists + (i - plan.typists) / viewer_connections_a_person;
    meeting.seats.push_back({person_id(person), tokens[person]});
  }
  return meeting;
}

}  // namespace atelier::cli
