#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

#include "gateway/access.hpp"
#include "gateway/host.hpp"
#include "gateway/message.hpp"
#include "gateway/past.hpp"

namespace atelier::gateway {

/// The HTTP interface of HTTP.md, apart from upgrades. Values in, values out; the server reads and writes the bytes.
class Api {
 public:
  struct Settings {
    std::string organiser_token_hash;  ///< hexadecimal BLAKE2b of the server's organiser token
    std::string scheme = "http";       ///< "https" makes cookies Secure
  };
  /// Writes a consistent copy of a meeting's file to a path; false if this store has no files, or it failed.
  using CopyFile = std::function<void(MeetingId, std::string path, std::function<void(bool)>)>;
  Api(Host& host, Access& access, Settings settings, CopyFile copy_file)
      : host_(host), access_(access), settings_(std::move(settings)), copy_file_(std::move(copy_file)) {}

  boost::asio::awaitable<Response> handle(Request request);

  /// Who asks: by bearer token, or by the cookie of the seat in `/s/SEAT/…`.
  std::optional<Identity> identify(const Request& request);
  /// The meeting once it is read, or nullptr.
  boost::asio::awaitable<Live*> meeting(MeetingId id);
  /// All that the meeting's log holds now, or nullptr.
  boost::asio::awaitable<SharedHistory> history(Live& live);
  std::vector<std::pair<PersonId, std::string>> names(const MeetingId& meeting) { return access_.names(meeting); }
  /// Threads for folding a past, so that no live meeting waits for it.
  boost::asio::thread_pool& workers() { return workers_; }

 private:
  using Answer = boost::asio::awaitable<Response>;
  Answer create(Request request);
  Answer session(Request request);
  Answer join_form(std::string code, std::string address);
  /// Waits before a join code is looked at, if many were wrong just now.
  boost::asio::awaitable<void> patience();
  Answer join(Request request);
  Answer of_meeting(Request request, MeetingId id, std::string what);
  Answer of_seat(Request request, std::string what);
  Answer about(Identity who, std::string what, Request request);
  /// Waits (a moment) until this node has read what the request says that it knows (`after=SEQ`).
  boost::asio::awaitable<void> catch_up(Live& live, std::string query);
  Answer outcome(Live& live, Request request);
  Answer events(Live& live);
  Answer file(Live& live);
  Answer seat(Live& live, Identity who, Request request);
  Response metrics() const;
  Response seated(const Identity& who, const Request& request, std::string_view token, std::string_view role);
  std::optional<std::string> access_json(const MeetingId& id, const v1::MeetingContent& content, bool rehearsal, const Request& request);

  Host& host_;
  Access& access_;
  Settings settings_;
  CopyFile copy_file_;
  boost::asio::thread_pool workers_{1};
};

/// May a person of this role see everything and make keys for others?
bool leads(v1::Role role);

/// The people that every meeting needs, if its roster has none: an organiser, a facilitator, the screen.
struct Staff {
  PersonId organiser, facilitator, projector;
};
Staff complete_roster(v1::MeetingContent& content);

}  // namespace atelier::gateway
