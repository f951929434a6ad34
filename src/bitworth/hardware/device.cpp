#include "bitworth/hardware/device.hpp"

namespace bitworth::hardware {

std::optional<FlopsPerSecond> peak_rate(const Device& device, llm::Compute compute) {
  const PeakRates& peak = device.peak;
  switch (compute) {
    case llm::Compute::sixteen_bit:
      return peak.bf16 ? peak.bf16 : peak.fp16 ? peak.fp16 : peak.fp32;
    case llm::Compute::fp8:
      return peak.fp8;
    case llm::Compute::int8:
      return peak.int8;
    case llm::Compute::fp4:
      return peak.fp4;
    case llm::Compute::int4:
      return peak.int4;
  }
  return std::nullopt;
}

Bytes usable_memory(const Device& device) {
  if (device.usable_memory) return *device.usable_memory;
  constexpr double gib_per_gb = 1.073741824, left_by_driver = 0.995;
  return device.device_class.ends_with("-gpu") ? device.memory * (gib_per_gb * left_by_driver)
                                               : device.memory;
}

ArithmeticIntensity ridge_point(const Device& device, llm::Compute compute) {
  return peak_rate(device, compute).value_or(FlopsPerSecond(0)) / device.memory_bandwidth;
}

}  // namespace bitworth::hardware
