#include "gateway/message.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace atelier::gateway {

Response text(unsigned status, std::string type, Bytes body) {
  return {status, std::move(type), std::make_shared<const Bytes>(std::move(body)), {}};
}

Response error(unsigned status, std::string_view code, std::string_view message) {
  const boost::json::value body{{"error", code}, {"message", message}};
  return text(status, "application/json", boost::json::serialize(body));
}

std::string_view cookie(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = header.find(';');
    std::string_view pair = header.substr(0, end);
    header.remove_prefix(end == std::string_view::npos ? header.size() : end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') return pair.substr(name.size() + 1);
  }
  return {};
}

std::string_view parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') return pair.substr(name.size() + 1);
  }
  return {};
}

bool same_origin(const Request& request) {
  std::string_view origin = request.origin;
  if (origin.starts_with("http://")) origin.remove_prefix(7);
  else if (origin.starts_with("https://")) origin.remove_prefix(8);
  else return false;
  return !request.host.empty() && origin == request.host;
}

}  // namespace atelier::gateway
