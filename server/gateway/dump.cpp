#include "gateway/dump.hpp"

#include <boost/json.hpp>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cctype>
#include <sstream>

#include "base/bytes.hpp"
#include "crdt/rich_text.hpp"
#include "meeting/state.hpp"

namespace atelier::gateway {
namespace {

namespace json = boost::json;

std::string lower_tail(std::string name, std::size_t prefix) {
  name.erase(0, std::min(prefix, name.size()));
  std::ranges::transform(name, name.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return name;
}

}  // namespace

std::string role_name(v1::Role role) {
  return role == v1::ROLE_UNSPECIFIED ? std::string{} : lower_tail(v1::Role_Name(role), std::string_view("ROLE_").size());
}

std::string meeting_json(const room::Room& room, const std::optional<std::string>& join_code) {
  const auto& meeting = room.meeting();
  const auto view = meeting.view("meeting", meeting::Audience::facilitator).meeting();
  json::object body{{"id", meeting.id()},
                    {"title", view.title()},
                    {"state", lower_tail(v1::MeetingView::State_Name(view.state()), std::string_view("STATE_").size())},
                    {"rehearsal", meeting.rehearsal()},
                    {"seq", meeting.seq().value()},
                    {"epoch", to_hex(room.epoch())},
                    {"digest", to_hex(meeting.digest())},
                    {"origin_ms", meeting.origin_ms()},
                    {"time_ms", meeting.time_ms()}};
  if (join_code) body["join_code"] = *join_code;
  return json::serialize(body);
}

std::string join_form_json(const meeting::Meeting& meeting) {
  const auto& content = meeting.state().content;
  json::array networks, organisations, languages;
  for (const auto& one : content.networks()) networks.push_back({{"id", one.id()}, {"name", one.name()}});
  for (const auto& one : content.organisations()) {
    organisations.push_back({{"id", one.id()}, {"name", one.name()}, {"network", one.network()}});
  }
  for (const auto& one : content.languages()) languages.emplace_back(one);
  return json::serialize(json::value{{"meeting", meeting.id()},
                                     {"title", content.title()},
                                     {"networks", std::move(networks)},
                                     {"organisations", std::move(organisations)},
                                     {"languages", std::move(languages)}});
}

std::string entities_json(const room::Room& room) {
  const auto& meeting = room.meeting();
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string body = "{\"entities\":{";
  bool first = true;
  for (const auto& key : meeting.keys()) {
    std::string one;
    const auto written = google::protobuf::util::MessageToJsonString(meeting.view(key, meeting::Audience::facilitator), &one, options);
    if (!written.ok()) continue;
    body += first ? "\n" : ",\n";
    body += json::serialize(json::value(key)) + ":" + one;
    first = false;
  }
  body += "\n},\"texts\":{";
  first = true;
  for (const auto& id : meeting.texts()) {
    body += first ? "\n" : ",\n";
    body += json::serialize(json::value(id)) + ":" + json::serialize(json::value(crdt::plain_text(*meeting.text(id))));
    first = false;
  }
  return body + "\n}}\n";
}

std::string metrics_text(const Host& host) {
  room::Counts sum;
  std::size_t connections = 0, quarantined = 0, unstored = 0;
  for (const auto& [id, live] : host.lives()) {
    const auto& counts = live->room().counts();
    sum.records += counts.records;
    sum.refused += counts.refused;
    sum.refused_before += counts.refused_before;
    sum.duplicates += counts.duplicates;
    sum.messages_sent += counts.messages_sent;
    sum.bytes_sent += counts.bytes_sent;
    connections += live->sockets();
    unstored += live->unstored();
    quarantined += live->stopped() ? 1 : 0;
  }
  std::ostringstream out;
  const auto metric = [&](std::string_view name, std::string_view kind, std::string_view help, auto value) {
    out << "# HELP atelier_" << name << ' ' << help << "\n# TYPE atelier_" << name << ' ' << kind << "\natelier_" << name << ' ' << value << '\n';
  };
  metric("meetings", "gauge", "Meetings open on this node.", host.count());
  metric("meetings_quarantined", "gauge", "Meetings stopped on this node.", quarantined);
  metric("connections", "gauge", "Live WebSocket connections.", connections);
  metric("appends_waiting", "gauge", "Records on their way to the log.", unstored);
  metric("records_total", "counter", "Records applied.", sum.records);
  metric("refused_total", "counter", "Records refused by a rule.", sum.refused);
  metric("refused_before_log_total", "counter", "Commands refused before the log.", sum.refused_before);
  metric("duplicates_total", "counter", "Commands that came again.", sum.duplicates);
  metric("messages_sent_total", "counter", "Messages to connections.", sum.messages_sent);
  metric("bytes_sent_total", "counter", "Bytes of messages to connections.", sum.bytes_sent);
  return out.str();
}

}  // namespace atelier::gateway
