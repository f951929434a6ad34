#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bitworth/workload/request.hpp"

namespace bitworth::workload {

/// Requests in the order of their arrival, one column a field. A request may name the blocks of its prompt:
/// equal leading names mean equal leading text, which a prefix cache can reuse.
class Trace {
 public:
  /// Shape of `prefix`: one name for each whole block of prefix_block_tokens of the prompt.
  void add(const Request&, std::span<const std::uint64_t> prefix = {});
  void reserve(std::size_t requests);

  /// Sorts by arrival; requests of one instant keep their order.
  void sort_by_arrival();

  /// Counts times from the first arrival on. Assumes: sorted.
  void start_at_zero();

  std::size_t size() const { return arrivals_.size(); }
  bool empty() const { return arrivals_.empty(); }
  Request operator[](std::size_t i) const { return {arrivals_[i], prompt_tokens_[i], output_tokens_[i]}; }
  Nanoseconds arrival(std::size_t i) const { return arrivals_[i]; }
  std::int32_t prompt_tokens(std::size_t i) const { return prompt_tokens_[i]; }
  std::int32_t output_tokens(std::size_t i) const { return output_tokens_[i]; }
  std::span<const std::int32_t> all_prompt_tokens() const { return prompt_tokens_; }
  std::span<const std::int32_t> all_output_tokens() const { return output_tokens_; }

  bool has_prefixes() const { return !prefix_ends_.empty(); }
  std::span<const std::uint64_t> prefix(std::size_t i) const;
  int prefix_block_tokens = 512;

  /// The time from the first arrival to the last. Assumes: sorted.
  Nanoseconds duration() const { return empty() ? 0 : arrivals_.back() - arrivals_.front(); }

  /// Arrivals over the duration. 0 where that says nothing: fewer than two requests, or all at once.
  double requests_per_second() const;

 private:
  std::vector<Nanoseconds> arrivals_;
  std::vector<std::int32_t> prompt_tokens_;
  std::vector<std::int32_t> output_tokens_;
  std::vector<std::uint64_t> prefix_ends_;  // empty while no request has a prefix
  std::vector<std::uint64_t> prefix_names_;
};

}  // namespace bitworth::workload
