#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitworth/decision/bar.hpp"
#include "bitworth/decision/rules.hpp"
#include "bitworth/decision/samples.hpp"
#include "bitworth/economics/value_of_information.hpp"

namespace bitworth::decision {

/// What knowing one unknown exactly would be worth. Dollars.
struct InputWorth {
  std::size_t unknown = 0;
  std::string name;
  double worth = 0;
};

/// One measurement, or several that are needed together. Dollars.
struct MeasurementWorth {
  std::vector<std::string> ids;       ///< "speed", "quality"
  std::string name;                   ///< "a load test of W4A16 and a paired evaluation of W4A16"
  std::vector<std::string> inputs;    ///< what it tells more of
  std::vector<std::string> commands;  ///< that make it, and what to write then
  std::optional<std::size_t> option;  ///< absent: for the whole case
  double gain = 0;                    ///< of choosing after it rather than now, on average
  double cost = 0;                    ///< hours and GPUs
  double delay = 0;                   ///< what waiting for it loses of what would be chosen now
  double net() const { return gain - cost - delay; }
};

/// What can be chosen now, and what it would be worth to know more first. Doing nothing is always a choice.
struct Information {
  std::optional<std::size_t> choice;  ///< the option worth most that may be chosen; absent: do nothing
  double worth_now = 0;               ///< of that choice, on average
  double perfect = 0;                 ///< of knowing everything: no measurement is worth more
  std::vector<InputWorth> inputs;     ///< the worthiest first; those worth nothing left out
  std::vector<MeasurementWorth> measurements;  ///< the largest net worth first

  /// The measurement to make first; null: none is worth its cost.
  const MeasurementWorth* best_measurement() const;
};

/// What is known of the options when they are weighed.
struct Weighing {
  const cases::Case& asked;
  const Uncertainty& uncertainty;
  const Samples& samples;
  std::vector<std::vector<FiredRule>> fired;  ///< by option
  std::vector<Bar> bars;                      ///< by option
  std::vector<double> dollars_a_month;        ///< by option: what a month of waiting loses
  std::vector<double> gpus_per_replica;       ///< by option
  const Inputs& medians;
};

/// Weighs some of the options against doing nothing and against each other.
Information weigh(const Weighing&, const std::vector<std::size_t>& options);

}  // namespace bitworth::decision
