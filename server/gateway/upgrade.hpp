#pragma once

#include <boost/beast/http/message.hpp>

#include <string>

namespace atelier::gateway {

/// What is wrong with the head of a request that asks for a WebSocket (RFC 6455 section 4.2.1); empty if nothing is.
std::string upgrade_fault(const boost::beast::http::request_header<>& head);

}  // namespace atelier::gateway
