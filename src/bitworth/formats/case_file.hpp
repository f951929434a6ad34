#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/case.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth::formats {

/// Whether a case may name files: a model, kernels. One that came from elsewhere may not.
enum class CaseFiles { readable, refused };

/// Reads a case (TOML; docs/cases.md lists its keys) and resolves its names and defaults against the catalog.
/// The file name appears in positions. Fails: every problem found, in the order of the text.
std::expected<cases::Case, Problems> read_case(std::string_view text, std::string file_name, const Catalog&,
                                               CaseFiles = CaseFiles::readable);

/// The text of the file at the path, cut where it is larger than a case may be.
std::expected<std::string, Error> read_case_text(const std::string& path);

/// Reads the file at the path, at most 1 MiB.
std::expected<cases::Case, Problems> read_case_file(const std::string& path, const Catalog&);

}  // namespace bitworth::formats
