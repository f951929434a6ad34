#pragma once

#include <llama.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bitworth::engine {

/// llama.cpp's file type for a scheme of the catalog. Absent: it makes no such files.
std::optional<llama_ftype> file_type(std::string_view scheme);

/// The schemes that have a file type.
std::vector<std::string> schemes_with_file_type();

}  // namespace bitworth::engine
