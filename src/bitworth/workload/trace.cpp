#include "bitworth/workload/trace.hpp"

#include <algorithm>
#include <numeric>

namespace bitworth::workload {

void Trace::add(const Request& request, std::span<const std::uint64_t> prefix) {
  if (!prefix.empty() && prefix_ends_.empty()) prefix_ends_.assign(arrivals_.size(), 0);
  arrivals_.push_back(request.arrival);
  prompt_tokens_.push_back(request.prompt_tokens);
  output_tokens_.push_back(request.output_tokens);
  if (prefix.empty() && prefix_ends_.empty()) return;
  prefix_names_.insert(prefix_names_.end(), prefix.begin(), prefix.end());
  prefix_ends_.push_back(prefix_names_.size());
}

void Trace::reserve(std::size_t requests) {
  arrivals_.reserve(requests);
  prompt_tokens_.reserve(requests);
  output_tokens_.reserve(requests);
}

void Trace::sort_by_arrival() {
  if (std::ranges::is_sorted(arrivals_)) return;
  std::vector<std::size_t> order(size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [this](std::size_t i) { return arrivals_[i]; });
  Trace sorted;
  sorted.prefix_block_tokens = prefix_block_tokens;
  sorted.reserve(size());
  for (const std::size_t i : order) sorted.add((*this)[i], prefix(i));
  *this = std::move(sorted);
}

void Trace::start_at_zero() {
  if (empty()) return;
  const Nanoseconds first = arrivals_.front();
  for (Nanoseconds& arrival : arrivals_) arrival -= first;
}

std::span<const std::uint64_t> Trace::prefix(std::size_t i) const {
  if (prefix_ends_.empty()) return {};
  const std::uint64_t begin = i == 0 ? 0 : prefix_ends_[i - 1];
  return std::span(prefix_names_).subspan(begin, prefix_ends_[i] - begin);
}

double Trace::requests_per_second() const {
  if (duration() == 0) return 0;
  return static_cast<double>(size() - 1) * nanoseconds_per_second / static_cast<double>(duration());
}

}  // namespace bitworth::workload
