#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bitworth/cases/case.hpp"

namespace bitworth::decision {

/// One computed fact of an option, by the name that data/rules.toml uses.
struct NamedFact {
  using Value = std::variant<bool, double, std::string>;
  std::string_view name;
  Value value;
};

/// What a fact is called and means; docs/rules.md shows this table.
struct FactMeaning {
  std::string_view name;
  std::string_view meaning;
};
std::span<const FactMeaning> fact_meanings();

/// How an option is run, as far as facts ask.
struct Running {
  int gpus_per_replica = 1;
  double batch = 1;          ///< sequences that decode at once at the mean load
  double largest_batch = 1;  ///< at the peak load
  int idle_gpus = 0;         ///< rented without a replica on them
  bool on_the_same_gpus = true;
  std::optional<double> gpus_saved = {};  ///< on average over the horizon; absent: nothing to compare with
  double committed_months = 0;
};

/// Those of them that hold before anything runs: formats, model, device, traffic. Assumes: as below.
std::vector<NamedFact> standing_facts(const cases::Case&, const cases::Option&);

/// All facts that the case can tell of the option. Assumes: the case is as the option sees it, with a
/// baseline that the option is compared with; the option is served here, not by an API.
std::vector<NamedFact> facts_of(const cases::Case&, const cases::Option&, const Running&);

/// The tokens of a step from which the option's matrix multiplications take longer than the baseline's on as
/// many GPUs: solved, not a share of the ridge. Absent: up to 16,384 tokens they do not.
std::optional<double> crossover_tokens(const cases::Case&, const cases::Option&, int gpus_per_replica);

/// The batch from which a decode step of the option takes longer than the baseline's on as many GPUs; absent:
/// up to 4,096 sequences it does not.
std::optional<double> crossover_batch(const cases::Case&, const cases::Option&, int gpus_per_replica);

}  // namespace bitworth::decision
