#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bitworth/base/estimate.hpp"
#include "bitworth/cases/case.hpp"
#include "bitworth/decision/advice_facts.hpp"
#include "bitworth/decision/bar.hpp"
#include "bitworth/decision/break_evens.hpp"
#include "bitworth/decision/capacity_table.hpp"
#include "bitworth/decision/information.hpp"
#include "bitworth/decision/kill_criteria.hpp"
#include "bitworth/decision/operation.hpp"
#include "bitworth/decision/payoff.hpp"
#include "bitworth/decision/rules.hpp"
#include "bitworth/decision/staircase.hpp"
#include "bitworth/decision/tornado.hpp"
#include "bitworth/decision/widening.hpp"
#include "bitworth/economics/schedule.hpp"

namespace bitworth::decision {

enum class Verdict { go, no_go, measure };
std::string to_text(Verdict);

/// The distribution of an option's net worth over the draws, dollars.
struct WorthSpread {
  double mean = 0;
  double p5 = 0;
  double p50 = 0;
  double p95 = 0;
  double worst_twentieth = 0;  ///< mean of the worst 5 % (CVaR5)
};

/// An option's money at the medians, dollars.
struct MoneyView {
  double once = 0;
  CostLines costs;                 ///< what the next is made of
  std::vector<HiddenLine> hidden;  ///< those of the article, of the same costs
  economics::Project project;
  economics::Terms terms;
  std::vector<economics::Month> months;  ///< from month 0 on; present values sum to the net worth
  std::optional<double> payback_months;  ///< absent: not within the horizon
  std::optional<double> discounted_payback_months;
  double year_one_net = 0;                ///< the article's figure, but for the delay
  std::optional<double> per_good_answer;  ///< fleet dollars over answers that are good
};

/// What has come in by the end of a month, as worth today, dollars: at the medians, and the 80 % of the
/// draws. Where it loses money it is rolled back, as in the net worth, which the last month is.
struct CashPoint {
  double month = 0;
  double value = 0;
  double p10 = 0;
  double p90 = 0;
};

/// One option against the baseline.
struct OptionDecision {
  Operation operation;
  // Absent where the option or the baseline cannot serve the traffic here.
  std::optional<Estimate>
      speedup;  ///< requests/s per GPU inside the SLO, each at its own best batch and shape
  std::optional<double>
      step_speedup;  ///< one decode step at the baseline's batch and GPUs; absent where it does not fit
  std::optional<Estimate> gpus_saved;
  std::optional<Estimate> dollars_saved_per_month;  ///< fleets only, at today's load, committed GPUs returned
  std::optional<Estimate> net_worth;                ///< dollars, present value over the horizon
  std::optional<WorthSpread> spread;                ///< of the same
  std::optional<double> probability_pays;           ///< share of the draws with a net worth above zero
  std::optional<economics::FleetSaving> saving;  ///< at the medians and today's load, by the commitment's end
  Staircase staircase;                           ///< its fleet over the load
  std::vector<SavingChange> saving_by_load;      ///< against the baseline's
  std::optional<SavingTurn> saving_turn;
  std::optional<MoneyView> money;
  std::vector<CashPoint> cash;  ///< from month 0 on; empty without a price
  /// Share of the draws in which no fleet of it holds the SLO, however the ceiling of the case has it; its
  /// work is lost there.
  double probability_unserved = 0;
  /// Dollars of fleet, work, errors and hidden costs over the horizon; only where the baseline cannot serve,
  /// so that options are compared with each other. Of the draws in which it serves.
  std::optional<Estimate> cost_of_serving;
  double probability_bar_missed = 0;  ///< share of the draws whose loss exceeds the margin
  Bar bar = Bar::unclear;
  Provenance worst_provenance = Provenance::prior;
  std::vector<FiredRule> rules;
  std::vector<Widened> widened;            ///< intervals that rules have made wider
  Estimate quality_loss;                   ///< as it was drawn, so widened
  std::vector<std::string> conditions;     ///< of a GO: what must still be shown on the way
  std::optional<Information> information;  ///< of this option against doing nothing
  Verdict verdict = Verdict::measure;
  std::vector<std::string> reasons;
  std::vector<BreakEven> break_evens;
};

/// An input as the case has it.
struct NamedInput {
  std::string name;
  std::string unit;
  Estimate estimate;
  std::optional<std::size_t> option;  ///< whose it is; absent: the case's
};

struct Decision {
  Verdict verdict = Verdict::measure;
  std::optional<std::size_t> best;  ///< the option that the verdict is about; absent: none
  std::vector<std::size_t> ties;    ///< options of the same verdict that are as good as the best
  Operation baseline;
  /// Share of the draws in which no fleet of the baseline holds the SLO; they are left out of what is
  /// compared.
  double baseline_probability_unserved = 0;
  Staircase staircase;       ///< the baseline's fleet over the load
  int samples = 0;           ///< of the traffic that were simulated; 0: none, capacities are in closed form
  std::size_t requests = 0;  ///< in each
  int simulations = 0;
  std::optional<double> baseline_per_good_answer;  ///< dollars
  std::vector<OptionDecision> options;             ///< in the order of the case
  std::optional<Information> information;          ///< of all options against each other and doing nothing
  std::vector<Swing> tornado;                      ///< of the best option, the widest first
  std::vector<KillCriterion> kill_criteria;        ///< of the best option, unless the verdict is NO-GO
  ArticleView article;
  std::vector<std::string> reasons;
  std::vector<std::string> conditions;  ///< of the best option, where the verdict is GO
  std::size_t draws = 0;
  std::vector<NamedInput> inputs;  ///< everything that was drawn, and what is certain beside it
};

struct DecideSettings {
  int draws = 8192;
  std::uint64_t seed = 1;
  CapacitySettings capacity = {};
  /// What tabulate_everywhere() said of this case, or of one that differs in nothing that it hangs on, or
  /// what was carried over to it; null: tabulate_everywhere() is asked, with `capacity`.
  std::shared_ptr<const CapacityTables> capacities = {};
  /// A rough answer will do: latencies are told at loads nearby where those are known, and staircases end
  /// not far beyond today's load.
  bool in_a_hurry = false;
  /// Told the share of the draws that is done, now and then; where it says false, the rest is left out and
  /// the answer is not to be used. May be empty.
  std::function<bool(double done)> keep_going = {};
};

/// The verdict on every option and on the case, with reasons. An option may be chosen if nothing blocks it:
/// no rule, and no more than the tolerated chance to miss the quality bar. Doing nothing may always be
/// chosen. MEASURE: some measurement gains more than it costs, on average, before choosing. Otherwise GO: an
/// option may be chosen whose net worth is above zero on average. Otherwise NO-GO. A GO whose quality nobody
/// has observed names the test that must accept it as a condition. Same case and seed, same answer.
Decision decide(const cases::Case&, const DecideSettings& = {});

}  // namespace bitworth::decision
