#include "bitworth/decision/length_scale.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/decision/shape_candidates.hpp"

namespace bitworth::decision {
namespace {

constexpr int computed_each_way = 12;  // scales a factor of 10^(1/12) apart
constexpr std::size_t steps = 2046;    // so that 1 is one of them

workload::LengthDistribution scaled(const workload::LengthDistribution& lengths, double scale) {
  workload::LengthDistribution result{lengths.p50 * scale, lengths.p95 * scale, std::nullopt};
  if (lengths.table) {
    std::vector<workload::QuantileTable::Point> points = lengths.table->points();
    for (auto& point : points) point.tokens = std::max(1.0, point.tokens * scale);
    result.table = workload::QuantileTable(std::move(points));
  }
  return result;
}

// The GPUs of the best replica; 0: none serves.
int best_gpus(const cases::Case& c, const cases::Option& option) {
  const std::vector<ShapeCandidate> shapes = promising_shapes(c, option);
  const auto per_gpu = [&](const ShapeCandidate& candidate) {
    return closed_form_rate(c, option, candidate.shape.gpus, 1) / candidate.shape.gpus;
  };
  const auto best = std::ranges::max_element(shapes, {}, per_gpu);
  return best == shapes.end() || per_gpu(*best) <= 0 ? 0 : best->shape.gpus;
}

double scale_at(std::size_t i) {
  return LengthScale::least + (LengthScale::most - LengthScale::least) * static_cast<double>(i) / steps;
}

double scale_of(int step) {
  return std::pow(10.0, static_cast<double>(step) / computed_each_way);
}

}  // namespace

LengthScale::LengthScale(const cases::Case& c, const cases::Option& option, Lengths which) {
  const int gpus = best_gpus(c, option);
  const auto rate_at = [&](double scale) {
    if (gpus == 0) return 1 / scale;  // the simulator may find that it serves: then at worst in proportion
    cases::Case there = c;
    workload::LengthDistribution& lengths =
        which == Lengths::prompts ? there.workload.prompt_tokens : there.workload.output_tokens;
    lengths = scaled(lengths, scale);
    return closed_form_rate(there, option, gpus, 1);
  };
  const double now = rate_at(1);
  // From today's length outwards, so that lengths which the closed form finds none served at spoil no others:
  // shorter answers come with more prompts beside each token.
  std::vector<double> computed(2 * computed_each_way + 1, 1);
  for (int step = 1; step <= computed_each_way; ++step) {
    const auto longer = static_cast<std::size_t>(computed_each_way + step),
               shorter = static_cast<std::size_t>(computed_each_way - step);
    computed[longer] = std::min(rate_at(scale_of(step)) / now, computed[longer - 1]);
    computed[shorter] = std::max(rate_at(scale_of(-step)) / now, computed[shorter + 1]);
  }
  for (std::size_t i = 0; i <= steps; ++i) {
    const double at = computed_each_way * (1 + std::log10(scale_at(i)));
    const auto below = static_cast<std::size_t>(std::clamp(at, 0.0, 2.0 * computed_each_way - 1));
    const double share = std::clamp(at - static_cast<double>(below), 0.0, 1.0);
    const double high = computed[below + 1];
    // Up to where it is known to be served.
    rates_.push_back(high > 0 ? computed[below] + share * (high - computed[below]) : 0);
  }
}

LengthScale LengthScale::from(double scale) const {
  LengthScale result = *this;
  const double here = (*this)(scale);
  if (here <= 0) return result;
  for (std::size_t i = 0; i < result.rates_.size(); ++i)
    result.rates_[i] = (*this)(scale * scale_at(i)) / here;
  return result;
}

double LengthScale::operator()(double scale) const {
  if (rates_.empty()) return 1;
  const double at = (std::clamp(scale, least, most) - least) * (steps / (most - least));
  const auto below = std::min(static_cast<std::int64_t>(at), static_cast<std::int64_t>(steps) - 1);
  const double share = at - static_cast<double>(below);
  const auto i = static_cast<std::size_t>(below);
  return rates_[i] + share * (rates_[i + 1] - rates_[i]);
}

}  // namespace bitworth::decision
