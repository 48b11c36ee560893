#pragma once

#include "atelier/v1/record.pb.h"
#include "base/bytes.hpp"

namespace atelier::meeting {

/// Reads a record. False if this version does not understand all of it: broken bytes, an unknown payload, command, rules
/// level or field. Such a record is of a newer node (or damaged), and guessing would make two nodes disagree.
bool read_record(BytesView bytes, v1::Body& body, v1::Payload& payload);

}  // namespace atelier::meeting
