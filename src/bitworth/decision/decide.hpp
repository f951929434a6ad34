#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bitworth/base/estimate.hpp"
#include "bitworth/cases/case.hpp"
#include "bitworth/decision/advice_facts.hpp"
#include "bitworth/decision/capacity_table.hpp"
#include "bitworth/decision/flips.hpp"
#include "bitworth/decision/operation.hpp"
#include "bitworth/decision/staircase.hpp"
#include "bitworth/economics/cash_flow.hpp"

namespace bitworth::decision {

enum class Verdict { go, no_go, measure };
std::string to_text(Verdict);

/// Whether the loss of quality stays inside the margin; decision/quality_bar.hpp says how that is judged.
enum class Bar { met, missed, unclear };
std::string to_text(Bar);

/// One option against the baseline.
struct OptionDecision {
  Operation operation;
  // Absent where the option or the baseline cannot serve the traffic here.
  std::optional<Estimate>
      speedup;  ///< requests/s per GPU inside the SLO, each at its own best batch and shape
  std::optional<double>
      step_speedup;  ///< one decode step at the baseline's batch and GPUs; absent where it does not fit
  std::optional<Estimate> gpus_saved;
  std::optional<Estimate> dollars_saved_per_month;  ///< fleets only, the mean over the horizon
  std::optional<economics::FleetSaving> saving;     ///< the same at the medians, by the commitment's end
  std::optional<Estimate> net_worth;                ///< dollars, present value over the horizon
  std::optional<double> probability_pays;           ///< share of the draws with a net worth above zero
  std::optional<economics::CashFlow> cash_flow;     ///< at the medians, while the commitment lasts
  std::optional<double> payback_months;             ///< absent: never, or no price
  Staircase staircase;                              ///< its fleet over the load
  std::vector<SavingChange> saving_by_load;         ///< against the baseline's
  std::optional<SavingTurn> saving_turn;
  Bar bar = Bar::unclear;
  Provenance worst_provenance = Provenance::prior;
  Verdict verdict = Verdict::measure;
  std::vector<std::string> reasons;
  std::vector<Flip> flips;
};

struct Decision {
  Verdict verdict = Verdict::measure;
  std::optional<std::size_t> best;  ///< the option that the verdict is about; absent: none
  Operation baseline;
  Staircase staircase;                  ///< the baseline's fleet over the load
  std::vector<OptionDecision> options;  ///< in the order of the case
  int samples = 0;           ///< of the traffic that were simulated; 0: none, capacities are in closed form
  std::size_t requests = 0;  ///< in each
  int simulations = 0;
  ArticleView article;
  std::vector<std::string> reasons;
};

struct DecideSettings {
  int draws = 2000;
  std::uint64_t seed = 1;
  CapacitySettings capacity = {};
  /// Told the share of the draws that is done, now and then; where it says false, the rest is left out and
  /// the answer is not to be used. May be empty.
  std::function<bool(double done)> keep_going = {};
};

/// The verdict on every option and on the case, with reasons.
/// GO: the p10 of net worth is above zero and the bar is met. NO-GO: its p90 is below zero, or the bar is
/// missed. MEASURE: neither. Same case and seed, same answer.
Decision decide(const cases::Case&, const DecideSettings& = {});

}  // namespace bitworth::decision
