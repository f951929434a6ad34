#pragma once

#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/evidence.hpp"

namespace bitworth::formats {

/// Reads the evidence that `bitworth measure` wrote (docs/formats/evidence.md): all but the sums by context.
/// The file name appears in positions. Fails: not such a file, another version of it, figures that cannot be.
Result<cases::Evidence> read_evidence(std::string_view text, const std::string& file_name);

/// The same of the file at the path, at most 256 MiB.
Result<cases::Evidence> read_evidence_file(const std::string& path);

}  // namespace bitworth::formats
