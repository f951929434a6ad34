#pragma once

#include <string>
#include <vector>

#include "bitworth/llm/architecture.hpp"

namespace bitworth::formats {

/// What readers of config.json and of GGUF share.

/// The largest value of any dimension, and the most layers; far above real ones, far below overflow.
inline constexpr int largest_dimension = (1 << 30) - 1;
inline constexpr int most_layers = 10'000;

/// Why the dimensions cannot be those of a network; empty: they can.
std::vector<std::string> contradictions(const llm::Architecture&);

/// Sets the window of all layers but so many global ones. Where no pattern says that exactly, takes the
/// nearest, marks the architecture as approximate and returns a warning, else "".
std::string set_window(llm::Architecture&, int window, int global_layers);

/// The window whose KV cache is as large as a state of so many values per layer: how layers with linear
/// attention are written. Assumes: kv_heads and head_dim are set.
int window_of_state(const llm::Architecture&, double state_values);

}  // namespace bitworth::formats
