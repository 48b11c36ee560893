#pragma once

#include <chrono>
#include <string>

#include "atelier/v1/content.pb.h"
#include "base/result.hpp"
#include "cpp/http.hpp"

namespace atelier::cli {

/// What `atelier create` printed: where a meeting is and the keys to it (server/gateway/HTTP.md).
struct Access {
  client::ServerUrl server;
  std::string meeting;
  std::string join_code;
  bool rehearsal = false;
  std::string organiser_token;
  std::string facilitator_token;
};

/// Reads an access file. `server` (a URL), if not empty, stands instead of the file's. Fails with a
/// sentence.
Result<Access, std::string> read_access(const std::string& path, const std::string& server);
Result<Access, std::string> parse_access(const std::string& text, const std::string& path,
                                         const std::string& server);

/// Why a server did not do something.
struct NotDone {
  bool unreachable = false;  ///< there was no answer: asking again later may help
  std::string why;           ///< a sentence
};

/// Asks once; an answer of 400 and more becomes the server's own sentence.
Result<std::string, NotDone> ask_server(const client::ServerUrl& server,
                                        const client::HttpRequest& request);
/// Asks again while the server is unreachable or starting, for at most `patience`.
Result<std::string, NotDone> ask_patiently(const client::ServerUrl& server,
                                           const client::HttpRequest& request,
                                           std::chrono::seconds patience);

/// What the server tells about a meeting.
struct MeetingInfo {
  bool rehearsal = false;
  std::uint64_t seq = 0;
  std::string state;
};
Result<MeetingInfo, NotDone> ask_meeting(const Access& access, std::chrono::seconds patience);
/// A token for a person, made with the organiser's.
Result<std::string, NotDone> ask_seat(const Access& access, const std::string& person,
                                      std::chrono::seconds patience);

}  // namespace atelier::cli
