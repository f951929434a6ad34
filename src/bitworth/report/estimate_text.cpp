#include "bitworth/report/estimate_text.hpp"

#include <cmath>
#include <functional>

#include "bitworth/base/text.hpp"
#include "bitworth/report/crossover_text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

using roofline::OptionEstimate;
using roofline::PhaseEstimate;
using roofline::StepTime;

const std::string none = "-";

/// One line of the side-by-side table: a label, and what it says of an option.
template <class Of>
struct Row {
  std::string label;
  std::function<std::string(const Of&)> show;
};

std::string times(double value) {
  return significant(value) + "x";
}

std::string without(const StepTime& time) {
  const double gain = roofline::bottleneck(time).speedup_without;
  return std::isfinite(gain) ? times(gain) : none;
}

Row<PhaseEstimate> part_row(std::string label, Seconds StepTime::*part) {
  return {"    " + std::move(label), [part](const PhaseEstimate& p) {
            const Seconds time = p.time.*part;
            return time > Seconds(0)
                       ? format("{}, {}", bitworth::to_text(time), percent(time / p.time.total()))
                       : none;
          }};
}

const std::vector<Row<PhaseEstimate>>& phase_rows() {
  using P = PhaseEstimate;
  static const std::vector<Row<P>> rows = {
      {"  time", [](const P& p) { return bitworth::to_text(p.time.total()); }},
      part_row("weight reads", &StepTime::weight_reads),
      part_row("KV reads", &StepTime::kv_reads),
      part_row("activations", &StepTime::activations),
      part_row("compute", &StepTime::compute),
      part_row("communication", &StepTime::communication),
      part_row("launches", &StepTime::launches),
      part_row("host", &StepTime::host),
      {"  waits most for", [](const P& p) { return std::string(roofline::bottleneck(p.time).resource); }},
      {"  faster without that", [](const P& p) { return without(p.time); }},
      {"  memory-bound fraction", [](const P& p) { return percent(p.time.memory_bound_fraction()); }},
      {"  tokens/s", [](const P& p) { return significant(p.tokens_per_second); }},
      {"  speed-up", [](const P& p) { return p.speedup ? times(p.speedup->value) : "1"; }},
      {"    80 % interval", [](const P& p) {
         return p.speedup ? format("{} to {}", times(p.speedup->p10), times(p.speedup->p90)) : "";
       }}};
  return rows;
}

const std::vector<Row<OptionEstimate>>& memory_rows() {
  using O = OptionEstimate;
  static const std::vector<Row<O>> rows = {
      {"  usable", [](const O& o) { return bitworth::to_text(o.memory.usable); }},
      {"  weights", [](const O& o) { return bitworth::to_text(o.memory.weights); }},
      {"  workspace", [](const O& o) { return bitworth::to_text(o.memory.workspace); }},
      {"  KV cache",
       [](const O& o) {
         return o.memory.fits() ? bitworth::to_text(o.memory.kv_cache)
                                : "lacks " + bitworth::to_text(-o.memory.kv_cache);
       }},
      {"  largest batch that fits",
       [](const O& o) { return significant(std::floor(o.sequences_that_fit), 9); }},
      {"  this batch", [](const O& o) { return o.fits ? "fits" : "does not fit"; }}};
  return rows;
}

using Table = std::vector<std::vector<std::string>>;

template <class Of, class Part>
void add_rows(Table& lines, const std::string& title, const std::vector<Row<Of>>& rows,
              const std::vector<OptionEstimate>& estimates, Part part) {
  lines.push_back({title});
  for (const Row<Of>& row : rows) {
    lines.push_back({row.label});
    for (const OptionEstimate& estimate : estimates) lines.back().push_back(row.show(part(estimate)));
  }
}

}  // namespace

std::string to_text(const cases::Case& c, const roofline::LoadPoint& point,
                    const std::vector<OptionEstimate>& estimates) {
  Table lines = {{""}};
  for (const OptionEstimate& estimate : estimates) lines[0].push_back(estimate.option->name);
  add_rows(lines, "decode, one step", phase_rows(), estimates,
           [](const OptionEstimate& e) { return e.decode; });
  add_rows(lines, "prefill, all prompts", phase_rows(), estimates,
           [](const OptionEstimate& e) { return e.prefill; });
  add_rows(lines, "memory of a GPU", memory_rows(), estimates, [](const OptionEstimate& e) { return e; });
  std::string text = load_header(c, point) + "\n" + table(lines) + "\nkernel constants\n";
  for (const OptionEstimate& estimate : estimates)
    text +=
        format("  {}: {}\n", estimate.option->name, hardware::to_text_of_origin(estimate.option->kernels));
  text += "\nSpeed-ups are over " + c.baseline.name +
          "; their interval is p10 to p90, from where the constants come.\n";
  if (!estimates.empty() && !estimates.front().fits)
    text += c.baseline.name + " does not fit here: its times are those of a GPU with more memory.\n";
  return text;
}

}  // namespace bitworth::report
