#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/case.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth::formats {

/// Reads a case (TOML; docs/cases.md lists its keys) and resolves its names and defaults against the catalog.
/// The file name appears in positions. Fails: every problem found, in the order of the text.
std::expected<cases::Case, Problems> read_case(std::string_view text, std::string file_name, const Catalog&);

/// Reads the file at the path, at most 1 MiB.
std::expected<cases::Case, Problems> read_case_file(const std::string& path, const Catalog&);

}  // namespace bitworth::formats
