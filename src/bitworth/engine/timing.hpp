#pragma once

#include <functional>

#include "bitworth/base/error.hpp"
#include "bitworth/measure/engine.hpp"

namespace bitworth::engine {

/// Takes the job's timings in this process; calls back with the seconds of each turn.
///
/// A decode sample is so many steps of one token for each sequence, a prefill sample one prompt for each, as
/// llama-bench and llama-batched-bench take them: random tokens, the cache empty or filled to the depth, the
/// same work once before the clock starts (of decoding: two steps), and the clock, a monotonic one, read
/// around everything. Rates agree with theirs within 3 % (bench/llama_rates).
Result<void> time_here(const measure::TimingJob&, int threads, const std::function<void(double seconds)>&);

}  // namespace bitworth::engine
