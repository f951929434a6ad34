#include "bitworth/measure/schedule.hpp"

#include <numeric>
#include <utility>

#include "bitworth/base/rng.hpp"
#include "bitworth/base/text.hpp"

namespace bitworth::measure {
namespace {

std::vector<std::size_t> shuffled(std::size_t count, Rng& rng) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  for (std::size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(rng.uniform() * static_cast<double>(i))]);
  return order;
}

}  // namespace

std::vector<Turn> block_turns(std::uint64_t seed, int block, std::size_t files, std::size_t cells,
                              bool keep_loaded) {
  Rng rng(seed, format("block {}", block));
  std::vector<Turn> turns;
  if (keep_loaded) {
    for (const std::size_t cell : shuffled(cells, rng))
      for (const std::size_t file : shuffled(files, rng)) turns.push_back({file, cell});
  } else {
    for (const std::size_t file : shuffled(files, rng))
      for (const std::size_t cell : shuffled(cells, rng)) turns.push_back({file, cell});
  }
  return turns;
}

}  // namespace bitworth::measure
