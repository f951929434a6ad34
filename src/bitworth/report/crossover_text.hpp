#pragma once

#include <string>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/roofline/crossover.hpp"

namespace bitworth::report {

/// The page of `bitworth crossover`; one entry for each option of the case.
std::string to_text(const cases::Case&, const roofline::LoadPoint&,
                    const std::vector<roofline::OptionCrossovers>&);

/// "Llama 3.1 8B on NVIDIA H100 SXM5, vllm, 1 GPU", and the load.
std::string load_header(const cases::Case&, const roofline::LoadPoint&);

}  // namespace bitworth::report
