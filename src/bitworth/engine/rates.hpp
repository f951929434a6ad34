#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/evidence.hpp"

namespace bitworth::engine {

// How fast this machine is, measured. Each function works in this process and calls back once for each rate.
using TellRate = std::function<void(const cases::ProbedRate&)>;

/// 1, 2, 4 and so on, and the number itself.
std::vector<int> thread_counts(int threads);

/// Bytes per second of reading memory far larger than the caches, by thread count.
/// `memory`: bytes that the probe may take.
void probe_reading(int threads, double memory, const TellRate&);

/// Operations per second of large matrix multiplications in 32, 16 (bf16) and 8 bits by oneDNN: what the
/// machine can do. A format that the machine has no fast units for is left out.
void probe_onednn(int threads, const TellRate&);

/// The same by ggml with weights of each type as it stores them: what llama.cpp makes of it.
void probe_ggml(int threads, const TellRate&);

}  // namespace bitworth::engine
