#include "bitworth/serving/step_table.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::serving {
namespace {

using Cost = StepTable::Cost;

Cost operator-(Cost a, Cost b) {
  return {a.time - b.time, a.memory_bound - b.memory_bound};
}
Cost operator+(Cost a, Cost b) {
  return {a.time + b.time, a.memory_bound + b.memory_bound};
}
Cost operator*(Cost a, double k) {
  return {a.time * k, a.memory_bound * k};
}

// Contexts shifted by 16 lie on a grid of four points an octave, 16 to 2^23: the column is the leading bits
// of the number.
constexpr double context_shift = 16;
constexpr int points_per_octave_log2 = 2;
constexpr std::uint64_t leading_bit_shift = 52 - points_per_octave_log2;
constexpr std::uint64_t first_leading_bits = std::bit_cast<std::uint64_t>(context_shift) >> leading_bit_shift;
constexpr std::size_t most_columns = (23 - 4) << points_per_octave_log2;

std::size_t column_of(double context, std::size_t last) {
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(context + context_shift) >> leading_bit_shift;
  return std::min<std::size_t>(bits - first_leading_bits, last);
}

double context_at(std::size_t column) {
  return std::bit_cast<double>((column + first_leading_bits) << leading_bit_shift) - context_shift;
}

// Counts of which every one has its own row.
constexpr int dense_counts = 32;
// And numbers of tokens that are computed, whatever the step.
constexpr int dense_tokens = 64;

// value(0) to value(largest); above the dense ones only one in so many is asked for, and the last.
template <class Value>
std::vector<Cost> in_steps(int largest, int step, Value value) {
  std::vector<Cost> result;
  result.reserve(static_cast<std::size_t>(largest) + 1);
  for (int at = 0; at <= largest;) {
    const Cost now = value(at);
    const auto known = static_cast<int>(result.size());
    for (int between = known; between < at; ++between) {
      const Cost before = result[static_cast<std::size_t>(known) - 1];
      result.push_back(before + (now - before) * ((between - known + 1.0) / (at - known + 1.0)));
    }
    result.push_back(now);
    at = at < dense_tokens || at == largest ? at + 1 : std::min(at + step, largest);
  }
  return result;
}

}  // namespace

StepTable::StepTable(const StepFunction& function, int max_num_seqs, int token_budget, const Detail& detail)
    : max_num_seqs_(max_num_seqs),
      token_budget_(token_budget),
      last_column_(column_of(detail.longest_context, most_columns)) {
  const auto evaluate = [&](int decodes, double decode_context, int prefill, double prefill_context,
                            int rows) {
    const BatchShape shape{decodes, std::llround(decode_context * decodes), prefill,
                           std::llround(prefill_context * prefill), rows};
    const StepCost cost = function(shape);
    return Cost{cost.time.value() * workload::nanoseconds_per_second,
                cost.memory_bound.value() * workload::nanoseconds_per_second};
  };
  by_tokens_ =
      in_steps(token_budget, detail.token_step, [&](int tokens) { return evaluate(0, 0, tokens, 0, 0); });
  by_rows_ = in_steps(max_num_seqs, detail.token_step, [&](int rows) {
    return rows == 0 ? Cost() : evaluate(0, 0, rows, 0, rows) - by_tokens_[static_cast<std::size_t>(rows)];
  });
  // Where prompts are beside decodes: one token more.
  const Cost one_too_many = max_num_seqs < token_budget ? Cost() : evaluate(0, 0, token_budget + 1, 0, 0);
  const auto with_one_more = [&](int count) {
    return count < token_budget ? by_tokens_[static_cast<std::size_t>(count) + 1] : one_too_many;
  };
  decode_ = grid(max_num_seqs, [&](int count, double context) {
    const auto i = static_cast<std::size_t>(count);
    return evaluate(count, context, 0, 0, count) - (by_tokens_[i] + by_rows_[i]);
  });
  mixed_decode_ = grid(max_num_seqs, [&](int count, double context) {
    return evaluate(count, context, 1, 0, count) -
           (with_one_more(count) + by_rows_[static_cast<std::size_t>(count)]);
  });
  prefill_ = grid(token_budget, [&](int count, double context) {
    return evaluate(0, 0, count, context, 0) - by_tokens_[static_cast<std::size_t>(count)];
  });
}

StepTable::Grid StepTable::grid(int largest, const std::function<Cost(int, double)>& value) const {
  Grid result;
  for (int count = 1; count < largest;) {
    result.counts.push_back(count);
    const int octave = std::bit_floor(static_cast<unsigned>(count));
    count += count < dense_counts ? 1 : octave >> points_per_octave_log2;
  }
  result.counts.push_back(largest);
  if (result.counts.size() == 1) result.counts.insert(result.counts.begin(), largest);
  for (int count = 0, row = 0; count <= largest; ++count) {
    const auto next = static_cast<std::size_t>(row) + 1;
    if (next + 1 < result.counts.size() && count >= result.counts[next]) ++row;
    result.row_of_count.push_back(static_cast<std::uint16_t>(row));
  }
  result.values.reserve(result.counts.size() * columns());
  for (const int count : result.counts) {
    for (std::size_t column = 0; column < columns(); ++column)
      result.values.push_back(value(count, context_at(column)));
  }
  return result;
}

namespace {

// The share of the way from one row's count to the next.
double between(std::int32_t count, std::int32_t low, std::int32_t high) {
  return high > low ? static_cast<double>(count - low) / static_cast<double>(high - low) : 0;
}

}  // namespace

StepTable::Line StepTable::decode_line(std::int32_t decode_sequences, std::int64_t context_sum) const {
  return line_of(decode_, decode_sequences, context_sum);
}

StepTable::Line StepTable::line_of(const Grid& grid, std::int32_t decode_sequences,
                                   std::int64_t context_sum) const {
  const auto count = static_cast<std::size_t>(decode_sequences);
  Line line;
  line.fixed = by_tokens_[count] + by_rows_[count];
  const double each = 1.0 / decode_sequences;
  const std::size_t row = grid.row_of_count[count];
  const double share = between(decode_sequences, grid.counts[row], grid.counts[row + 1]);
  const std::size_t column = column_of(static_cast<double>(context_sum) * each, last_column_);
  const Cost* below = &grid.values[row * columns() + column];
  const Cost* above = below + columns();
  const Cost begin = below[0] + (above[0] - below[0]) * share;
  const Cost end = below[1] + (above[1] - below[1]) * share;
  // Grid contexts are quarters of powers of two less 16: whole from octave 16 on, so the sums are too.
  const double begin_context = context_at(column);
  const double end_context = context_at(column + 1);
  line.context_begin = static_cast<std::int64_t>(begin_context) * decode_sequences;
  line.context_end = static_cast<std::int64_t>(end_context) * decode_sequences;
  line.origin = begin;
  line.slope = (end - begin) * (each / (end_context - begin_context));
  return line;
}

Cost StepTable::prefill_attention(const BatchShape& shape) const {
  const double context = static_cast<double>(shape.prefill_context_sum) / shape.prefill_tokens;
  const std::size_t row = prefill_.row_of_count[static_cast<std::size_t>(shape.prefill_tokens)];
  const double share = between(shape.prefill_tokens, prefill_.counts[row], prefill_.counts[row + 1]);
  const std::size_t column = column_of(context, last_column_);
  const double begin = context_at(column);
  const double along = (context - begin) / (context_at(column + 1) - begin);
  const Cost* below = &prefill_.values[row * columns() + column];
  const Cost* above = below + columns();
  const Cost low = below[0] + (below[1] - below[0]) * along;
  const Cost high = above[0] + (above[1] - above[0]) * along;
  return low + (high - low) * share;
}

Cost StepTable::cost(const BatchShape& shape) const {
  const bool prefills = shape.prefill_tokens > 0;
  if (!prefills && shape.decode_sequences > 0) {
    const Line line = decode_line(shape.decode_sequences, shape.decode_context_sum);
    return {line.time(shape.decode_context_sum), line.memory_bound(shape.decode_context_sum)};
  }
  Cost total = by_tokens_[static_cast<std::size_t>(shape.tokens())] +
               by_rows_[static_cast<std::size_t>(shape.sampled_rows)];
  if (shape.decode_sequences > 0) {
    const Line line = line_of(mixed_decode_, shape.decode_sequences, shape.decode_context_sum);
    const auto along = static_cast<double>(shape.decode_context_sum - line.context_begin);
    total = total + (line.origin + line.slope * along);
  }
  return prefills ? total + prefill_attention(shape) : total;
}

}  // namespace bitworth::serving
