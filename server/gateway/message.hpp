#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace atelier::gateway {

/// One HTTP request, whole and within the limits; header fields that nobody asks for are gone.
struct Request {
  std::string method;
  std::string path;   ///< without the query
  std::string query;  ///< without '?'
  std::string host, origin, cookie, authorization, accept_encoding, if_none_match;
  std::string address;  ///< of the other side
  bool loopback = false;
  Bytes body;
};

struct Response {
  unsigned status = 200;
  std::string type = "application/json";
  std::shared_ptr<const Bytes> body = std::make_shared<const Bytes>();
  std::vector<std::pair<std::string, std::string>> headers;
};

/// `{"error":code,"message":…}`; `message` says in one sentence what to do.
Response error(unsigned status, std::string_view code, std::string_view message);
Response text(unsigned status, std::string type, Bytes body);

/// The value of a cookie, or of a query's parameter; empty if there is none.
std::string_view cookie(std::string_view header, std::string_view name);
std::string_view parameter(std::string_view query, std::string_view name);

/// Is the request from a page of this host? A browser always says where a POST or an upgrade comes from.
bool same_origin(const Request& request);

}  // namespace atelier::gateway
