#pragma once

#include <string_view>

#include "gateway/message.hpp"

namespace atelier::gateway {

/// One file of the built web client, inside the program.
struct Asset {
  std::string_view path;  ///< "/assets/app-1a2b.js"; the shell is "/index.html"
  std::string_view plain;
  std::string_view gzip;  ///< empty: not smaller
};
/// The file, or nullptr.
const Asset* find_asset(std::string_view path);

/// A file of the web client; its shell at the addresses of pages (/, /j, /m/ID, /s/SEAT/…).
Response web_page(const Request& request);

}  // namespace atelier::gateway
