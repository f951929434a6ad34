#pragma once

#include <string_view>

#include "bitworth/units/quantity.hpp"

namespace bitworth::roofline {

/// Time of a step by the resource that it waits for; the parts sum to the total.
struct StepTime {
  Seconds weight_reads = {};
  Seconds kv_reads = {};
  Seconds activations = {};  ///< hidden states read and written between and inside kernels
  Seconds compute = {};
  Seconds communication = {};
  Seconds launches = {};  ///< fixed costs of kernels and layers
  Seconds host = {};      ///< scheduler, sampler, and operations that the host is late to launch

  Seconds total() const {
    return weight_reads + kv_reads + activations + compute + communication + launches + host;
  }
  /// The article's memory_bound_fraction, computed: the share of the time spent reading memory.
  double memory_bound_fraction() const { return (weight_reads + kv_reads + activations) / total(); }

  StepTime& operator+=(const StepTime&);
  StepTime& operator*=(double factor);
};

/// The largest part of a step's time, and what would be left of it to gain.
struct Bottleneck {
  std::string_view resource;   ///< "weight reads"
  double share = 0;            ///< of the total
  double speedup_without = 1;  ///< the total over what it would be without this part
};
Bottleneck bottleneck(const StepTime&);

}  // namespace bitworth::roofline
