#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "atelier/v1/view.pb.h"
#include "outcome/json_writer.hpp"

namespace google::protobuf {
class Message;
}

namespace atelier::outcome {

/// Milliseconds as seconds with at most three decimals: "640", "12.5".
std::string seconds(std::int64_t milliseconds);
/// "ROLE_TABLE_HOST" of the enumeration Role is "table_host".
std::string short_enum_name(std::string_view enumeration, std::string_view value);

/// The members of `message` that are set, into the object that is open in `json`: names as in the .proto file, enumerations in
/// small letters, maps by key. Fields that end in "_ms" are record times: they come as seconds after `origin_ms` in a member
/// "times"; byte fields are made by a server: they come as hexadecimal digits in a member "made", together with `seq` if not 0.
void write_members(JsonWriter& json, const google::protobuf::Message& message, std::int64_t origin_ms, std::uint64_t seq = 0);

/// The message that an entity holds, or nullptr; and the name of its field ("matrix_row").
const google::protobuf::Message* inner(const v1::Entity& entity);
std::string inner_name(const v1::Entity& entity);

}  // namespace atelier::outcome
