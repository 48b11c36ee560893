#pragma once

#include <string>

#include "outcome/report.hpp"

namespace atelier::outcome {

std::string report_json(const meeting::Meeting& meeting, const Provenance& provenance);

}  // namespace atelier::outcome
