#include "access.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <thread>

#include "command_line.hpp"
#include "json_fields.hpp"
#include "limits.hpp"

namespace atelier::cli {

namespace {

constexpr unsigned status_error = 400;
constexpr unsigned status_unavailable = 503;

/// {"error","message"} of HTTP.md as a sentence; what else came, as it is.
std::string sentence_of(const client::HttpAnswer& answer) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(answer.body, error);
  if (!error && value.is_object())
    if (const auto* message = value.get_object().if_contains("message");
        message && message->is_string())
      return std::string(message->get_string());
  return "the server answered with status " + std::to_string(answer.status);
}

/// The fields of an answer, or what is wrong with it.
template <class Read>
auto read_answer(const std::string& body, Read read)
    -> Result<decltype(read(std::declval<const Fields&>())), NotDone> {
  Problems problems;
  const auto value = parse_json(body, "the server's answer", problems);
  if (value) {
    auto result = read(Fields(*value, "the server's answer", problems));
    if (problems.empty()) return result;
  }
  return std::unexpected(NotDone{false, describe(problems.list())});
}

}  // namespace

Result<Access, std::string> parse_access(const std::string& text, const std::string& path,
                                         const std::string& server) {
  Problems problems;
  Access access;
  const auto value = parse_json(text, path, problems);
  if (value) {
    const Fields fields(*value, path, problems);
    const auto url = client::parse_server_url(server.empty() ? fields.text("server") : server);
    if (!url) return std::unexpected(path + ": " + url.error());
    access.server = *url;
    access.meeting = fields.text("meeting");
    access.join_code = fields.text_or("join_code", "");
    access.rehearsal = fields.flag_or("rehearsal", false);
    const Fields tokens = fields.object("tokens");
    access.organiser_token = tokens.text("organiser");
    access.facilitator_token = tokens.text_or("facilitator", "");
  }
  if (problems.empty()) return access;
  return std::unexpected(describe(problems.list()) +
                         "\nGive the file that holds what `atelier create` printed.");
}

Result<Access, std::string> read_access(const std::string& path, const std::string& server) {
  const auto text = read_file(path, access_file_bytes_max);
  if (!text) return std::unexpected(text.error());
  return parse_access(*text, path, server);
}

Result<std::string, NotDone> ask_server(const client::ServerUrl& server,
                                        const client::HttpRequest& request) {
  auto answer = client::ask(server, request, answer_seconds_max);
  if (!answer) return std::unexpected(NotDone{true, answer.error()});
  if (answer->status >= status_error)
    return std::unexpected(NotDone{answer->status == status_unavailable, sentence_of(*answer)});
  return std::move(answer->body);
}

Result<std::string, NotDone> ask_patiently(const client::ServerUrl& server,
                                           const client::HttpRequest& request,
                                           std::chrono::seconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto answer = ask_server(server, request);
    if (answer || !answer.error().unreachable || std::chrono::steady_clock::now() > end)
      return answer;
    std::this_thread::sleep_for(ask_again_pause);
  }
}

Result<MeetingInfo, NotDone> ask_meeting(const Access& access, std::chrono::seconds patience) {
  const auto body = ask_patiently(
      access.server, {.target = "/api/meeting/" + access.meeting, .token = access.organiser_token},
      patience);
  if (!body) return std::unexpected(body.error());
  return read_answer(*body, [](const Fields& fields) {
    return MeetingInfo{fields.flag_or("rehearsal", false),
                       static_cast<std::uint64_t>(fields.whole("seq", 0, INT64_MAX)),
                       fields.as_text("state")};
  });
}

Result<std::string, NotDone> ask_seat(const Access& access, const std::string& person,
                                      std::chrono::seconds patience) {
  const auto body =
      ask_patiently(access.server,
                    {.method = "POST",
                     .target = "/api/meeting/" + access.meeting + "/seats",
                     .token = access.organiser_token,
                     .body = boost::json::serialize(boost::json::object{{"person", person}})},
                    patience);
  if (!body) return std::unexpected(body.error());
  return read_answer(*body, [](const Fields& fields) { return fields.text("token"); });
}

}  // namespace atelier::cli
