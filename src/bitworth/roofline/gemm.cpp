#include "bitworth/roofline/gemm.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::roofline {
namespace {

constexpr double flops_per_multiply_add = 2;
constexpr double bytes_per_activation = 2;
/// Rows of one tile: more of them share one unpacking of a weight.
constexpr double rows_that_unpack = 8;
/// Of the larger time; the rounded corner is not computed where it adds less.
constexpr double precision = 1e-13;

FlopsPerSecond sixteen_bit_rate(const hardware::PeakRates& peak) {
  return peak.fp16 ? *peak.fp16 : peak.bf16 ? *peak.bf16 : peak.fp32.value_or(FlopsPerSecond(1));
}

}  // namespace

Gemm::Gemm(const hardware::Kernel& kernel, const hardware::Device& device, double inner, double outer,
           double bytes_per_weight) {
  const FlopsPerSecond sixteen_bit = sixteen_bit_rate(device.peak);
  const FlopsPerSecond rate = (device.peak.*kernel.units).value_or(sixteen_bit) * kernel.compute_share;
  const FlopsPerSecond vector_rate = device.peak.fp32.value_or(sixteen_bit);
  const BytesPerSecond bandwidth = device.memory_bandwidth * kernel.bandwidth_share;
  const double weights = inner * outer;
  inner_ = inner;
  outer_ = outer;
  bandwidth_ = bandwidth.value();
  rate_ = rate.value();
  launch_ = kernel.launch.value();
  weights_ = (Bytes(weights * bytes_per_weight) / bandwidth).value();
  buffer_ = (Bytes(weights * kernel.buffer_bytes_per_weight) / bandwidth).value();
  unpacking_ = (Flops(weights * kernel.vector_ops_per_weight) / vector_rate).value();
  activations_per_row_ = (Bytes(bytes_per_activation * (inner + outer)) / bandwidth).value();
  compute_per_row_ = (Flops(flops_per_multiply_add * weights) / rate).value();
  tile_rows_ = kernel.tile_rows;
  corner_ = kernel.corner;
  inverse_corner_ = 1 / kernel.corner;
  negligible_ = std::pow(precision * std::min(corner_, 1e3), inverse_corner_);
}

// What memory and arithmetic would take, each alone.
inline Gemm::Apart Gemm::apart(double rows, double computed_rows, double matrices, double rows_each) const {
  double compute = computed_rows * compute_per_row_;
  if (rows_each <= rows_that_unpack) compute += matrices * unpacking_;
  return {matrices * (rows > 1 ? weights_ + buffer_ : weights_), rows * activations_per_row_, compute};
}

GemmTime Gemm::time(double rows, double computed_rows, double matrices, double rows_each) const {
  const auto [weights, activations, compute] = apart(rows, computed_rows, matrices, rows_each);
  const double memory = weights + activations;
  const bool memory_binds = memory >= compute;
  const double larger = memory_binds ? memory : compute, smaller = memory_binds ? compute : memory;
  if (larger <= 0) return {Seconds(launch_), {}, {}, {}};
  const double ratio = smaller / larger;
  double rounded = larger, smaller_share = 0;
  if (ratio > negligible_) {
    const double power = std::pow(ratio, corner_);
    rounded = larger * std::pow(1 + power, inverse_corner_);
    smaller_share = power / (1 + power);
  }
  // The corner belongs to both, in proportion to their powers.
  const double memory_time = rounded * (memory_binds ? 1 - smaller_share : smaller_share);
  const double weight_share = memory > 0 ? weights / memory : 0;
  return {.launch = Seconds(launch_),
          .weights = Seconds(memory_time * weight_share),
          .activations = Seconds(memory_time * (1 - weight_share)),
          .compute = Seconds(rounded - memory_time)};
}

GemmTerms Gemm::terms(double rows, double computed_rows, double matrices, double rows_each) const {
  const auto [weights, activations, compute] = apart(rows, computed_rows, matrices, rows_each);
  return {.inner = inner_,
          .outer = outer_,
          .matrices = matrices,
          .rows = rows,
          .bytes = Bytes((weights + activations) * bandwidth_),
          .flops = Flops(computed_rows * compute_per_row_ * rate_),
          .launch = Seconds(launch_),
          .memory = Seconds(weights + activations),
          .compute = Seconds(compute),
          .corner = corner_,
          .time = time(rows, computed_rows, matrices, rows_each)};
}

}  // namespace bitworth::roofline
