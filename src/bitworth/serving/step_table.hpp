#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "bitworth/serving/step.hpp"

namespace bitworth::serving {

/// A step function as tables, so that a step's time costs nanoseconds.
/// Assumes: the time is a sum of a part by tokens, one by sampled rows, one by the decodes' (number, mean
/// context), another where prompts are beside them, and one by the prefilled tokens' (number, mean context);
/// roofline's is. Contexts are interpolated between four points an octave, numbers of sequences or tokens
/// above 32 likewise: exact where the function is bilinear, as attention is; at the end of a sliding window
/// within 0.5 % (tests/time_model/step_table_test.cpp).
class StepTable {
 public:
  struct Detail {
    int token_step = 1;  ///< of the numbers of tokens and rows above 64 one in so many is computed, and
                         ///< between them it is straight
    double longest_context = 1 << 23;  ///< mean of a step's sequences; beyond, the last line goes on
  };
  /// Assumes: max_num_seqs >= 1, token_budget >= max_num_seqs, token_step >= 1, longest_context >= 1.
  StepTable(const StepFunction&, int max_num_seqs, int token_budget, const Detail&);
  StepTable(const StepFunction& function, int max_num_seqs, int token_budget)
      : StepTable(function, max_num_seqs, token_budget, Detail()) {}

  /// Nanoseconds of a step, and the part of them that waits for memory.
  struct Cost {
    double time = 0;
    double memory_bound = 0;
  };
  Cost cost(const BatchShape&) const;

  /// The costs of steps that decode so many sequences and do nothing else, while their contexts sum to less
  /// than `context_end`: linear in that sum. Equals cost() to the last bit.
  struct Line {
    Cost fixed;   // by tokens and rows
    Cost origin;  // attention at context_begin
    Cost slope;
    std::int64_t context_begin = 0;
    std::int64_t context_end = 0;

    double time(std::int64_t context_sum) const {
      return fixed.time + (origin.time + slope.time * static_cast<double>(context_sum - context_begin));
    }
    double memory_bound(std::int64_t context_sum) const {
      return fixed.memory_bound +
             (origin.memory_bound + slope.memory_bound * static_cast<double>(context_sum - context_begin));
    }
  };
  Line decode_line(std::int32_t decode_sequences, std::int64_t context_sum) const;

  int max_num_seqs() const { return max_num_seqs_; }
  int token_budget() const { return token_budget_; }

 private:
  // Points at which a function of (count, mean context) is known: rows by count, columns by context.
  struct Grid {
    std::vector<std::int32_t> counts;
    std::vector<std::uint16_t> row_of_count;  // the last row whose count is not above
    std::vector<Cost> values;
  };

  std::size_t columns() const { return last_column_ + 2; }
  Grid grid(int largest, const std::function<Cost(int count, double context)>& value) const;
  Line line_of(const Grid&, std::int32_t decode_sequences, std::int64_t context_sum) const;
  Cost prefill_attention(const BatchShape&) const;

  int max_num_seqs_ = 0;
  int token_budget_ = 0;
  std::size_t last_column_;  // where a line begins
  std::vector<Cost> by_tokens_;
  std::vector<Cost> by_rows_;
  Grid decode_;
  Grid mixed_decode_;  // beside prompts
  Grid prefill_;
};

/// Nanoseconds of a step as simulated time: whole, and never 0, so that time goes on.
inline Nanoseconds whole_nanoseconds(double nanoseconds) {
  const auto rounded = static_cast<Nanoseconds>(nanoseconds + 0.5);
  return rounded < 1 ? 1 : rounded;
}

}  // namespace bitworth::serving
