#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/host.hpp"
#include "room/room.hpp"

/// What HTTP tells about meetings, as text.
namespace atelier::gateway {

/// "facilitator", "table_host"; empty for a person who is not known.
std::string role_name(v1::Role role);
std::string meeting_json(const room::Room& room, const std::optional<std::string>& join_code);
std::string join_form_json(const meeting::Meeting& meeting);
/// Every entity as the facilitator sees it, by key, and each text's plain text.
std::string entities_json(const room::Room& room);
/// Prometheus text format.
std::string metrics_text(const Host& host);

}  // namespace atelier::gateway
