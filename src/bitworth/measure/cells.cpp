#include "bitworth/measure/cells.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/measure/schedule.hpp"

namespace bitworth::measure {
namespace {

using cases::TimedPhase;
using cases::TimingCell;

}  // namespace

std::vector<TimingCell> cells_to_time(const Settings& settings, int max_context) {
  const int longest = max_context > 0 ? max_context : 2048;
  std::vector<int> depths = settings.depths;
  if (depths.empty()) depths = {0, std::min(512, longest / 2)};
  std::vector<TimingCell> cells = {
      {.phase = TimedPhase::prefill, .tokens = std::min(settings.prompt_tokens, longest)}};
  for (const int depth : depths)
    for (const int batch : settings.batches)
      cells.push_back({.phase = TimedPhase::decode, .batch = batch, .depth = depth});
  return cells;
}

Result<std::vector<double>> try_cells(Engine& engine, const std::vector<TimingCell>& cells,
                                      const std::string& path) {
  TimingJob job{.files = {path}, .cells = cells, .turns = {}};
  constexpr int steps = 3;
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    if (cells[cell].phase == TimedPhase::decode) job.cells[cell].repeats = steps;
    job.turns.push_back({0, cell});
  }
  std::vector<double> seconds;
  const Result<void> done =
      engine.time(job, [&](double value) { seconds.push_back(value / job.cells[seconds.size()].repeats); });
  if (!done) return std::unexpected(done.error());
  return seconds;
}

std::vector<TimingCell> with_repeats(std::vector<TimingCell> cells, const std::vector<double>& pass_seconds) {
  // A quarter of a second spans many ticks of the scheduler and few swings of the machine.
  constexpr double sample_seconds = 0.25;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool decodes = cells[i].phase == TimedPhase::decode;
    const double wanted = std::ceil(sample_seconds / std::max(pass_seconds[i], 1e-6));
    cells[i].repeats = static_cast<int>(std::clamp(wanted, decodes ? 4.0 : 1.0, decodes ? 128.0 : 64.0));
  }
  return cells;
}

double seconds_of_one_file(const std::vector<TimingCell>& cells, const std::vector<double>& pass_seconds) {
  double prompt_token = 0, total = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].phase == TimedPhase::prefill) prompt_token = pass_seconds[i] / cells[i].tokens;
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const int warm_up = cells[i].phase == TimedPhase::decode ? 2 : 1;
    total += pass_seconds[i] * (cells[i].repeats + warm_up) + prompt_token * cells[i].depth;
  }
  return total;
}

}  // namespace bitworth::measure
