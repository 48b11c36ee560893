#include "gateway/api.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <algorithm>

#include "base/hash.hpp"
#include "gateway/await.hpp"
#include "gateway/dump.hpp"
#include "gateway/limits.hpp"
#include "gateway/web.hpp"

namespace atelier::gateway {
namespace {

namespace json = boost::json;
template <class T>
using Then = std::function<void(T)>;

std::string_view bearer(const Request& request) {
  const std::string_view header = request.authorization;
  return header.starts_with("Bearer ") ? header.substr(7) : std::string_view{};
}

Response json_answer(const json::value& body, unsigned status = 200) {
  return text(status, "application/json", json::serialize(body));
}

Response no_token() { return error(401, "not_known", "This link or token is not valid (any more). Ask the organiser for a new one."); }
Response not_allowed() { return error(403, "not_allowed", "Your role in this meeting may not do this."); }
Response no_meeting() { return error(404, "no_meeting", "There is no such meeting on this server."); }
Response not_stored() { return error(503, "storage", "The server cannot store anything now. Try again; if it stays so, tell the organiser."); }
Response bad_body(std::string_view message) { return error(400, "bad_request", message); }

/// A string field of a JSON body; empty if it is missing; nothing if it is no string or too long.
std::optional<std::string> field(const json::object& body, std::string_view name) {
  const auto* found = body.if_contains(name);
  if (found == nullptr || found->is_null()) return std::string{};
  const auto* text = found->if_string();
  if (text == nullptr || text->size() > limits::field_bytes_max) return std::nullopt;
  return std::string(*text);
}

std::optional<json::object> parse_object(const Bytes& body) {
  json::error_code failed;
  json::parse_options options;
  options.max_depth = 8;
  const auto parsed = json::parse(body, failed, {}, options);
  if (failed || !parsed.is_object()) return std::nullopt;
  return parsed.as_object();
}

std::string path_after(const std::string& path, std::string_view prefix) {
  return path.starts_with(prefix) ? path.substr(prefix.size()) : std::string{};
}

std::pair<std::string, std::string> cut(const std::string& path) {
  const auto slash = path.find('/');
  if (slash == std::string::npos) return {path, {}};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace

bool leads(v1::Role role) {
  return role == v1::ROLE_ORGANISER || role == v1::ROLE_FACILITATOR || role == v1::ROLE_CO_FACILITATOR;
}

boost::asio::awaitable<Live*> Api::meeting(MeetingId id) {
  std::function<void(Then<Live*>)> open = [this, id](Then<Live*> then) { host_.open(id, std::move(then)); };
  co_return co_await wait_for<Live*>(std::move(open));
}

std::optional<Identity> Api::identify(const Request& request) {
  if (const auto rest = path_after(request.path, "/s/"); !rest.empty()) {
    return access_.by_seat(cut(rest).first, cookie(request.cookie, "atelier-seat"));
  }
  return access_.by_token(bearer(request));
}

boost::asio::awaitable<Response> Api::handle(Request request) {
  const bool get = request.method == "GET" || request.method == "HEAD";
  if (request.method == "POST" && !request.origin.empty() && !same_origin(request)) {
    co_return error(403, "origin", "This request came from a page of another site.");
  }
  if (request.method == "POST" && request.path == "/api/meetings") co_return co_await create(std::move(request));
  if (request.method == "POST" && request.path == "/api/session") co_return co_await session(std::move(request));
  if (request.method == "POST" && request.path == "/api/join") co_return co_await join(std::move(request));
  if (const auto rest = path_after(request.path, "/api/meeting/"); !rest.empty()) {
    auto [id, what] = cut(rest);
    const MeetingId meeting_id{id};
    co_return co_await of_meeting(std::move(request), meeting_id, what);
  }
  if (!get) co_return error(405, "method", "This address takes GET.");
  if (const auto code = path_after(request.path, "/api/join/"); !code.empty()) co_return co_await join_form(code, request.address);
  if (request.path == "/healthz") co_return text(200, "text/plain; charset=utf-8", "ok\n");
  if (request.path == "/metrics") co_return request.loopback ? metrics() : error(403, "not_allowed", "Metrics are for this machine only.");
  if (const auto rest = path_after(request.path, "/s/"); !rest.empty()) {
    const std::string what = cut(rest).second;
    if (what == "outcome" || what == "meeting" || what == "events") co_return co_await of_seat(std::move(request), what);
  }
  if (request.path.starts_with("/api/")) co_return error(404, "no_address", "There is nothing at this address.");
  co_return web_page(request);
}

boost::asio::awaitable<Response> Api::create(Request request) {
  if (!same_secret(to_hex(hash(bearer(request))), settings_.organiser_token_hash)) co_return no_token();
  if (host_.count() >= limits::meetings_max) co_return error(503, "too_many", "This server holds as many meetings as it may.");
  v1::MeetingContent content;
  if (!content.ParseFromString(request.body)) co_return bad_body("The body is not an atelier.v1.MeetingContent.");
  if (content.title().empty()) co_return bad_body("The meeting has no title.");
  const bool rehearsal = parameter(request.query, "rehearsal") == "1";
  complete_roster(content);
  const MeetingId id = access_.fresh_meeting();
  Bytes body = room::creation(id, content, rehearsal, host_.world().random);
  std::function<void(Then<Live*>)> make = [this, id, body](Then<Live*> then) { host_.create(id, body, std::move(then)); };
  Live* live = co_await wait_for<Live*>(std::move(make));
  if (live == nullptr) co_return not_stored();
  if (live->room().meeting().role(complete_roster(content).organiser) == v1::ROLE_UNSPECIFIED) {
    co_return error(422, "content", "The content breaks a rule: an id that is empty, too long or there twice, or too much of something.");
  }
  auto access = access_json(id, content, rehearsal, request);
  if (!access) co_return not_stored();
  co_return text(201, "application/json", std::move(*access));
}

std::optional<std::string> Api::access_json(const MeetingId& id, const v1::MeetingContent& content, bool rehearsal, const Request& request) {
  v1::MeetingContent copy = content;
  const Staff staff = complete_roster(copy);
  const auto organiser = access_.make_token({id, staff.organiser});
  const auto facilitator = access_.make_token({id, staff.facilitator});
  const auto projector = access_.make_token({id, staff.projector});
  const auto code = access_.make_code(id);
  if (!organiser || !facilitator || !projector || !code) return std::nullopt;
  const std::string server = settings_.scheme + "://" + request.host;
  const std::string page = server + "/m/" + id.value() + "#t=";
  const json::value answer{{"server", server},
                           {"meeting", id.value()},
                           {"title", content.title()},
                           {"rehearsal", rehearsal},
                           {"join_code", *code},
                           {"tokens", {{"organiser", *organiser}, {"facilitator", *facilitator}, {"projector", *projector}}},
                           {"links",
                            {{"participant", server + "/j#" + *code},
                             {"facilitator", page + *facilitator},
                             {"projector", page + *projector},
                             {"organiser", page + *organiser}}}};
  return json::serialize(answer);
}

Response Api::seated(const Identity& who, const Request& request, std::string_view token, std::string_view role) {
  const auto seat = access_.make_seat(who);
  if (!seat) return not_stored();
  json::object body{{"meeting", who.meeting.value()}, {"person", who.person.value()}, {"seat", seat->id}, {"role", role}};
  if (!token.empty()) body["token"] = token;
  Response response = json_answer(body);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limits::seat_lives).count();
  std::string set = "atelier-seat=" + seat->secret + "; Path=/s/" + seat->id + "/; Max-Age=" + std::to_string(seconds) +
                    "; HttpOnly; SameSite=Strict";
  if (settings_.scheme == "https" || request.origin.starts_with("https://")) set += "; Secure";
  response.headers.emplace_back("Set-Cookie", std::move(set));
  return response;
}

boost::asio::awaitable<Response> Api::session(Request request) {
  const auto body = parse_object(request.body);
  const auto token = body ? field(*body, "token") : std::nullopt;
  if (!token) co_return bad_body("The body is {\"token\":\"…\"}.");
  const auto who = access_.by_token(*token);
  if (!who) co_return no_token();
  Live* live = co_await meeting(who->meeting);
  if (live == nullptr) co_return no_meeting();
  co_return seated(*who, request, {}, role_name(live->room().meeting().role(who->person)));
}

boost::asio::awaitable<void> Api::patience() {
  const auto delay = access_.delay();
  if (delay.count() == 0) co_return;
  boost::asio::steady_timer timer(host_.world().io, delay);
  boost::system::error_code failed;
  co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, failed));
}

boost::asio::awaitable<Response> Api::join_form(std::string code, std::string address) {
  co_await patience();
  if (!access_.may_try(address)) co_return error(429, "slow_down", "Too many wrong codes came from here. Wait a second, then try again.");
  const auto id = access_.by_code(code);
  if (!id) {
    access_.failed(address);
    co_return error(404, "no_code", "No meeting has this code. Look at the screen in the room and type it again.");
  }
  Live* live = co_await meeting(*id);
  if (live == nullptr) co_return no_meeting();
  co_return text(200, "application/json", join_form_json(live->room().meeting()));
}

boost::asio::awaitable<Response> Api::join(Request request) {
  co_await patience();
  if (!access_.may_try(request.address)) co_return error(429, "slow_down", "Too many wrong codes came from here. Wait a second, then try again.");
  const auto body = parse_object(request.body);
  if (!body) co_return bad_body("The body is a JSON object with code and name.");
  v1::Payload payload;
  auto& person = *payload.mutable_person_admitted()->mutable_person();
  std::optional<std::string> fields[6];
  constexpr const char* names[] = {"code", "name", "network", "organisation", "function", "lang"};
  for (std::size_t at = 0; at < 6; ++at) {
    fields[at] = field(*body, names[at]);
    if (!fields[at]) co_return bad_body(std::string(names[at]) + " is too long or no text.");
  }
  const auto id = access_.by_code(*fields[0]);
  if (!id) {
    access_.failed(request.address);
    co_return error(404, "no_code", "No meeting has this code. Look at the screen in the room and type it again.");
  }
  if (fields[1]->empty() || fields[1]->size() > 4 * limits::name_characters_max) co_return bad_body("Type your name (at most 80 letters).");
  Live* live = co_await meeting(*id);
  if (live == nullptr) co_return no_meeting();
  const Identity who{*id, access_.fresh_person()};
  person.set_id(who.person.value());
  person.set_role(v1::ROLE_PARTICIPANT);
  person.set_network(*fields[2]);
  person.set_organisation(*fields[3]);
  person.set_function(*fields[4]);
  person.set_lang(*fields[5]);
  person.set_mode("room");
  if (!access_.keep_name(who, *fields[1])) co_return not_stored();
  live->name(who.person, *fields[1]);
  std::function<void(Then<bool>)> admit = [live, payload](Then<bool> then) { live->propose(payload, std::move(then)); };
  const bool stored = co_await wait_for<bool>(std::move(admit));
  if (!stored) co_return not_stored();
  const v1::Role role = live->room().meeting().role(who.person);
  if (role == v1::ROLE_UNSPECIFIED) co_return error(422, "not_admitted", "The meeting takes nobody in now: it is full or closed, or the organisation is not one of its own.");
  const auto token = access_.make_token(who);
  if (!token) co_return not_stored();
  co_return seated(who, request, *token, role_name(role));
}

boost::asio::awaitable<Response> Api::of_meeting(Request request, MeetingId id, std::string what) {
  const auto who = identify(request);
  if (!who) co_return no_token();
  if (who->meeting != id) co_return no_meeting();
  if (what == "seats" && request.method == "POST") {
    Live* live = co_await meeting(id);
    if (live == nullptr) co_return no_meeting();
    co_return co_await seat(*live, *who, std::move(request));
  }
  if (request.method != "GET" && request.method != "HEAD") co_return error(405, "method", "This address takes GET.");
  if (what.empty()) what = "meeting";
  co_return co_await about(*who, std::move(what), std::move(request));
}

boost::asio::awaitable<Response> Api::of_seat(Request request, std::string what) {
  const auto who = identify(request);
  if (!who) co_return no_token();
  if (what == "meeting") what = "seat-meeting";
  co_return co_await about(*who, std::move(what), std::move(request));
}

/// What is told about a meeting to somebody of it.
boost::asio::awaitable<Response> Api::about(Identity who, std::string what, Request request) {
  Live* live = co_await meeting(who.meeting);
  if (live == nullptr) co_return no_meeting();
  co_await catch_up(*live, request.query);
  const auto& room = live->room();
  const v1::Role role = room.meeting().role(who.person);
  if (what == "meeting") co_return text(200, "application/json", meeting_json(room, std::nullopt));
  if (what == "seat-meeting") {
    const bool code = leads(role) || role == v1::ROLE_PROJECTOR;
    co_return text(200, "application/json", meeting_json(room, code ? access_.code_of(who.meeting) : std::nullopt));
  }
  if (what == "entities") {
    if (!leads(role)) co_return not_allowed();
    co_return text(200, "application/json", entities_json(room));
  }
  if (what == "outcome") co_return co_await outcome(*live, std::move(request));
  if (what == "events") {
    if (!leads(role)) co_return not_allowed();
    co_return co_await events(*live);
  }
  if (what == "file") {
    if (role != v1::ROLE_ORGANISER) co_return not_allowed();
    co_return co_await file(*live);
  }
  co_return error(404, "no_address", "There is nothing at this address.");
}

boost::asio::awaitable<Response> Api::seat(Live& live, Identity who, Request request) {
  if (!leads(live.room().meeting().role(who.person))) co_return not_allowed();
  const auto body = parse_object(request.body);
  const auto person = body ? field(*body, "person") : std::nullopt;
  if (!person || person->empty()) co_return bad_body("The body is {\"person\":\"P18\"}.");
  const Identity seated{who.meeting, PersonId{*person}};
  const v1::Role role = live.room().meeting().role(seated.person);
  if (role == v1::ROLE_UNSPECIFIED) co_return error(404, "no_person", "There is no such person in the meeting.");
  const v1::Role own = live.room().meeting().role(who.person);
  // Nobody makes a key to more than the own role.
  if (role == v1::ROLE_ORGANISER && own != v1::ROLE_ORGANISER) co_return not_allowed();
  const auto token = access_.make_token(seated);
  if (!token) co_return not_stored();
  const std::string link = settings_.scheme + "://" + request.host + "/m/" + who.meeting.value() + "#t=" + *token;
  co_return json_answer({{"person", *person}, {"token", *token}, {"link", link}});
}

Response Api::metrics() const { return text(200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(host_)); }

Staff complete_roster(v1::MeetingContent& content) {
  const auto first = [&](v1::Role role, std::string_view otherwise) {
    for (const auto& person : content.roster()) {
      if (person.role() == role) return PersonId{person.id()};
    }
    auto& made = *content.add_roster();
    made.set_id(std::string(otherwise));
    made.set_role(role);
    return PersonId{made.id()};
  };
  Staff staff;
  staff.organiser = first(v1::ROLE_ORGANISER, "ORG1");
  staff.facilitator = first(v1::ROLE_FACILITATOR, "F1");
  staff.projector = first(v1::ROLE_PROJECTOR, "SCREEN");
  return staff;
}

}  // namespace atelier::gateway
