#pragma once

#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/replica_shape.hpp"
#include "bitworth/roofline/steady_state.hpp"

namespace bitworth::decision {

// Beyond these nothing changes, and the tables of steps grow.
inline constexpr int most_sequences = 8192, most_tokens = 65'536;

/// A shape as the closed form sees it.
struct ShapeCandidate {
  ReplicaShape shape;
  roofline::Capacity closed_form;

  double rate() const { return closed_form.state.requests_per_second; }
  double rate_per_gpu() const { return rate() / shape.gpus; }
};

/// With the engine's settings.
ReplicaShape own_shape(const cases::Case&, int gpus);

/// The most sequences and tokens that are tried instead of a shape's.
ReplicaShape largest_to_try(const cases::Case&, const ReplicaShape&);

roofline::Capacity closed_form_capacity(const cases::Case&, const cases::Option&, int gpus,
                                        double time_factor);

/// Requests/s of it; 0: none in time.
double closed_form_rate(const cases::Case&, const cases::Option&, int gpus, double time_factor);

/// The shapes worth simulating, with the engine's own settings, by GPUs: the smallest replica that fits,
/// which small loads want, and whatever comes near the best rate per GPU.
std::vector<ShapeCandidate> promising_shapes(const cases::Case&, const cases::Option&);

}  // namespace bitworth::decision
