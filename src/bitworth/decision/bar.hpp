#pragma once

#include <string>

namespace bitworth::decision {

/// Whether the loss of quality stays inside the margin; decision/quality_bar.hpp says how that is judged.
enum class Bar { met, missed, unclear };
std::string to_text(Bar);

}  // namespace bitworth::decision
