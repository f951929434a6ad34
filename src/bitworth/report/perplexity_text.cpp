#include "bitworth/report/perplexity_text.hpp"

#include <span>
#include <string_view>

#include "bitworth/base/text.hpp"

namespace bitworth::report {
namespace {

using quality::PerplexityTail;
using quality::WithError;

std::string line(std::string_view name, const WithError& figure) {
  return format("{}: {:10.6f} ± {:10.6f}\n", name, figure.value, figure.error);
}

std::string percent_line(std::string_view name, const WithError& figure) {
  return format("{}: {:6.3f} ± {:5.3f} %\n", name, 100 * figure.value, 100 * figure.error);
}

/// The order statistics of a figure, a line each: "99.9%   KLD:", the text of the value behind it.
template <class ValueText>
std::string tail_lines(std::string_view figure, const PerplexityTail& tail, std::span<const float> upper,
                       std::span<const float> lower, ValueText text) {
  std::string result = format("Maximum {}: {}\n", figure, text(tail.largest));
  const auto add = [&](std::span<const float> shares, std::span<const float> values) {
    for (std::size_t i = 0; i < shares.size(); ++i)
      result += format("{:4.1f}%   {}: {}\n", 100 * static_cast<double>(shares[i]), figure, text(values[i]));
  };
  add(upper, tail.upper);
  result += format("Median  {}: {}\n", figure, text(tail.median));
  add(lower, tail.lower);
  return result + format("Minimum {}: {}\n", figure, text(tail.least));
}

}  // namespace

std::string perplexity_table_head() {
  return "chunk             PPL               ln(PPL(Q)/PPL(base))          KL Divergence              Δp "
         "RMS   "
         "         Same top p\n";
}

std::string perplexity_table_row(const quality::PerplexityRow& row) {
  return format(
      "{:4}    {:9.4f} ± {:9.4f}    {:10.5f} ± {:10.5f}    {:10.5f} ± {:10.5f}    {:6.3f} ± {:6.3f} %    "
      "{:6.3f} "
      "± {:6.3f} %\n",
      row.contexts, row.perplexity.value, row.perplexity.error, row.log_perplexity_ratio.value,
      row.log_perplexity_ratio.error, row.kld.value, row.kld.error, 100 * row.rms_change.value,
      100 * row.rms_change.error, 100 * row.same_top.value, 100 * row.same_top.error);
}

std::string perplexity_sections(const quality::PerplexitySummary& s) {
  std::string text = "====== Perplexity statistics ======\n";
  text += line("Mean PPL(Q)                   ", s.perplexity);
  text += line("Mean PPL(base)                ", s.baseline_perplexity);
  text += format("Cor(ln(PPL(Q)), ln(PPL(base))): {:6.2f}%\n", 100 * s.correlation);
  text += line("Mean ln(PPL(Q)/PPL(base))     ", s.log_perplexity_ratio);
  text += line("Mean PPL(Q)/PPL(base)         ", s.perplexity_ratio);
  text += line("Mean PPL(Q)-PPL(base)         ", s.perplexity_difference);

  text += "\n====== KL divergence statistics ======\n";
  text += line("Mean    KLD", s.kld);
  text += tail_lines("KLD", s.kld_tail, quality::kld_upper, quality::kld_lower,
                     [](float value) { return format("{:10.6f}", value); });

  text += "\n====== Token probability statistics ======\n";
  text += percent_line("Mean    Δp", s.change);
  text += tail_lines("Δp", s.change_tail, quality::change_upper, quality::change_lower,
                     [](float value) { return format("{:6.3f}%", 100 * static_cast<double>(value)); });
  text += percent_line("RMS Δp    ", s.rms_change);
  return text + percent_line("Same top p", s.same_top);
}

std::string perplexity_text(const quality::PerplexityStatistics& statistics) {
  std::string text = perplexity_table_head();
  for (const quality::PerplexityRow& row : statistics.rows) text += perplexity_table_row(row);
  text += "\n";
  if (statistics.summary) text += perplexity_sections(*statistics.summary);
  return text;
}

std::string baseline_perplexity_text(const quality::BaselinePerplexity& baseline) {
  std::string text;
  for (std::size_t i = 0; i < baseline.running.size(); ++i)
    text += format("[{}]{:.4f},", i + 1, baseline.running[i]);
  return text + format("\nFinal estimate: PPL = {:.4f} +/- {:.5f}\n", baseline.estimate.value,
                       baseline.estimate.error);
}

}  // namespace bitworth::report
