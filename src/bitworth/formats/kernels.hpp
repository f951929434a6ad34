#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"
#include "bitworth/formats/toml_reader.hpp"
#include "bitworth/hardware/kernels.hpp"

namespace bitworth::formats {

enum class KernelRows {
  shipped,  ///< data/kernels.toml: complete, every row with source and date
  own       ///< a file of the user's: any rows, which are laid over the shipped ones
};

/// The tables of such a file. Problems go to the reader's.
hardware::KernelTables read_kernels(Reader& root, KernelRows);

/// The user's file laid over the shipped tables. Fails: every problem of the file.
std::expected<hardware::KernelTables, Problems> read_own_kernels(const std::string& path,
                                                                 const hardware::KernelTables& shipped);

}  // namespace bitworth::formats
