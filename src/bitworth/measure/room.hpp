#pragma once

#include <cstdint>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/evidence.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::measure {

/// Fails: the files still to make do not fit on the disk that holds the folder.
Result<void> check_disk(const std::vector<std::uint64_t>& bytes_to_make, Bytes free,
                        const std::string& folder);

/// The memory of the hungriest cell besides the weights: its KV cache in 16 bits and the logits of a pass.
Bytes cell_memory(const std::vector<cases::TimingCell>&, const std::optional<llm::Architecture>&);

enum class Residence { all_files, one_file };

/// Whether all files can be loaded together. Fails: not even the largest fits.
Result<Residence> choose_residence(const std::vector<std::uint64_t>& file_bytes, Bytes besides,
                                   Bytes available);

}  // namespace bitworth::measure
