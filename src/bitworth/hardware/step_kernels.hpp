#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bitworth/hardware/kernels.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"

namespace bitworth::hardware {

/// A kernel's row for a device, and how it was come by.
struct FoundKernel {
  Kernel kernel;
  Rung rung = Rung::any_device;
  int borrowed = 0;  ///< parents that were asked, because the kernel itself has no row for the device
};

/// The most specific row of the kernel for the device, else of its parents. Absent: neither has one.
std::optional<FoundKernel> find_kernel(const KernelTables&, std::string_view kernel, const Device&);

/// What the linears of a scheme run with.
struct ChosenKernel {
  std::string kernel;
  bool lacks_units = false;             ///< the scheme's own kernel needs units that the device has not
  std::optional<double> kv_cache_bits;  ///< what the engine's published recipes bring along
};

/// The kernel of the scheme in that engine; of schemes that no row names, the one nearest in bits and units.
/// INT8 units count only where they are faster than the 16-bit ones.
ChosenKernel choose_kernel(const KernelTables&, const EngineCosts&, const llm::Scheme&, const Device&);

/// Everything that times a step of one scheme in one engine on one device, looked up once.
struct StepKernels {
  Kernel linears;
  Kernel projections;                     ///< of attention: as the linears, but for experts in FP4
  std::optional<double> projection_bits;  ///< where they differ from the scheme's
  Kernel experts;
  Kernel sixteen_bit;  ///< of an unquantized lm_head
  AttentionKernel attention;
  AllReduce all_reduce;
  DeviceClass device_class;
  EngineCosts engine;
  // Where the linears' row comes from.
  Rung rung = Rung::any_device;
  int borrowed = 0;
  bool lacks_units = false;
  bool low_confidence = false;  ///< of the device's figures, where the row was made on another device
  Rung baseline_rung = Rung::any_device;  ///< of the 16-bit kernel: how sure the device's level is
  Spread spread;
};

StepKernels find_step_kernels(const KernelTables&, const EngineCosts&, const llm::Architecture&,
                              const llm::Scheme&, const Device&);

/// "marlin-4: same family", "trt-fp8: borrowed, same device", "marlin-4: a guess, same family".
std::string to_text_of_origin(const StepKernels&);

/// Standard deviation of the logarithm of the scheme's times against the baseline's that the kernels' origin
/// leaves, for a predicted speed-up; phases add their own.
double relative_sigma(const StepKernels&, double speedup);

}  // namespace bitworth::hardware
