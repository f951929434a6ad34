#pragma once

#include <filesystem>

namespace bitworth {

/// The repository's root, for tests that read its files or those beside it.
std::filesystem::path source_dir();

}  // namespace bitworth
