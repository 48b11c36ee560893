#include "outcome/report.hpp"

#include "meeting/state.hpp"
#include "outcome/report_document.hpp"
#include "outcome/report_json.hpp"

namespace atelier::outcome {

std::string report(const meeting::Meeting& meeting, const Provenance& provenance, Format format) {
  switch (format) {
    case Format::json: return report_json(meeting, provenance);
    case Format::markdown: return to_markdown(report_document(meeting, provenance));
    case Format::html: return to_html(report_document(meeting, provenance), meeting.state().title);
  }
  return {};
}

}  // namespace atelier::outcome
