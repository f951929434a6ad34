#pragma once

#include <cstddef>
#include <functional>

namespace bitworth {

/// Calls work(0) to work(count - 1), each once, on as many threads as there are cores; the calling one takes
/// part. Returns when all have ended. What one throws is thrown here, and those not begun by then are left
/// out.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace bitworth
