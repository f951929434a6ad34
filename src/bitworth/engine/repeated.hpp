#pragma once

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "bitworth/cases/evidence.hpp"
#include "bitworth/stats/summary.hpp"

namespace bitworth::engine {

/// The rate at which `work` does so much, each time it is called: one call to warm up, then calls for about a
/// third of a second, five at least.
template <class Work>
cases::ProbedRate repeated_rate(std::string of, int threads, double amount, const Work& work) {
  using Clock = std::chrono::steady_clock;
  constexpr double seconds = 0.3;
  constexpr std::size_t least = 5;
  work();
  std::vector<double> rates;
  const Clock::time_point start = Clock::now();
  for (Clock::time_point last = start;
       rates.size() < least || last - start < std::chrono::duration<double>(seconds);) {
    work();
    const Clock::time_point now = Clock::now();
    rates.push_back(amount / std::chrono::duration<double>(now - last).count());
    last = now;
  }
  const std::array<double, 3> ps = {0.5, 0.1, 0.9};
  const std::vector<double> q = stats::quantiles(std::move(rates), ps);
  return {.of = std::move(of), .threads = threads, .median = q[0], .p10 = q[1], .p90 = q[2]};
}

}  // namespace bitworth::engine
