#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bitworth/base/estimate.hpp"
#include "bitworth/cases/measurement.hpp"
#include "bitworth/cases/quality_evidence.hpp"
#include "bitworth/cases/rule.hpp"
#include "bitworth/cases/tenure.hpp"
#include "bitworth/hardware/device.hpp"
#include "bitworth/hardware/step_kernels.hpp"
#include "bitworth/llm/architecture.hpp"
#include "bitworth/llm/scheme.hpp"
#include "bitworth/units/quantity.hpp"
#include "bitworth/workload/workload.hpp"

namespace bitworth::cases {

struct Hardware;

/// What a provider charges for tokens; dollars.
struct ApiPrice {
  Estimate per_million_input;
  Estimate per_million_output;
};

/// The baseline or a candidate: number formats and how one gets them.
struct Option {
  std::string name;     ///< shown; default: scheme, and KV cache where it is not 16-bit
  llm::Scheme scheme;   ///< as asked for
  llm::Scheme runs_as;  ///< what the device really runs: the fallback where it lacks the units
  llm::KvFormat kv_cache;
  hardware::StepKernels kernels;  ///< what `runs_as` runs with in this engine on this device
  bool ready_made = true;         ///< a published checkpoint; else quantized by the user
  Estimate quantization_hours;    ///< engineer hours to make the checkpoint; 0 when ready-made
  /// Absolute points of task accuracy as a fraction; positive is worse. From the outcomes where there are
  /// any.
  Estimate quality_loss;
  std::optional<Estimate> discordance;      ///< prior share of items that one of the two alone gets right
  std::optional<Estimate> answer_length;    ///< prior ratio of answer tokens to the 16-bit model's
  std::optional<QualityEvidence> evidence;  ///< what was observed of its answers
  std::optional<int> gpus_per_replica;      ///< fixed by the user; else the cheapest that fits
  bool expert_parallel = false;             ///< its GPUs hold whole experts; else a slice of every one
  Estimate quantization_gpu_hours;          ///< to make the checkpoint; 0 when ready-made
  Estimate token_inflation =
      certain(1, Provenance::exact, "");     ///< tokens of its answers over the baseline's
  std::shared_ptr<const Hardware> hardware;  ///< where it runs elsewhere; null: as the case says
  std::optional<ApiPrice> api;               ///< somebody else serves it; then formats and GPUs say nothing
};

/// How the GPUs are had.
struct Hardware {
  hardware::Device device;
  std::shared_ptr<const hardware::KernelTables> kernels;  ///< default: data/kernels.toml; never null
  std::optional<Estimate> price_per_gpu_hour;             ///< dollars, on demand; absent: none is known
  std::vector<int> instance_sizes;                        ///< GPUs that can be rented at once, ascending
  int max_gpus_per_replica = 8;                           ///< GPUs that one replica may span
  int min_replicas = 1;
  double headroom = 0.7;        ///< share of a replica's capacity that is planned for
  bool autoscaling = false;     ///< the fleet follows the hours of the week
  double cold_start_hours = 0;  ///< from starting a replica until it serves
  Tenure tenure = Tenure::on_demand;
  std::optional<Estimate> reserved_price_per_gpu_hour;  ///< dollars; set where the tenure is reserved
  std::optional<OwnedGpu> owned;                        ///< set where the tenure is owned
  std::optional<int> committed_gpus;  ///< reserved or bought already; absent: the baseline's fleet
  double committed_months = 0;        ///< until they can be given back

  /// Whether dollars can be told: by the price of the tenure.
  bool priced() const { return owned || price_per_gpu_hour; }
};

/// How requests are batched.
struct Engine {
  std::string name;
  double gpu_memory_utilization = 0.9;  ///< share of usable memory that the engine takes
  int max_num_seqs = 256;               ///< sequences in one step
  int token_budget = 2048;              ///< tokens in one step, prefill chunks included
  bool batching_is_fixed = false;       ///< the case gives one of these two, so no others are tried
  int lora_adapters = 0;                ///< applied at run time
  int draft_tokens = 0;                 ///< guessed ahead in each step; 0: no speculative decoding
  bool upgrade_planned = false;         ///< to another version of the engine
};

/// What quality is worth: a bar, a price, or both.
struct Quality {
  double margin = 0.01;                     ///< loss that is acceptable, absolute points of task accuracy
  double alpha = 0.025;                     ///< one-sided level of the non-inferiority test
  double power = 0.8;                       ///< that the number of items is planned for
  std::vector<std::string> slices;          ///< kinds of items that must each hold the margin
  DivergenceScreen screen;                  ///< when a KLD alone rejects
  std::string task;                         ///< what the model is used for: which prior applies
  std::optional<double> dollars_per_error;  ///< what one more wrong answer costs
  std::optional<bool> critical;             ///< quality is what the product is bought for
  double tolerated_risk = 0.1;              ///< chance to miss the margin that is accepted
  double accuracy = 1;                      ///< share of today's answers that are good
  double non_english_share = 0;             ///< of the requests
  bool tool_calls = false;                  ///< answers call tools, or must parse
};

/// One of the article's hidden costs, in this case's numbers.
struct HiddenCost {
  std::string key;
  Estimate hours;    ///< once
  Estimate dollars;  ///< once
  Estimate hours_per_month;
  Estimate dollars_per_month;
};

struct Money {
  Estimate engineering_hours;        ///< to validate, integrate and roll out, whichever option
  Estimate engineer_price_per_hour;  ///< dollars
  double horizon_months = 12;
  double discount_rate = 0.1;                 ///< per year
  double delay_months = 1;                    ///< before the first saving
  std::optional<double> other_monthly_costs;  ///< dollars besides this compute; tells whether compute matters
  std::vector<HiddenCost> hidden_costs;
  Estimate price_change_per_year;       ///< of GPUs; -0.1: a tenth cheaper
  Estimate evaluation_dollars;          ///< one evaluation of an option: judges, data, compute
  Estimate monitoring_hours_per_month;  ///< of an option that is rolled out
  Estimate refresh_hours;               ///< to evaluate and roll out again for a new version of the model
  double hours_correlation = 0;         ///< by rank, between the hours of one team
};

/// Where figures stop to mean anything; from data/defaults.toml.
struct Judgement {
  /// A draw that asks for more times the GPUs of the medians, at the same load, is one that no fleet serves.
  double fleet_ceiling = 4;
  /// Of the draws: where no fleet serves in more of them, a load test is a condition.
  double edge_share = 0.05;
  double tie_share = 0.02;  ///< of the net worth: options that differ by less are as good as each other
};

/// What the article asks about the people.
struct Team {
  std::optional<bool> engineering_capacity;
};

/// Thresholds of the article's words that the article leaves open; from data/defaults.toml.
struct AdviceThresholds {
  double low_volume_requests_per_day = 0;
  double high_volume_requests_per_day = 0;
  double small_compute_share = 0;
  double frequent_updates_per_year = 0;
};

/// Everything that a decision rests on, resolved: names have become architectures, devices and schemes.
struct Case {
  std::string name;
  llm::Architecture architecture;
  std::optional<double> model_updates_per_year;
  Estimate model_lifetime_months;  ///< until something replaces it to which the work does not carry over
  Hardware hardware;
  Engine engine;
  workload::Workload workload;
  Option baseline;
  std::vector<Option> options;
  Quality quality;
  Money money;
  Judgement judgement;
  Team team;
  AdviceThresholds thresholds;
  std::shared_ptr<const std::vector<Rule>> rules;                ///< null: none
  std::shared_ptr<const std::vector<Measurement>> measurements;  ///< null: none
  std::vector<std::string> warnings;  ///< what the reader changed or doubts: a fallback, an approximation
};

}  // namespace bitworth::cases
