#include "bitworth/hardware/step_kernels.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::hardware {
namespace {

template <class T>
bool holds(const std::vector<T>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

// The most specific of the rows that `applies` accepts; the first of equals.
template <class T, class Applies>
const T* most_specific(const std::vector<T>& rows, const Device& device, Applies applies) {
  const T* best = nullptr;
  std::optional<Rung> best_rung;
  for (const T& row : rows) {
    if (!applies(row)) continue;
    const std::optional<Rung> rung = row.where.rung(device);
    if (rung && (!best_rung || *rung < *best_rung)) {
      best = &row;
      best_rung = rung;
    }
  }
  return best;
}

const AttentionKernel* find_attention(const KernelTables& tables, const EngineCosts& engine,
                                      const Device& device) {
  const AttentionKernel* best = nullptr;
  std::optional<int> best_score;
  for (const AttentionKernel& row : tables.attention) {
    const std::optional<Rung> rung = row.where.rung(device);
    if (!rung || (!row.engines.empty() && !holds(row.engines, engine.name))) continue;
    // Device lists go first, then rows that name the engine.
    const int score = 2 * static_cast<int>(*rung) - (row.engines.empty() ? 0 : 1);
    if (!best_score || score < *best_score) {
      best = &row;
      best_score = score;
    }
  }
  return best;
}

Kernel expert_kernel(const KernelTables& tables, std::string_view asked, const Kernel& own,
                     const Device& device) {
  Kernel result = own;
  const ExpertKernel* row =
      most_specific(tables.experts, device, [&](const ExpertKernel& e) { return holds(e.kernels, asked); });
  // Where nobody timed the experts: as grouped kernels fare against plain ones elsewhere.
  constexpr Seconds further_launch(10e-6);
  constexpr double bandwidth_ratio = 0.8, compute_ratio = 0.45;
  result.launch = row ? row->launch / 2 : own.launch + further_launch;
  result.bandwidth_share = row ? row->bandwidth_share : own.bandwidth_share * bandwidth_ratio;
  result.compute_share = row ? row->compute_share : own.compute_share * compute_ratio;
  result.tile_rows = 1;
  return result;
}

bool has_units(const Device& device, llm::Compute compute) {
  const auto peak = peak_rate(device, compute);
  if (!peak) return false;
  if (compute != llm::Compute::int8) return true;
  return *peak > peak_rate(device, llm::Compute::sixteen_bit).value_or(FlopsPerSecond(0));
}

// For schemes of no row: the usual kernels of such bits and units.
std::string kernel_by_bits(const EngineCosts& engine, const llm::Scheme& scheme) {
  if (scheme.weight_bits >= 16) return engine.sixteen_bit_kernel;
  if (scheme.compute == llm::Compute::fp8) return "fp8";
  if (scheme.compute == llm::Compute::int8) return "int8";
  if (scheme.compute == llm::Compute::fp4) return "nvfp4";
  return scheme.weight_bits > 6 ? "marlin-8" : "marlin-4";
}

const KernelChoice* find_choice(const KernelTables& tables, const EngineCosts& engine,
                                const llm::Scheme& scheme) {
  const KernelChoice* general = nullptr;
  for (const KernelChoice& choice : tables.choices) {
    if (!holds(choice.schemes, scheme.id)) continue;
    if (holds(choice.engines, engine.name)) return &choice;
    if (choice.engines.empty() && general == nullptr) general = &choice;
  }
  return general;
}

}  // namespace

std::optional<FoundKernel> find_kernel(const KernelTables& tables, std::string_view kernel,
                                       const Device& device) {
  std::string name(kernel);
  const std::size_t longest_chain = tables.parents.size();
  for (std::size_t borrowed = 0; borrowed <= longest_chain; ++borrowed) {
    const Kernel* row =
        most_specific(tables.kernels, device, [&](const Kernel& k) { return k.name == name; });
    if (row != nullptr) return FoundKernel{*row, *row->where.rung(device), static_cast<int>(borrowed)};
    const auto parent = tables.parents.find(name);
    if (parent == tables.parents.end()) break;
    name = parent->second;
  }
  return std::nullopt;
}

ChosenKernel choose_kernel(const KernelTables& tables, const EngineCosts& engine, const llm::Scheme& scheme,
                           const Device& device) {
  const KernelChoice* choice = find_choice(tables, engine, scheme);
  if (choice == nullptr) return {kernel_by_bits(engine, scheme), false, std::nullopt};
  if (!choice->without_units.empty() && !has_units(device, scheme.compute))
    return {choice->without_units, true, std::nullopt};
  return {choice->kernel, false, choice->kv_cache_bits};
}

StepKernels find_step_kernels(const KernelTables& tables, const EngineCosts& engine,
                              const llm::Architecture& architecture, const llm::Scheme& scheme,
                              const Device& device) {
  StepKernels result;
  const ChosenKernel chosen = choose_kernel(tables, engine, scheme, device);
  const FoundKernel found = find_kernel(tables, chosen.kernel, device).value_or(FoundKernel());
  const FoundKernel baseline = find_kernel(tables, engine.sixteen_bit_kernel, device).value_or(FoundKernel());
  result.linears = result.projections = result.experts = found.kernel;
  result.sixteen_bit = baseline.kernel;
  result.baseline_rung = baseline.rung;
  result.rung = found.rung;
  result.borrowed = found.borrowed;
  result.lacks_units = chosen.lacks_units;
  result.low_confidence = device.confidence == "low" && found.rung > Rung::same_device;
  if (architecture.moe) {
    result.experts = expert_kernel(tables, chosen.kernel, found.kernel, device);
    if (chosen.kernel.ends_with("nvfp4")) {
      // Published FP4 mixtures quantize their experts only; attention stays at 8 bits.
      const std::string fp8 = chosen.kernel.starts_with("trt-") ? "trt-fp8" : "fp8";
      result.projections = find_kernel(tables, fp8, device).value_or(found).kernel;
      result.projection_bits = 8;
    }
  }
  if (const AttentionKernel* attention = find_attention(tables, engine, device))
    result.attention = *attention;
  result.all_reduce = tables.all_reduce;
  const auto device_class = std::ranges::find(tables.classes, device.device_class, &DeviceClass::name);
  if (device_class != tables.classes.end()) result.device_class = *device_class;
  result.engine = engine;
  result.spread = tables.spread;
  // The row is named after the kernel that was asked for, wherever it was borrowed.
  result.linears.name = chosen.kernel;
  return result;
}

std::string to_text_of_origin(const StepKernels& kernels) {
  return kernels.linears.name + ": " + (kernels.borrowed > 0 ? "borrowed, " : "") +
         (kernels.linears.is_guess ? "a guess, " : "") + to_text(kernels.rung);
}

double relative_sigma(const StepKernels& kernels, double speedup) {
  const Spread& spread = kernels.spread;
  const double gain = spread.gain * std::log(speedup);
  double squares = spread.base * spread.base + gain * gain;
  const auto add = [&](double sigma) { squares += sigma * sigma; };
  // A guess knows its devices no better than a class default does.
  const Rung rung = kernels.linears.is_guess ? std::max(kernels.rung, Rung::device_class) : kernels.rung;
  add(spread.rung[static_cast<int>(rung)]);
  if (kernels.borrowed > 0) add(spread.borrowed);
  if (kernels.lacks_units) add(spread.lacks_units);
  if (kernels.low_confidence) add(spread.low_confidence);
  return std::sqrt(squares);
}

}  // namespace bitworth::hardware
