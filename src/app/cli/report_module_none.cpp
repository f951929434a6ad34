#include "app/cli/report_module.hpp"

namespace bitworth::cli {

std::string_view report_module() {
  return {};
}

}  // namespace bitworth::cli
