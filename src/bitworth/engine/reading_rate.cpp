#include <algorithm>
#include <atomic>
#include <cstdint>
#include <numeric>
#include <thread>
#include <vector>

#include "bitworth/engine/rates.hpp"
#include "bitworth/engine/repeated.hpp"

namespace bitworth::engine {
namespace {

// Several sums at once, so that adding does not wait for itself.
std::uint64_t sum(const std::uint64_t* from, std::size_t count) {
  std::uint64_t sums[16] = {};
  for (std::size_t i = 0; i + 16 <= count; i += 16)
    for (std::size_t lane = 0; lane < 16; ++lane) sums[lane] += from[i + lane];
  return std::accumulate(std::begin(sums), std::end(sums), std::uint64_t{0});
}

}  // namespace

std::vector<int> thread_counts(int threads) {
  std::vector<int> counts;
  for (int n = 1; n < threads; n *= 2) counts.push_back(n);
  counts.push_back(threads);
  return counts;
}

void probe_reading(int threads, double memory, const TellRate& tell) {
  constexpr double most = 1 << 30, share = 0.1;  // far above any cache; far below what is free
  const auto words = static_cast<std::size_t>(std::min(most, memory * share) / sizeof(std::uint64_t));
  const std::vector<std::uint64_t> data(words, 1);
  std::atomic<std::uint64_t> seen = 0;  // so that no read is left out
  for (const int n : thread_counts(threads)) {
    const std::size_t part = words / static_cast<std::size_t>(n);
    tell(repeated_rate("read", n, static_cast<double>(part) * n * sizeof(std::uint64_t), [&] {
      std::vector<std::jthread> readers;
      for (int i = 0; i < n; ++i)
        readers.emplace_back(
            [&, from = data.data() + static_cast<std::size_t>(i) * part] { seen += sum(from, part); });
    }));
  }
}

}  // namespace bitworth::engine
