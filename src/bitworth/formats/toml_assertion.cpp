#include "bitworth/formats/toml_assertion.hpp"

namespace bitworth::formats {
namespace {

struct AssertionOfToml {};

}  // namespace

void toml_assertion_failed() {
  throw AssertionOfToml();
}

bool holds_for_toml(const std::function<void()>& work) try {
  work();
  return true;
} catch (const AssertionOfToml&) {
  return false;
}

}  // namespace bitworth::formats
