#include "bitworth/measure/findings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "bitworth/base/text.hpp"
#include "bitworth/stats/summary.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::measure {
namespace {

std::map<int, double> seconds_by_block(const cases::Evidence& evidence, std::size_t file, std::size_t cell) {
  std::map<int, double> result;
  for (const cases::TimingSample& sample : evidence.samples) {
    if (sample.file == file && sample.cell == cell) result[sample.block] = sample.seconds;
  }
  return result;
}

// ln(the baseline's time / the file's) in each block that has both.
std::vector<double> log_ratios(const cases::Evidence& evidence, std::size_t file, std::size_t cell) {
  const std::map<int, double> own = seconds_by_block(evidence, file, cell);
  const std::map<int, double> baseline = seconds_by_block(evidence, 0, cell);
  std::vector<double> result;
  for (const auto& [block, seconds] : own) {
    const auto other = baseline.find(block);
    if (other != baseline.end() && seconds > 0 && other->second > 0)
      result.push_back(std::log(other->second / seconds));
  }
  return result;
}

// The baseline's speed in each block against its own median, over all cells together.
std::vector<double> drift(const cases::Evidence& evidence) {
  std::map<int, std::vector<double>> by_block;
  for (std::size_t cell = 0; cell < evidence.cells.size(); ++cell) {
    std::vector<double> logs;
    const std::map<int, double> seconds = seconds_by_block(evidence, 0, cell);
    for (const auto& [block, value] : seconds) logs.push_back(std::log(value));
    const double middle = stats::quantile(logs, 0.5).value_or(0);
    for (const auto& [block, value] : seconds) by_block[block].push_back(std::log(value) - middle);
  }
  std::vector<double> result;
  for (const auto& [block, values] : by_block) result.push_back(*stats::quantile(values, 0.5));
  return result;
}

double median_of(std::span<const double> values) {
  return stats::quantile({values.begin(), values.end()}, 0.5).value_or(0);
}

}  // namespace

std::optional<PassTime> pass_time(const cases::Evidence& evidence, std::size_t file, std::size_t cell) {
  std::vector<double> seconds;
  for (const auto& [block, value] : seconds_by_block(evidence, file, cell))
    seconds.push_back(value / evidence.cells[cell].repeats);
  if (seconds.empty()) return std::nullopt;
  const std::size_t samples = seconds.size();
  const std::array<double, 3> ps = {0.5, 0.1, 0.9};
  const std::vector<double> q = stats::quantiles(std::move(seconds), ps);
  return PassTime{.median = q[0], .p10 = q[1], .p90 = q[2], .samples = samples};
}

std::optional<SpeedRatio> speed_ratio(const cases::Evidence& evidence, std::size_t file, std::size_t cell) {
  const std::vector<double> logs = log_ratios(evidence, file, cell);
  const auto where = stats::location(logs, ratio_confidence);
  if (!where) return std::nullopt;
  return SpeedRatio{.ratio = std::exp(where->median),
                    .low = std::exp(where->low),
                    .high = std::exp(where->high),
                    .confidence = where->confidence,
                    .blocks = logs.size()};
}

std::optional<double> widest_interval(const cases::Evidence& evidence) {
  double widest = 0;
  for (std::size_t file = 1; file < evidence.files.size(); ++file) {
    for (std::size_t cell = 0; cell < evidence.cells.size(); ++cell) {
      const auto ratio = speed_ratio(evidence, file, cell);
      if (!ratio || ratio->blocks < 2) return std::nullopt;
      widest = std::max(widest, std::log(ratio->high / ratio->low) / 2);
    }
  }
  return widest;
}

std::optional<StopsPaying> stops_paying(const cases::Evidence& evidence, std::size_t file, int depth) {
  std::map<int, double> log_ratio_by_batch;
  for (std::size_t cell = 0; cell < evidence.cells.size(); ++cell) {
    const cases::TimingCell& c = evidence.cells[cell];
    if (c.phase != cases::TimedPhase::decode || c.depth != depth) continue;
    if (const auto ratio = speed_ratio(evidence, file, cell))
      log_ratio_by_batch[c.batch] = std::log(ratio->ratio);
  }
  for (auto at = log_ratio_by_batch.begin(); at != log_ratio_by_batch.end(); ++at) {
    const auto next = std::next(at);
    if (next == log_ratio_by_batch.end()) break;
    if (at->second <= 0 || next->second > 0) continue;
    const double share = at->second / (at->second - next->second);
    return StopsPaying{.batch = at->first * std::pow(double(next->first) / at->first, share),
                       .last_faster = at->first,
                       .first_slower = next->first};
  }
  return std::nullopt;
}

std::vector<std::string> doubts_about_machine(const cases::Evidence& evidence) {
  // What a quiet machine stays below; on a shared one the same work took up to 40 % longer.
  constexpr double quiet = 0.10, slow_down = 0.05;
  std::vector<std::string> doubts;
  const std::vector<double> log_time = drift(evidence);
  if (log_time.size() < 3) return doubts;
  const auto [fastest, slowest] = std::ranges::minmax(log_time);
  if (slowest - fastest > quiet)
    doubts.push_back(
        format("the machine is noisy: the same work took up to {} longer in one block than in another. The "
               "ratios are "
               "paired within blocks and stand it; absolute speeds do not. Stop other programs for those",
               percent(std::expm1(slowest - fastest))));
  const std::span<const double> all(log_time);
  const std::size_t third = all.size() / 3;
  if (all.size() < 6) return doubts;
  const double slower = median_of(all.last(third)) - median_of(all.first(third));
  const auto early = std::ranges::max(all.first(third)), late = std::ranges::min(all.last(third));
  if (slower > slow_down && late > early)
    doubts.push_back(
        format("the machine became {} slower as the run went on: it throttles, or others began to use it",
               percent(std::expm1(slower))));
  return doubts;
}

}  // namespace bitworth::measure
