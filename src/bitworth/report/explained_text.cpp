#include "bitworth/base/text.hpp"
#include "bitworth/report/estimate_text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

using roofline::Constants;
using roofline::PhaseEstimate;
using roofline::Term;

std::string shape_of(const roofline::GemmTerms& gemm) {
  const std::string shape = format("{} x {}", significant(gemm.inner, 9), significant(gemm.outer, 9));
  return gemm.matrices == 1 ? shape : format("{} of {}", significant(gemm.matrices), shape);
}

std::vector<std::string> line_of(const Term& term) {
  std::vector<std::string> line = {"  " + std::string(term.name), significant(term.calls)};
  if (term.gemm) {
    const roofline::GemmTerms& g = *term.gemm;
    for (std::string cell :
         {shape_of(g), bitworth::to_text(g.bytes), bitworth::to_text(g.flops), bitworth::to_text(g.launch),
          bitworth::to_text(g.memory), bitworth::to_text(g.compute), bitworth::to_text(g.time.total())})
      line.push_back(std::move(cell));
  } else {
    line.resize(8);
    line.push_back(bitworth::to_text(term.time.total() / term.calls));
  }
  line.push_back(bitworth::to_text(term.time.total()));
  return line;
}

std::string terms_of(const std::string& title, const PhaseEstimate& phase) {
  std::vector<std::vector<std::string>> rows = {
      {title, "calls", "K x N", "bytes", "FLOPs", "launch", "memory", "compute", "a call", "all calls"}};
  Seconds sum;
  for (const Term& term : phase.terms) {
    rows.push_back(line_of(term));
    sum += term.time.total();
  }
  rows.push_back({"  sum: one step", "", "", "", "", "", "", "", "", bitworth::to_text(sum)});
  if (phase.steps.count != 1)
    rows.push_back({format("  {} such steps", significant(phase.steps.count)), "", "", "", "", "", "", "", "",
                    bitworth::to_text(sum * phase.steps.count)});
  return table(rows) + "\n";
}

std::string_view units_name(std::optional<FlopsPerSecond> hardware::PeakRates::*units) {
  using hardware::PeakRates;
  if (units == &PeakRates::fp32) return "FP32";
  if (units == &PeakRates::bf16) return "BF16";
  if (units == &PeakRates::fp8) return "FP8";
  if (units == &PeakRates::int8) return "INT8";
  if (units == &PeakRates::fp4) return "FP4";
  return units == &PeakRates::int4 ? "INT4" : "FP16";
}

std::string origin(const std::string& source, const std::string& date) {
  if (source.empty()) return "";
  return format(" ({}{}{})", source, date.empty() ? "" : ", ", date);
}

std::string kernel_line(const std::string& role, const hardware::Kernel& k, const hardware::Device& device) {
  const auto peak = device.peak.*k.units;
  std::string text = format("  {}: {}: launch {}, {} of the bandwidth {}, {} of the {} peak{}, corner {}",
                            role, k.name, bitworth::to_text(k.launch), percent(k.bandwidth_share),
                            bitworth::to_text(device.memory_bandwidth), percent(k.compute_share),
                            peak ? units_name(k.units) : "16-bit", peak ? " " + bitworth::to_text(*peak) : "",
                            significant(k.corner));
  if (k.tile_rows > 1) text += format(", tiles of {} rows", significant(k.tile_rows));
  if (k.vector_ops_per_weight > 0)
    text += format(", {} vector operations to unpack a weight", significant(k.vector_ops_per_weight));
  if (k.buffer_bytes_per_weight > 0)
    text += format(", {} bytes a weight through a buffer", significant(k.buffer_bytes_per_weight));
  return wrapped(text + origin(k.source, k.date), page_width, "    ");
}

std::string engine_line(const hardware::StepKernels& kernels) {
  const hardware::EngineCosts& e = kernels.engine;
  const bool by_host = e.layer_time_scales_with_host;
  return wrapped(format("  engine: {}: {} a step, {} a layer x {} ({}), {} a sequence x {} (host){}", e.name,
                        bitworth::to_text(e.per_step), bitworth::to_text(e.per_layer),
                        significant(by_host ? kernels.device_class.host : kernels.device_class.gap),
                        by_host ? "host" : "gaps", bitworth::to_text(e.per_sequence),
                        significant(kernels.device_class.host), origin(e.source, e.date)),
                 page_width, "    ");
}

std::string constants_of(const cases::Case& c, const cases::Option& option) {
  const hardware::StepKernels& k = option.kernels;
  const hardware::Device& device = c.hardware.device;
  std::string text = "constants, " + hardware::to_text_of_origin(k) + "\n";
  text += kernel_line("linears", k.linears, device);
  if (k.projection_bits) text += kernel_line("projections", k.projections, device);
  if (c.architecture.moe) text += kernel_line("experts", k.experts, device);
  text += kernel_line("lm_head", option.runs_as.lm_head_bits < 16 ? k.linears : k.sixteen_bit, device);
  text += wrapped(format("  attention: launch {}, {} of the bandwidth{}, {} of the 16-bit peak",
                         bitworth::to_text(k.attention.launch), percent(k.attention.bandwidth_share),
                         k.attention.bandwidth_share_kv8
                             ? format(" ({} with an 8-bit cache)", percent(*k.attention.bandwidth_share_kv8))
                             : "",
                         percent(k.attention.compute_share)),
                  page_width, "    ");
  text += wrapped(format("  all-reduce: {} and {} of the link, or over PCIe {} and {}",
                         bitworth::to_text(k.all_reduce.link_latency), percent(k.all_reduce.link_share),
                         bitworth::to_text(k.all_reduce.pcie_latency), percent(k.all_reduce.pcie_share)),
                  page_width, "    ");
  text += engine_line(k);
  return text + wrapped(format("  device: {}{}", device.name, origin(device.source, device.date)), page_width,
                        "    ");
}

}  // namespace

std::string explained(const cases::Case& c, const roofline::OptionEstimate& estimate) {
  return format("{}\n\n", estimate.option->name) + terms_of("decode", estimate.decode) +
         terms_of("prefill", estimate.prefill) + constants_of(c, *estimate.option) +
         "\nA call: launch + (memory^corner + compute^corner)^(1/corner).\n";
}

}  // namespace bitworth::report
