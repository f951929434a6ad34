#include "bitworth/report/crossover_text.hpp"

#include "bitworth/base/text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

using roofline::Crossings;
using roofline::Crossover;
using roofline::OptionCrossovers;

// Whole numbers that a search found are shown in full.
std::string whole(double value) {
  return significant(value, 9);
}

std::string gpus(int count) {
  return format("{} GPU{}", count, count == 1 ? "" : "s");
}

std::string words_of(const Crossings& crossings) {
  if (crossings.always()) return "always";
  if (crossings.never()) return "never";
  std::string text;
  bool pays = crossings.starts_above;
  for (const int at : crossings.changes) {
    text += format("{}{} at {}", text.empty() ? "" : ", ", pays ? "stops" : "starts", whole(at));
    pays = !pays;
  }
  return text;
}

std::string interval_of(const roofline::Threshold& threshold) {
  const std::string low = words_of(threshold.p10), high = words_of(threshold.p90);
  return low == high ? low : low + " | " + high;
}

std::string axis_name(const Crossover& c) {
  const bool prompts = c.axis == roofline::Axis::context && c.phase == roofline::Phase::prefill;
  return format("{}, {}", to_text(c.phase), prompts ? "prompt" : to_text(c.axis));
}

std::string range_of(const Crossover& c) {
  if (c.from == 0) return format("none: {}", to_text(c.outside));
  return format("{} to {}", whole(c.from), whole(c.to));
}

std::string crossovers_of(const cases::Option& option, const OptionCrossovers& found) {
  std::vector<std::vector<std::string>> rows = {
      {option.name, "compared", "1x or more", "at p10 | at p90", "1.05x or more"}};
  std::string notes;
  for (const Crossover& c : found.crossovers) {
    rows.push_back({"  " + axis_name(c), range_of(c)});
    for (const roofline::Threshold& threshold : c.thresholds) {
      rows.back().push_back(words_of(threshold.median));
      if (threshold.level == roofline::crossover_levels[0]) rows.back().push_back(interval_of(threshold));
    }
    if (c.from > 0 && c.outside != roofline::Misfit::nobody)
      notes += format("  {}: {} {} {}\n", axis_name(c), c.axis == roofline::Axis::gpus ? "below" : "beyond",
                      whole(c.axis == roofline::Axis::gpus ? c.from : c.to), to_text(c.outside));
  }
  return table(rows) + notes + "\n";
}

std::string cell(const roofline::BatchSpeedup& at) {
  if (at.speedup)
    return format("{} ({} to {})", significant(at.speedup->value) + "x", significant(at.speedup->p10, 2),
                  significant(at.speedup->p90, 2));
  return std::string(to_text(at.misfit));
}

std::string by_batch(const cases::Case& c, const std::vector<OptionCrossovers>& found,
                     std::vector<roofline::BatchSpeedup> OptionCrossovers::*phase, const std::string& title) {
  std::vector<std::vector<std::string>> rows = {{title}};
  for (const cases::Option& option : c.options) rows[0].push_back(option.name);
  for (std::size_t i = 0; i < (found.front().*phase).size(); ++i) {
    rows.push_back({"  batch " + std::to_string((found.front().*phase)[i].batch)});
    for (const OptionCrossovers& option : found) rows.back().push_back(cell((option.*phase)[i]));
  }
  return table(rows) + "\n";
}

}  // namespace

std::string load_header(const cases::Case& c, const roofline::LoadPoint& point) {
  std::string text = format("{} on {}, {}, {}\nbatch {}, prompts of {} tokens, {} cached while decoding\n",
                            c.architecture.name, c.hardware.device.name, c.engine.name, gpus(point.gpus),
                            whole(point.batch), whole(point.prompt_tokens), whole(point.context_tokens));
  for (const std::string& warning : c.warnings) text += wrapped("note: " + warning, page_width, "  ");
  return text;
}

std::string to_text(const cases::Case& c, const roofline::LoadPoint& point,
                    const std::vector<OptionCrossovers>& found) {
  std::string text = load_header(c, point) + "\n";
  if (found.empty()) return text + "There is no option besides the baseline.\n";
  text += by_batch(c, found, &OptionCrossovers::decode, "decode, over " + c.baseline.name);
  text += by_batch(c, found, &OptionCrossovers::prefill, "prefill, over " + c.baseline.name);
  for (std::size_t i = 0; i < found.size(); ++i) text += crossovers_of(c.options[i], found[i]);
  return text + wrapped(
                    "One of batch, context and GPUs varies, the rest is as above. p10 and p90 are those of "
                    "the speed-up, in parentheses above. Time alone: what quantization costs is not in it.",
                    page_width, "");
}

}  // namespace bitworth::report
