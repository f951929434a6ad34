#pragma once

#include <string>
#include <string_view>

namespace bitworth::formats {

// Paths as texts; nothing here looks at the disk.

/// The path of a file that another one names, relative to its folder.
std::string path_beside(std::string_view file, std::string_view named);

/// Its last part: "runs/fp8/" and "fp8" are both "fp8".
std::string_view last_of_path(std::string_view path);

/// Whether the name of an architecture means a file or folder rather than one that ships.
bool is_model_path(std::string_view name);

}  // namespace bitworth::formats
