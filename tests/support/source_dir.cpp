#include "tests/support/source_dir.hpp"

namespace bitworth {

std::filesystem::path source_dir() {
  return BITWORTH_SOURCE_DIR;
}

}  // namespace bitworth
