#pragma once

#include <span>
#include <string>

#include "bitworth/hardware/kernels.hpp"

namespace bitworth::formats {

/// The rows as a file that read_own_kernels reads back, digit for digit.
std::string kernel_rows(std::span<const hardware::Kernel>);

}  // namespace bitworth::formats
