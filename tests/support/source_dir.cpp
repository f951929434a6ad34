#include "tests/support/source_dir.hpp"

namespace bitworth::testing {

std::filesystem::path source_dir() {
  return BITWORTH_SOURCE_DIR;
}

}  // namespace bitworth::testing
