#include "bitworth/roofline/fit.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "bitworth/base/text.hpp"
#include "bitworth/roofline/gemm.hpp"
#include "bitworth/roofline/step.hpp"
#include "bitworth/stats/summary.hpp"

namespace bitworth::roofline {
namespace {

using Point = std::vector<double>;

struct Corner {
  Point at;
  double value = 0;
};

// a + t (b - a).
Point between(const Point& a, const Point& b, double t) {
  Point result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) result[i] = a[i] + t * (b[i] - a[i]);
  return result;
}

Point centre_but_last(const std::vector<Corner>& simplex) {
  Point centre(simplex.front().at.size());
  const auto count = static_cast<double>(simplex.size() - 1);
  for (std::size_t i = 0; i + 1 < simplex.size(); ++i) {
    for (std::size_t j = 0; j < centre.size(); ++j) centre[j] += simplex[i].at[j] / count;
  }
  return centre;
}

// Constants as numbers without bounds that weigh alike: logarithms.
constexpr double least_launch = 1e-8, most_launch = 1e-2, usual_launch = 5e-6;
constexpr double least_share = 0.005, least_corner = 1, most_corner = 20;

Point logs_of(const hardware::Kernel& kernel) {
  const double launch = kernel.launch.value() > 0 ? kernel.launch.value() : usual_launch;
  return {std::log(launch), std::log(kernel.bandwidth_share), std::log(kernel.compute_share),
          std::log(std::clamp(kernel.corner, least_corner, most_corner))};
}

hardware::Kernel with_logs(hardware::Kernel kernel, const Point& logs) {
  kernel.launch = Seconds(std::clamp(std::exp(logs[0]), least_launch, most_launch));
  kernel.bandwidth_share = std::clamp(std::exp(logs[1]), least_share, 1.0);
  kernel.compute_share = std::clamp(std::exp(logs[2]), least_share, 1.0);
  kernel.corner = std::clamp(std::exp(logs[3]), least_corner, most_corner);
  return kernel;
}

FitError error_of(const LogErrors& log_errors, const hardware::Kernel& kernel) {
  std::vector<double> errors = log_errors(kernel);
  double sum = 0;
  for (double& error : errors) sum += error = std::abs(error);
  static constexpr double ps[] = {0.9};
  const auto count = static_cast<double>(errors.size());
  return {sum / count, stats::quantiles(std::move(errors), ps)[0]};
}

std::vector<double> timing_errors(const cases::FitGroup& group, const hardware::Kernel& kernel) {
  std::vector<double> result;
  for (const cases::KernelTiming& t : group.timings) {
    const Gemm gemm(kernel, group.device, t.inner, t.outer, group.scheme.weight_bits / 8);
    result.push_back(std::log(gemm(t.rows).total() / t.time));
  }
  return result;
}

Seconds predicted(const cases::FitGroup& group, const hardware::KernelTables& tables,
                  const cases::MeasuredRun& run) {
  const llm::Architecture& a = *run.architecture;
  const hardware::StepKernels kernels =
      hardware::find_step_kernels(tables, group.engine, a, group.scheme, group.device);
  const StepModel model(a, group.scheme, run.kv_cache, group.device, kernels, run.gpus);
  const double prompt = std::max(1.0, run.prompt_tokens);
  const StepTime prefill =
      prefill_time(model, run.batch, prompt, prompt_context(prompt), group.engine.token_budget);
  if (run.phase == cases::RunPhase::prefill) return prefill.total();
  const StepTime decode = model({.decode_sequences = run.batch,
                                 .decode_context = run.prompt_tokens + run.output_tokens / 2,
                                 .sampled_rows = run.batch});
  if (run.phase == cases::RunPhase::decode) return decode.total();
  return prefill.total() + decode.total() * std::max(0.0, run.output_tokens - 1);
}

// The kernel's row goes before all others, so everything that rests on it follows.
std::vector<double> run_errors(const cases::FitGroup& group, hardware::KernelTables& tables,
                               const hardware::Kernel& kernel) {
  tables.kernels.front() = kernel;
  std::vector<double> result;
  for (const cases::MeasuredRun& run : group.runs)
    result.push_back(std::log(predicted(group, tables, run) / run.time));
  return result;
}

std::string why_too_little(const cases::FitGroup& group) {
  if (group.runs.size() < least_runs && group.timings.size() < least_timings)
    return format("{} kernel timings and {} runs: at least {} timings or {} runs are needed",
                  group.timings.size(), group.runs.size(), least_timings, least_runs);
  if (group.runs.size() >= least_runs) return "";
  std::set<double> rows;
  for (const cases::KernelTiming& timing : group.timings) rows.insert(timing.rows);
  constexpr std::size_t least_rows = 3;
  if (rows.size() >= least_rows) return "";
  return format("timings of {} row counts (m) only: memory and compute cannot be told apart below {}",
                rows.size(), least_rows);
}

// Pseudo-Huber: a square up to about 10 %, what kernels scatter; beyond it straight, so that a few runs of
// another version or a busy machine do not bend the rest. Source: Charbonnier et al., IEEE ICIP 1994.
double cost_of(double log_error) {
  constexpr double scale = 0.1;
  const double relative = log_error / scale;
  return 2 * scale * scale * (std::sqrt(1 + relative * relative) - 1);
}

}  // namespace

std::vector<double> minimize(const std::function<double(const Point&)>& function, Point start,
                             const Point& steps, int evaluations) {
  std::vector<Corner> simplex = {{start, function(start)}};
  for (std::size_t i = 0; i < start.size(); ++i) {
    Point corner = start;
    corner[i] += steps[i];
    const double value = function(corner);
    simplex.push_back({std::move(corner), value});
  }
  Corner& worst = simplex.back();
  const auto corner_at = [&](double t, const Point& centre) {
    Point at = between(centre, worst.at, t);
    const double value = function(at);
    return Corner{std::move(at), value};
  };
  for (auto used = static_cast<int>(simplex.size()); used < evaluations; used += 2) {
    std::ranges::stable_sort(simplex, {}, &Corner::value);
    const Point centre = centre_but_last(simplex);
    const Corner reflected = corner_at(-1, centre);
    if (reflected.value < simplex.front().value) {
      const Corner expanded = corner_at(-2, centre);
      worst = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < simplex[simplex.size() - 2].value) {
      worst = reflected;
    } else {
      if (reflected.value < worst.value) worst = reflected;
      const Corner contracted = corner_at(0.5, centre);
      if (contracted.value < worst.value) {
        worst = contracted;
        continue;
      }
      for (std::size_t i = 1; i < simplex.size(); ++i) {
        simplex[i].at = between(simplex.front().at, simplex[i].at, 0.5);
        simplex[i].value = function(simplex[i].at);
      }
      used += static_cast<int>(simplex.size());
    }
  }
  return std::ranges::min_element(simplex, {}, &Corner::value)->at;
}

KernelFit fit_kernel(const hardware::Kernel& start, const LogErrors& log_errors) {
  const Point from = logs_of(start);
  const auto objective = [&](const Point& logs) {
    constexpr double pull = 0.1 * 0.1;
    double sum = 0;
    for (std::size_t i = 0; i < logs.size(); ++i) sum += pull * (logs[i] - from[i]) * (logs[i] - from[i]);
    for (const double error : log_errors(with_logs(start, logs))) sum += cost_of(error);
    return sum;
  };
  // A simplex can collapse before the valley's floor; a fresh one from there goes on.
  constexpr int rounds = 4, evaluations = 400;
  Point best = from;
  double edge = 0.4;
  for (int i = 0; i < rounds; ++i) {
    best = minimize(objective, best, {edge, -edge, -edge, -edge}, evaluations);
    edge = -edge / 2;
  }
  KernelFit result;
  result.kernel = with_logs(start, best);
  result.points = log_errors(start).size();
  result.error = error_of(log_errors, result.kernel);
  result.before = error_of(log_errors, start);
  return result;
}

std::expected<KernelFit, std::string> fit_group(const cases::FitGroup& group,
                                                const hardware::KernelTables& shipped) {
  if (std::string reason = why_too_little(group); !reason.empty()) return std::unexpected(std::move(reason));
  hardware::Kernel start = group.shipped;
  start.where = {.devices = {group.device.id}, .families = {}, .classes = {}, .own = true};
  hardware::KernelTables tables = shipped;
  tables.kernels.insert(tables.kernels.begin(), start);
  return fit_kernel(start, [&](const hardware::Kernel& kernel) {
    std::vector<double> errors = timing_errors(group, kernel);
    const std::vector<double> of_runs = run_errors(group, tables, kernel);
    errors.insert(errors.end(), of_runs.begin(), of_runs.end());
    return errors;
  });
}

}  // namespace bitworth::roofline
