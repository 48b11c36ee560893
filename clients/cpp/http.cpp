#include "http.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cctype>

#include "limits.hpp"

namespace atelier::client {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

/// One exchange as a chain of callbacks; whichever step fails ends it.
class Exchange {
 public:
  Exchange(asio::io_context& context, const ServerUrl& server, const HttpRequest& ask)
      : resolver_(context), stream_(context), server_(server) {
    request_.method_string(ask.method);
    request_.target(ask.target);
    request_.version(11);
    request_.set(http::field::host, server.host + ":" + server.port);
    request_.set(http::field::connection, "close");
    if (!ask.token.empty()) request_.set(http::field::authorization, "Bearer " + ask.token);
    if (!ask.body.empty()) request_.set(http::field::content_type, ask.content_type);
    request_.body() = ask.body;
    request_.prepare_payload();
    parser_.body_limit(http_body_bytes_max);
  }

  void start(std::chrono::seconds time_max) {
    stream_.expires_after(time_max);
    resolver_.async_resolve(server_.host, server_.port, [this](auto error, const auto& places) {
      if (failed(error)) return;
      stream_.async_connect(places, [this](auto failure, const auto&) {
        if (!failed(failure)) write();
      });
    });
  }

  Result<HttpAnswer, std::string> answer() {
    if (error_)
      return std::unexpected("no answer from " + server_.text() + " (" + error_.message() +
                             "); check that the server runs there");
    return HttpAnswer{parser_.get().result_int(), std::move(parser_.get().body())};
  }

 private:
  void write() {
    http::async_write(stream_, request_, [this](auto error, std::size_t) {
      if (failed(error)) return;
      http::async_read(stream_, buffer_, parser_,
                       [this](auto failure, std::size_t) { failed(failure); });
    });
  }

  bool failed(const boost::system::error_code& error) {
    error_ = error;
    return static_cast<bool>(error);
  }

  asio::ip::tcp::resolver resolver_;
  beast::tcp_stream stream_;
  const ServerUrl& server_;
  http::request<http::string_body> request_;
  beast::flat_buffer buffer_{http_body_bytes_max};
  http::response_parser<http::string_body> parser_;
  boost::system::error_code error_;
};

}  // namespace

Result<ServerUrl, std::string> parse_server_url(const std::string& text) {
  const std::string advice =
      "\"" + text + "\" is not a server; write it like http://127.0.0.1:8080";
  constexpr std::string_view scheme = "http://";
  if (text.starts_with("https://"))
    return std::unexpected(
        "this program speaks http:// only; give the server's own address, behind the proxy that "
        "speaks https");
  if (!text.starts_with(scheme)) return std::unexpected(advice);
  std::string rest = text.substr(scheme.size());
  if (rest.ends_with('/')) rest.pop_back();
  const std::size_t colon = rest.rfind(':');
  ServerUrl url{rest.substr(0, colon), colon == std::string::npos ? "80" : rest.substr(colon + 1)};
  const bool digits = !url.port.empty() && std::ranges::all_of(url.port, [](unsigned char c) {
    return std::isdigit(c) != 0;
  });
  if (url.host.empty() || !digits || url.host.find_first_of("/@ \r\n") != std::string::npos)
    return std::unexpected(advice);
  return url;
}

Result<HttpAnswer, std::string> ask(const ServerUrl& server, const HttpRequest& request,
                                    std::chrono::seconds time_max) {
  try {
    asio::io_context context;
    Exchange exchange(context, server, request);
    exchange.start(time_max);
    context.run();
    return exchange.answer();
  } catch (const std::exception& error) {  // Asio and Beast report only lack of resources this way
    return std::unexpected("cannot ask " + server.text() + " (" + error.what() + ")");
  }
}

}  // namespace atelier::client
