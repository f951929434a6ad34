#include "bitworth/measure/evidence_in_case.hpp"

#include <algorithm>
#include <expected>
#include <filesystem>
#include <memory>

#include "bitworth/base/text.hpp"
#include "bitworth/measure/findings.hpp"
#include "bitworth/measure/roofline.hpp"
#include "bitworth/roofline/fit.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::measure {
namespace {

constexpr std::string_view host = "host";

std::optional<FlopsPerSecond> peak_of(const cases::Evidence& evidence, const std::string& of) {
  const cases::ProbedRate* found = rate(evidence, of);
  return found == nullptr ? std::nullopt : std::optional(FlopsPerSecond(found->median));
}

std::optional<std::size_t> file_of(const cases::Evidence& evidence, const std::string& scheme) {
  const auto found = std::ranges::find(evidence.files, scheme, &cases::MeasuredFile::scheme);
  if (found == evidence.files.end()) return std::nullopt;
  return static_cast<std::size_t>(found - evidence.files.begin());
}

cases::MeasuredRun run_of(const cases::TimingCell& cell, Seconds time,
                          std::shared_ptr<const llm::Architecture> architecture) {
  const bool decodes = cell.phase == cases::TimedPhase::decode;
  return {.architecture = std::move(architecture),
          .kv_cache = {.id = "fp16", .bits = 16, .source = "", .date = ""},
          .phase = decodes ? cases::RunPhase::decode : cases::RunPhase::prefill,
          .batch = double(cell.batch),
          // A sample spans some steps: the cache holds half of them on average.
          .prompt_tokens = decodes ? cell.depth + cell.repeats / 2.0 : double(cell.tokens),
          .time = time};
}

cases::FitGroup group_of(const cases::Evidence& evidence, std::size_t file, const cases::Case& c,
                         const cases::Option& option) {
  cases::FitGroup group{.device = c.hardware.device,
                        .engine = option.kernels.engine,
                        .scheme = option.runs_as,
                        .shipped = option.kernels.linears,
                        .timings = {},
                        .runs = {}};
  const auto architecture = std::make_shared<const llm::Architecture>(*evidence.model.architecture);
  for (std::size_t cell = 0; cell < evidence.cells.size(); ++cell) {
    if (evidence.cells[cell].phase == cases::TimedPhase::prefill && evidence.cells[cell].depth > 0) continue;
    if (const auto time = pass_time(evidence, file, cell))
      group.runs.push_back(run_of(evidence.cells[cell], Seconds(time->median), architecture));
  }
  return group;
}

// The fit leaves the arithmetic of unpacking weights as it was, which a processor's own decides: the amount
// that leaves the least error counts.
std::expected<roofline::KernelFit, std::string> best_fit(cases::FitGroup group,
                                                         const hardware::KernelTables& tables) {
  std::expected<roofline::KernelFit, std::string> best = roofline::fit_group(group, tables);
  for (const double operations : {0.0, 0.5, 1.0, 2.0, 4.0, 8.0}) {
    if (!best || group.shipped.vector_ops_per_weight == 0) break;
    cases::FitGroup other = group;
    other.shipped.vector_ops_per_weight = operations;
    auto fit = roofline::fit_group(other, tables);
    if (fit && fit->error.mean_abs_log < best->error.mean_abs_log) best = std::move(fit);
  }
  return best;
}

// Returns what happened, in words; empty: the scheme was not timed.
std::string apply_speed(const cases::Evidence& evidence, const cases::Case& c, cases::Option& option) {
  const auto file = file_of(evidence, option.runs_as.id);
  if (!file || evidence.samples.empty()) return "";
  const auto fit = best_fit(group_of(evidence, *file, c, option), *c.hardware.kernels);
  if (!fit) return format("the times of {} are modelled: {}", option.name, fit.error());
  hardware::StepKernels& kernels = option.kernels;
  kernels.linears = kernels.projections = kernels.experts = fit->kernel;
  if (!option.runs_as.quantizes_weights()) kernels.sixteen_bit = fit->kernel;
  kernels.rung = kernels.baseline_rung = hardware::Rung::own_measurement;
  kernels.borrowed = 0;
  return format("the times of {} follow {} speeds measured on this device, within {} on average", option.name,
                fit->points, percent(fit->error.mean_abs_log));
}

bool same_shape(const llm::Architecture& a, const llm::Architecture& b) {
  return a.layers == b.layers && a.hidden == b.hidden && a.ffn == b.ffn && a.kv_heads == b.kv_heads;
}

// A standard error by document, as the half width of a 95 % interval has it.
double standard_error(const cases::Interval& interval) {
  constexpr double normal_95 = 1.96;
  return (interval.high - interval.low) / (2 * normal_95);
}

// What a case may already say of an option's answers goes before.
void apply_quality(const cases::Evidence& evidence, const std::string& file_name, const cases::Case& c,
                   cases::Option& option) {
  const auto file = file_of(evidence, option.runs_as.id);
  const auto q = file ? std::ranges::find(evidence.quality, *file, &cases::MeasuredQuality::file)
                      : evidence.quality.end();
  if (q == evidence.quality.end()) return;
  if (!option.evidence) {
    option.evidence.emplace();
    option.evidence->provenance = Provenance::measured;
    option.evidence->source = file_name;
    option.evidence->date = evidence.date.substr(0, 10);
  }
  if (option.evidence->divergence) return;
  option.evidence->divergence = cases::Divergence{
      .mean_kld = std::max(0.0, q->kld.value),
      // The screen widens errors that take tokens as independent; this one is by document already.
      .standard_error = standard_error(q->kld) / c.quality.screen.standard_error_factor,
      .p99_kld = q->kld_p99,
      .same_top_token = q->same_top.value,
      .log_perplexity_ratio = q->log_perplexity_ratio.value,
      .source = format("bitworth measure, {}", file_name)};
  if (evidence.noise_floor) option.evidence->noise_floor = std::max(0.0, evidence.noise_floor->kld.value);
}

// Why the speeds do not count here; empty: they do.
std::string obstacle(const cases::Evidence& evidence, const cases::Case& c) {
  if (evidence.samples.empty()) return "it holds no speeds";
  if (c.engine.name != evidence.engine.name)
    return format("the case's engine is {}, not {}", c.engine.name, evidence.engine.name);
  if (c.hardware.device.id != host)
    return format("the case's device is {}, not \"host\"", c.hardware.device.name);
  return evidence.model.architecture ? "" : "it does not tell the shape of its model";
}

}  // namespace

Result<hardware::Device> host_device(const cases::Evidence& evidence, const std::string& file_name) {
  const cases::ProbedRate* reading = rate(evidence, "read");
  if (reading == nullptr || !peak_of(evidence, "f32"))
    return std::unexpected(Error{ErrorKind::inconsistent,
                                 {file_name, 0, 0},
                                 "it does not hold the machine's rates",
                                 "measure without --quality-only"});
  hardware::Device device;
  device.id = host;
  device.name = evidence.machine.cpu.empty() ? "this machine" : evidence.machine.cpu;
  device.family = "x86-cpu";
  device.device_class = "cpu";
  device.memory = Bytes(evidence.machine.memory_bytes);
  device.usable_memory = device.memory;
  device.memory_bandwidth = BytesPerSecond(reading->median);
  device.peak.fp32 = peak_of(evidence, "f32");
  device.peak.bf16 = peak_of(evidence, "bf16");
  device.peak.int8 = peak_of(evidence, "int8");
  device.source = format("probed with {} thread{}, {}", evidence.engine.threads,
                         evidence.engine.threads == 1 ? "" : "s", file_name);
  device.date = evidence.date.substr(0, 10);
  device.confidence = "high";
  return device;
}

void apply_evidence(const cases::Evidence& evidence, const std::string& file_name, cases::Case& c) {
  if (evidence.files.empty()) return;
  const std::string name = std::filesystem::path(file_name).filename().string();
  const auto add = [&](const std::string& text) {
    if (!text.empty()) c.warnings.push_back(name + ": " + text);
  };
  const std::string why_not = obstacle(evidence, c);
  const bool same_model =
      evidence.model.architecture && same_shape(*evidence.model.architecture, c.architecture);
  if (!why_not.empty()) add("its speeds do not count: " + why_not);
  if (!same_model)
    add(format(
        "it is of another model, {}: what it tells of the kernels is taken over, its divergences are not",
        evidence.model.name));
  std::vector<cases::Option*> options = {&c.baseline};
  for (cases::Option& option : c.options) options.push_back(&option);
  for (cases::Option* option : options) {
    if (why_not.empty()) add(apply_speed(evidence, c, *option));
    if (same_model && option != &c.baseline) apply_quality(evidence, name, c, *option);
  }
}

}  // namespace bitworth::measure
