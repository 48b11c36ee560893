#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

#include "gateway/access.hpp"
#include "gateway/host.hpp"
#include "gateway/message.hpp"

namespace atelier::gateway {

/// The HTTP interface of HTTP.md, apart from upgrades. Values in, values out; the server reads and writes the bytes.
class Api {
 public:
  struct Settings {
    std::string organiser_token_hash;  ///< hexadecimal BLAKE2b of the server's organiser token
    std::string scheme = "http";       ///< "https" makes cookies Secure
  };
  Api(Host& host, Access& access, Settings settings) : host_(host), access_(access), settings_(std::move(settings)) {}

  boost::asio::awaitable<Response> handle(Request request);

  /// Who asks: by bearer token, or by the cookie of the seat in `/s/SEAT/…`.
  std::optional<Identity> identify(const Request& request);
  /// The meeting once it is read, or nullptr.
  boost::asio::awaitable<Live*> meeting(MeetingId id);

 private:
  using Answer = boost::asio::awaitable<Response>;
  Answer create(Request request);
  Answer session(Request request);
  Answer join_form(std::string code, std::string address);
  Answer join(Request request);
  Answer of_meeting(Request request, MeetingId id, std::string what);
  Answer of_seat(Request request, std::string what);
  Answer about(Identity who, std::string what, Request request);
  Answer seat(Live& live, Identity who, Request request);
  Response metrics() const;
  Response seated(const Identity& who, const Request& request, std::string_view token, std::string_view role);
  std::optional<std::string> access_json(const MeetingId& id, const v1::MeetingContent& content, bool rehearsal, const Request& request);

  Host& host_;
  Access& access_;
  Settings settings_;
};

/// The people that every meeting needs, if its roster has none: an organiser, a facilitator, the screen.
struct Staff {
  PersonId organiser, facilitator, projector;
};
Staff complete_roster(v1::MeetingContent& content);

}  // namespace atelier::gateway
