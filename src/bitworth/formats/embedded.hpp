#pragma once

#include <string_view>

namespace bitworth::formats {

/// The text of a data file that was compiled in, by its name: "devices.toml". Empty where there is none.
std::string_view embedded_file(std::string_view name);

}  // namespace bitworth::formats
