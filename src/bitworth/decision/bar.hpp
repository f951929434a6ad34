#pragma once

#include <string>

namespace bitworth::decision {

/// Whether the loss of quality stays inside the margin; decision/quality_bar.hpp says how that is judged.
enum class Bar {
  met,     ///< shown by what was observed
  likely,  ///< expected by a prior, which is no evidence: an option may go, on condition that a test accepts
           ///< it
  missed,
  unclear
};
std::string to_text(Bar);

}  // namespace bitworth::decision
