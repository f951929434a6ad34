#pragma once

#include <string_view>

namespace bitworth::cli {

/// The core as WebAssembly, gzipped, as base64: with it a report answers when its inputs are changed. Empty:
/// this program was built without.
std::string_view report_module();

}  // namespace bitworth::cli
