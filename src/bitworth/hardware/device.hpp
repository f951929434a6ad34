#pragma once

#include <optional>
#include <string>

#include "bitworth/llm/scheme.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::hardware {

/// Dense peak rates; absent where the device has no units for the format.
struct PeakRates {
  std::optional<FlopsPerSecond> fp32, fp16, bf16, fp8, int8, fp4, int4;

  friend bool operator==(const PeakRates&, const PeakRates&) = default;
};

/// What passes between two GPUs, one direction.
struct Link {
  Seconds latency;  ///< of one collective
  BytesPerSecond bandwidth;
};

/// One accelerator (or CPU) as its datasheet describes it.
struct Device {
  std::string id;
  std::string name;
  std::string vendor;
  std::string family;                  ///< devices whose kernels behave alike: "hopper", "ampere-dc", "apple"
  std::string device_class;            ///< "datacenter-gpu", "consumer-gpu", "apple", "cpu", ...
  Bytes memory;                        ///< nominal
  std::optional<Bytes> usable_memory;  ///< where a source says so
  BytesPerSecond memory_bandwidth;
  PeakRates peak;
  std::optional<BytesPerSecond> link_bandwidth;  ///< to its neighbours, one direction; absent: PCIe only
  std::optional<BytesPerSecond> pcie_bandwidth;  ///< one direction
  std::optional<Watts> power;
  std::string source;
  std::string date;
  std::string confidence;  ///< high, medium, low
  std::string note;

  friend bool operator==(const Device&, const Device&) = default;
};

/// Peak rate of the units, absent where the device lacks them; 16-bit is bf16, else fp16, else fp32.
std::optional<FlopsPerSecond> peak_rate(const Device&, llm::Compute);

/// What a program can allocate: as a source says, else of GPUs their memory label in GiB less half a percent
/// (an "80 GB" card has 80 GiB; drivers keep some), else nominal.
Bytes usable_memory(const Device&);

/// The ridge point: FLOPs per byte from which a kernel at peak is bound by compute.
ArithmeticIntensity ridge_point(const Device&, llm::Compute);

}  // namespace bitworth::hardware
