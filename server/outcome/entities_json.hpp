#pragma once

#include "meeting/meeting.hpp"
#include "outcome/json_writer.hpp"

namespace atelier::outcome {

/// Every entity but the content as {kind: {id: {fields}}}, kinds and ids sorted. Texts have "plain" and "letters_by" besides.
void write_entities(JsonWriter& json, const meeting::Meeting& meeting, meeting::Audience audience);

}  // namespace atelier::outcome
