#pragma once

#include <chrono>
#include <string>

#include "base/result.hpp"

namespace atelier::client {

/// Where a server listens: "http://HOST:PORT".
struct ServerUrl {
  std::string host;
  std::string port;
  std::string text() const { return "http://" + host + ":" + port; }
};

/// Fails with a sentence that says what to write instead.
Result<ServerUrl, std::string> parse_server_url(const std::string& text);

struct HttpRequest {
  std::string method = "GET";
  std::string target{};  ///< "/api/…"
  std::string token{};   ///< sent as `Authorization: Bearer`; empty: none
  std::string content_type = "application/json";
  std::string body{};
};

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// Asks and waits for the answer, on a connection of its own. Fails with a sentence when there was
/// none (no server there, connection lost, time over); a status of 400 and more is an answer.
Result<HttpAnswer, std::string> ask(const ServerUrl& server, const HttpRequest& request,
                                    std::chrono::seconds time_max);

}  // namespace atelier::client
