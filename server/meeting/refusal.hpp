#pragma once

#include <string_view>

#include "atelier/v1/refusal.pb.h"

namespace atelier::meeting {

/// One sentence in English for people: why something was not accepted. Empty for REFUSAL_OK.
std::string_view reason(v1::Refusal refusal);

}  // namespace atelier::meeting
