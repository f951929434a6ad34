#pragma once

#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::roofline {

/// What the weights take in GPU memory, all GPUs together: linears (and whatever the published parameter
/// count holds besides) at the scheme's bits, the embedding at 16, an lm_head of its own at its bits.
Bytes stored_weights(const llm::Architecture&, const llm::Scheme&);

}  // namespace bitworth::roofline
