#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bitworth/cases/case.hpp"
#include "bitworth/decision/fleet_table.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/economics/schedule.hpp"

namespace bitworth::decision {

/// What an option changes against the baseline, in one draw.
struct Payoff {
  bool served = false;         ///< else tried, found too slow, rolled back: the work is lost
  double gpus_saved = 0;       ///< at today's peak; negative: it needs more
  double mean_gpus_saved = 0;  ///< over time and horizon
  double speedup = 0;          ///< requests/s per GPU inside the SLO; 0 where it runs on none of ours
  double dollars_saved_per_month =
      0;            ///< of the fleet alone, at today's load and prices, committed GPUs returned
  double once = 0;  ///< dollars spent at the start
  double kept = 0;  ///< dollars: its net present value if it is kept whatever comes
  double net_worth =
      0;  ///< dollars: the same, but rolled back at the end of the roll-out where it loses money
};

/// Compares the options of a case with its baseline, draw by draw: the same code for medians, draws, tornado
/// and break-evens. Not for several threads at once. Assumes: case and basis outlive it.
class Payoffs {
 public:
  Payoffs(const cases::Case&, const Basis&);

  /// One payoff an option. False: the baseline cannot serve, so there is nothing to compare with.
  /// A million calls for six options take below half a second (bench/decision_bench.cpp).
  bool operator()(const Inputs&, std::span<Payoff>);

  /// The payoff of one option alone; absent where it or the baseline cannot serve.
  std::optional<Payoff> one(const Inputs&, std::size_t option);
  /// The same with other terms than the case's.
  std::optional<Payoff> one(const Inputs&, std::size_t option, const economics::Terms&);

  /// Whether a fleet of the baseline holds the SLO; else there is nothing to compare with.
  bool baseline_serves(const Inputs&);

  /// Dollars of one option by itself over the horizon, from its roll-out on: fleet, work, errors, upkeep.
  /// Absent: it cannot serve.
  std::optional<double> cost_of_serving(const Inputs&, std::size_t option);

  /// What the option costs and brings month by month; absent as above.
  std::optional<economics::Project> project(const Inputs&, std::size_t option);
  economics::Terms terms(const Inputs&) const;

  /// What has come in by the end of each month, of the payoff that the last call gave for that option: rolled
  /// back, it stays at what was spent once.
  void add_up(const Inputs&, std::size_t option, const Payoff&, std::vector<double>& worth) const;

  const cases::Case& asked() const { return case_; }
  const Basis& basis() const { return basis_; }

 private:
  std::optional<Payoff> one(const Inputs&, std::size_t option, const economics::PresentValues&);
  Payoff compare(const Inputs&, std::size_t option, const economics::PresentValues&, economics::Project&);
  economics::FleetCost option_cost(const Inputs&, std::size_t option, double load, Payoff&);
  bool price_baseline(const Inputs&, const economics::PresentValues&);

  const cases::Case& case_;
  const Basis& basis_;
  double discount_per_month_ = 0;
  economics::Calendar calendar_{{}};
  FleetUses uses_;
  FleetTable baseline_;
  std::vector<FleetTable> options_;
  std::vector<economics::Project> projects_;
  // The baseline of the present draw, sizing by sizing.
  std::vector<economics::FleetCost> before_;
  std::vector<double> mean_gpus_before_;
  FleetTable::Found today_;
  economics::GpuTerms terms_;
  int sizings_ = 1;
};

/// One part of a cost, and how it comes about: "8 h x $120".
struct CostLine {
  std::string name;
  std::string how;
  double dollars = 0;
};

/// What an option costs besides GPUs and errors; each sums to the project's figure.
struct CostLines {
  std::vector<CostLine> once, running, refresh;
};
CostLines cost_lines(const cases::Case&, const Inputs&, const OptionInputs&);

/// One of the article's hidden costs as an option pays it. Dollars.
struct HiddenLine {
  std::string key;
  double once = 0;
  double per_month = 0;
  Provenance provenance = Provenance::prior;
  std::string reason;  ///< of a prior: why it is so much
};
/// None where its answers are the baseline's. The sums are in the cost lines already.
std::vector<HiddenLine> hidden_lines(const cases::Case&, const Inputs&, const OptionInputs&);

/// Dollars spent once: engineering, quantizing with its compute, evaluating, and the hidden costs.
double project_cost(const Inputs&, const OptionInputs&);

}  // namespace bitworth::decision
