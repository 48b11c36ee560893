#include "gateway/web.hpp"

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace atelier::gateway {
namespace {

constexpr std::pair<std::string_view, std::string_view> types[] = {
    {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},             {".png", "image/png"},                     {".woff2", "font/woff2"},
    {".json", "application/json"},         {".webmanifest", "application/manifest+json"}, {".ico", "image/x-icon"},
    {".txt", "text/plain; charset=utf-8"}, {".wasm", "application/wasm"},             {".map", "application/json"},
};

std::string_view type_of(std::string_view path) {
  for (const auto& [ending, type] : types) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

bool is_page(std::string_view path) {
  return path == "/" || path == "/j" || path.starts_with("/m/") || path.starts_with("/s/") || path.starts_with("/j/");
}

constexpr std::string_view not_built =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Atelier</title><h1>Atelier</h1>"
    "<p>This server was built without the web client. Build it with ops/build, or use the command line.</p></html>\n";

}  // namespace

Response web_page(const Request& request) {
  const Asset* asset = find_asset(request.path);
  const bool shell = asset == nullptr && is_page(request.path);
  if (shell) asset = find_asset("/index.html");
  if (asset == nullptr) {
    if (shell) return text(200, "text/html; charset=utf-8", Bytes(not_built));
    return error(404, "no_address", "There is nothing at this address.");
  }
  const std::string tag = '"' + to_hex(hash(asset->plain)).substr(0, 32) + '"';
  Response response;
  response.type = std::string(type_of(asset->path));
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  // The names of files under /assets/ hold a hash of what is in them.
  const bool immutable = asset->path.starts_with("/assets/");
  response.headers.emplace_back("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (request.if_none_match == tag) {
    response.status = 304;
    return response;
  }
  const bool packed = !asset->gzip.empty() && request.accept_encoding.find("gzip") != std::string::npos;
  if (packed) response.headers.emplace_back("Content-Encoding", "gzip");
  response.body = std::make_shared<const Bytes>(packed ? asset->gzip : asset->plain);
  return response;
}

}  // namespace atelier::gateway
