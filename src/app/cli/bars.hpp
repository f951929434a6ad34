#pragma once

#include <span>
#include <string>

namespace bitworth::cli {

/// One bar for each value, the tallest at the highest.
std::string bars(std::span<const double> values);

}  // namespace bitworth::cli
