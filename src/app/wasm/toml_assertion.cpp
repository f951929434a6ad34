// Without exceptions a failed assertion ends the module; the page starts another.
#include "bitworth/formats/toml_assertion.hpp"

namespace bitworth::formats {

void toml_assertion_failed() {
  __builtin_trap();
}

bool holds_for_toml(const std::function<void()>& work) {
  work();
  return true;
}

}  // namespace bitworth::formats
