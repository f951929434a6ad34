#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"

namespace bitworth::engine {

/// Hands a line, which holds no line break, to the process that waits.
using SendLine = std::function<void(std::string_view)>;

/// Does the work in a process of its own and hands on its lines as they come. The process takes the memory of
/// the work with it, and its crash; it dies with the caller. Its standard error goes nowhere.
/// Fails: as the work does; the process died, with the last words of the engine; interrupted by a signal.
/// Assumes: the caller has one thread.
Result<void> apart(const std::function<Result<void>(const SendLine&)>& work,
                   const std::function<void(std::string_view)>& line);

}  // namespace bitworth::engine
