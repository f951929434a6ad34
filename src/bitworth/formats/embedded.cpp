#include "bitworth/formats/embedded.hpp"

#include <utility>

namespace bitworth::formats {

// Defined in the source that the build generates from data/.
extern const std::pair<std::string_view, std::string_view> embedded_files[];
extern const unsigned long embedded_file_count;

std::string_view embedded_file(std::string_view name) {
  for (unsigned long i = 0; i < embedded_file_count; ++i) {
    if (embedded_files[i].first == name) return embedded_files[i].second;
  }
  return {};
}

}  // namespace bitworth::formats
