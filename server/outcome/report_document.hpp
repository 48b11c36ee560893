#pragma once

#include "outcome/document.hpp"
#include "outcome/report.hpp"

namespace atelier::outcome {

/// The report that people read.
Document report_document(const meeting::Meeting& meeting, const Provenance& provenance);

/// Its part about the votes (report_votes.cpp).
void add_votes(Document& document, const meeting::Meeting& meeting);

}  // namespace atelier::outcome
