#pragma once

#include <functional>

namespace bitworth::formats {

/// What the assertions of toml++ call that do not hold.
[[noreturn]] void toml_assertion_failed();

/// Runs work that calls toml++. False: one of its assertions did not hold, and the work was broken off there.
bool holds_for_toml(const std::function<void()>& work);

}  // namespace bitworth::formats
