// Linked when the web client is not built in (ATELIER_WEB=OFF).
#include "gateway/web.hpp"

namespace atelier::gateway {

const Asset* find_asset(std::string_view) { return nullptr; }

}  // namespace atelier::gateway
