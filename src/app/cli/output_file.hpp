#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <ostream>
#include <string>

namespace bitworth::cli {

/// Adds an option that names a file to write. Whoever names a file there that another option of the command
/// names too, and that is there, is refused: it is an input, or what another option writes.
CLI::Option* add_output_file(CLI::App& command, const std::string& names, std::string& path,
                             const std::string& description);

/// Fails at once where the file cannot be written, before the work; throws Failure.
void check_writable(const std::string& path);

/// Writes the file whole or not at all; throws Failure. A file that was there keeps its permissions, a link
/// is followed, devices and pipes are written to.
void write_whole(const std::string& path, const std::function<void(std::ostream&)>& print);

}  // namespace bitworth::cli
