#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/hardware/device.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::hardware {

// What kernels and engines reach of a device's peaks, and what calls and steps cost besides: the rows of
// data/kernels.toml. docs/model.md has the formulas that use them.

/// How a row came to speak for a device, best first.
enum class Rung { own_measurement, same_device, same_family, device_class, any_device };

std::string to_text(Rung);

/// The devices that a row speaks for: the most specific list counts; none: every device.
struct Where {
  std::vector<std::string> devices = {};
  std::vector<std::string> families = {};
  std::vector<std::string> classes = {};
  bool own = false;  ///< from a file of the user's, which goes before the shipped rows

  /// Absent: the row says nothing of this device.
  std::optional<Rung> rung(const Device&) const;
};

/// One matrix multiplication: launch + (memory^corner + compute^corner)^(1/corner).
struct Kernel {
  std::string name = {};
  Where where = {};
  Seconds launch = {};         ///< each call, whatever its size
  double bandwidth_share = 1;  ///< of the memory bandwidth
  double compute_share = 1;    ///< of the dense peak of `units`
  /// How sharply memory and compute time overlap; larger is nearer to the larger of the two alone.
  double corner = std::numeric_limits<double>::infinity();
  std::optional<FlopsPerSecond> PeakRates::*units = &PeakRates::fp16;
  double tile_rows = 1;                ///< fewer rows cost as much arithmetic as these
  double vector_ops_per_weight = 0;    ///< unpacking on the vector units, where it is not amortized
  double buffer_bytes_per_weight = 0;  ///< traffic of dequantizing into a buffer first, above one row
  Seconds host_per_call = {};          ///< eager engines only: the host's time for one row
  Seconds host_per_call_batched = {};  ///< the same for several rows
  bool is_guess = false;               ///< rests on no measurement
  std::string source = {};
  std::string date = {};
};

/// Grouped kernels of a layer's experts: what differs from the scheme's own kernel.
struct ExpertKernel {
  std::vector<std::string> kernels = {};  ///< the schemes' kernels that this row stands in for
  Where where = {};
  Seconds launch = {};  ///< one layer's, both of its calls together
  double bandwidth_share = 1;
  double compute_share = 1;
};

struct AttentionKernel {
  std::vector<std::string> engines = {};  ///< empty: every engine
  Where where = {};
  Seconds launch = {};
  double bandwidth_share = 1;
  std::optional<double> bandwidth_share_kv8 = {};  ///< with an 8-bit cache
  double compute_share = 1;                        ///< of the 16-bit peak
};

/// A ring all-reduce of the hidden states between the GPUs of a replica.
struct AllReduce {
  Seconds link_latency = {};
  double link_share = 1;
  Seconds pcie_latency = {};
  double pcie_share = 1;
};

/// How an engine batches unless told.
struct Batching {
  int max_sequences = 256;  ///< in one step
  int token_budget = 2048;  ///< in one step, prefill chunks included
};

/// What a server starts with on large devices, where that differs.
struct LargeDeviceBatching {
  Bytes least_memory = {};                ///< of a device, usable
  std::vector<std::string> classes = {};  ///< of devices that this is said of
  std::vector<std::string> except = {};   ///< devices that count as small
  Batching batching = {};
};

/// What an engine spends besides kernels, and how it batches.
struct EngineCosts {
  std::string name = {};
  Seconds per_step = {};
  Seconds per_layer = {};     ///< norms, activations and gaps between launches
  Seconds per_sequence = {};  ///< each step, each decoding sequence: sampling and detokenizing
  Seconds per_request = {};   ///< besides its prefill
  int max_sequences = 256;
  /// Mean concurrency of a published saturation test, over max_sequences: such runs ramp up and drain.
  double mean_share = 1;
  int token_budget = 2048;              ///< tokens in one step, prefill chunks included
  double memory_utilization = 1;        ///< share of the usable memory that the engine takes
  Bytes reserve = {};                   ///< of it, for activations and the runtime
  double free_share = 1;                ///< of what is left beside the weights, for the KV cache
  double held_output = 0.5;             ///< share of its output that a running sequence holds cache for
  double least_cached_tokens = 0;       ///< a replica with a smaller KV cache is not a useful one
  std::string sixteen_bit_kernel = {};  ///< of 16-bit weights and of unquantized lm_heads
  bool layer_time_scales_with_host = false;
  bool splits_layers = false;  ///< several GPUs hold layers each: memory adds, time does not
  int pipeline = 1;            ///< prompt batches that then work on several devices at once
  std::optional<Seconds> eager_host_per_layer = {};  ///< engines whose host launches every operation
  std::map<std::string, double> eager_host_of_family = {};
  /// Families on which one attention kernel serves prompts and decoding sequences together: the rows of
  /// queries that it then computes for each head of a decoding sequence, of which one is wanted.
  std::map<std::string, double> mixed_attention_rows = {};
  std::optional<LargeDeviceBatching> large_devices = {};
  std::string source = {};
  std::string date = {};

  /// What a server of today starts with there. Published saturation tests go by the two figures above.
  Batching batching_on(const Device&) const;
};

/// What launches and host work take on a class of devices, against a data-centre GPU.
struct DeviceClass {
  std::string name = {};
  double gap = 1;
  double host = 1;
};

/// The kernel that engines run schemes with.
struct KernelChoice {
  std::string kernel = {};
  std::vector<std::string> schemes = {};
  std::vector<std::string> engines = {};     ///< empty: those that no other row names
  std::string without_units = {};            ///< the kernel where the device lacks the units; empty: none
  std::optional<double> kv_cache_bits = {};  ///< that published recipes bring along
};

/// Standard deviations of the logarithm of a speed-up, which add in quadrature.
struct Spread {
  double base = 0;
  double rung[5] = {};  ///< by Rung of the scheme's kernel
  double borrowed = 0;
  double lacks_units = 0;
  double low_confidence = 0;  ///< the device's figures are derived, and its kernels were timed on others
  double serving = 0;
  double kv_limited = 0;
  double prefill = 0;
  double placement = 0;
  double gain = 0;  ///< times the logarithm of the speed-up
  double approximate = 0;
  double published_point = 0;
  double level[5] = {};  ///< of absolute times, shared by all schemes; by Rung of the baseline's kernel
};

struct KernelTables {
  std::vector<KernelChoice> choices = {};
  std::vector<Kernel> kernels = {};
  std::vector<ExpertKernel> experts = {};
  std::vector<AttentionKernel> attention = {};
  AllReduce all_reduce = {};
  std::vector<EngineCosts> engines = {};
  std::vector<DeviceClass> classes = {};
  std::map<std::string, std::string, std::less<>> parents = {};
  Spread spread = {};

  /// Null: no such engine.
  const EngineCosts* engine(std::string_view name) const;
};

/// Lays a user's rows over the shipped ones: they are found first; engines and classes replace their
/// namesakes.
void lay_over(KernelTables& tables, KernelTables own);

}  // namespace bitworth::hardware
