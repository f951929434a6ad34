#include "bitworth/workload/arrivals.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bitworth::workload {
namespace {

constexpr int prefix_block_tokens = 16;

double gamma(Rng& rng, double shape) {
  if (shape < 1) return gamma(rng, shape + 1) * std::pow(rng.uniform(), 1 / shape);
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = rng.normal(), v = std::pow(1 + c * x, 3);
    if (v <= 0) continue;
    if (std::log(rng.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

// Turns time as the load sees it (in hours at mean rate) into time on the clock.
class WeekClock {
 public:
  explicit WeekClock(const WeeklyLoad& load) : load_(load) {}

  double clock_hours(double operational) {
    while (operational - begun_ > load_[hour_ % load_.size()]) begun_ += load_[hour_++ % load_.size()];
    const double load = load_[hour_ % load_.size()];
    return static_cast<double>(hour_) + (load > 0 ? (operational - begun_) / load : 0);
  }

 private:
  const WeeklyLoad& load_;
  std::size_t hour_ = 0;
  double begun_ = 0;  // operational time at which the hour begins
};

// The names of a prompt's blocks: those of its shared beginning, then its own.
std::vector<std::uint64_t> block_names(Rng& rng, const PrefixSharing& sharing, std::int32_t prompt_tokens,
                                       std::size_t request) {
  const bool shares = rng.uniform() < sharing.share;
  const auto which = static_cast<std::uint64_t>(rng.uniform() * sharing.prefixes);
  const int shared = shares ? sharing.prefix_tokens / prefix_block_tokens : 0;
  std::vector<std::uint64_t> names;
  for (int block = 0; block < prompt_tokens / prefix_block_tokens; ++block) {
    // Owners: the prefixes, then the requests.
    const std::uint64_t owner =
        block < shared ? which : static_cast<std::uint64_t>(sharing.prefixes) + request;
    names.push_back((owner << 24) + static_cast<std::uint64_t>(block));
  }
  return names;
}

}  // namespace

double gamma_of_mean_one(Rng& rng, double shape) {
  return gamma(rng, shape) / shape;
}

WeeklyLoad office_week(double night, double weekend) {
  WeeklyLoad result;
  for (std::size_t hour = 0; hour < result.size(); ++hour) {
    const double turn = (static_cast<double>(hour % 24) + 0.5 - 14) / 24 * 2 * std::numbers::pi;
    const double of_day = night + (1 - night) * (1 + std::cos(turn)) / 2;
    result[hour] = of_day * (hour >= 5 * 24 ? weekend : 1);
  }
  double sum = 0;
  for (const double load : result) sum += load;
  for (double& load : result) load *= static_cast<double>(result.size()) / sum;
  return result;
}

Trace generate(const ArrivalProcess& process, const LengthSampler& lengths, std::size_t requests,
               std::uint64_t seed) {
  Rng gaps(seed, "arrivals"), sizes(seed, "lengths"), prefixes(seed, "prefixes");
  const double shape = 1 / (process.gap_cv * process.gap_cv);
  std::optional<WeekClock> week;
  if (process.weekly) week.emplace(*process.weekly);
  Trace trace;
  trace.prefix_block_tokens = prefix_block_tokens;
  trace.reserve(requests);
  double seconds = 0;
  for (std::size_t i = 0; i < requests; ++i) {
    const double gap = process.gap_cv == 1 ? -std::log(gaps.uniform()) : gamma_of_mean_one(gaps, shape);
    seconds += gap / process.rate.value();
    const double clock = week ? week->clock_hours(seconds / 3600) * 3600 : seconds;
    const LengthSampler::Lengths drawn = lengths(sizes);
    const Request request{std::llround(clock * nanoseconds_per_second), drawn.prompt_tokens,
                          drawn.output_tokens};
    if (process.sharing) {
      trace.add(request, block_names(prefixes, *process.sharing, drawn.prompt_tokens, i));
    } else {
      trace.add(request);
    }
  }
  return trace;
}

}  // namespace bitworth::workload
