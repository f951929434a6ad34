#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bitworth::cases {

enum class Severity {
  block,  ///< not to be chosen before it is lifted
  warn,   ///< the figures say less than they seem to
  info    ///< worth knowing
};

enum class Comparison { less, at_most, equal, not_equal, at_least, more, contains };

/// One comparison of a fact with a value, or with another fact: "batch >= crossover_batch".
struct Condition {
  struct OtherFact {
    std::string name;
    bool operator==(const OtherFact&) const = default;
  };
  using Value = std::variant<bool, double, std::string, OtherFact>;

  std::string fact;
  Comparison comparison = Comparison::equal;
  Value value = true;
  std::string text;  ///< as the data file has it
};

/// What a rule makes less sure: an interval of the option is so many times as wide.
struct Widening {
  std::string input;  ///< "quality loss" or "kernels of {kernels}", as in data/measurements.toml
  double factor = 1;  ///< above 1
  std::string reason;
};

/// Something that goes wrong with quantization, known from others' experience; a row of data/rules.toml.
struct Rule {
  std::string id;  ///< "W4-LARGE-BATCH"
  Severity severity = Severity::info;
  std::vector<std::vector<Condition>> when;  ///< fires where all conditions of any of these lists hold
  std::string happens;                       ///< what then happens, as a sentence
  std::string lift;                          ///< how to be rid of it, as an instruction
  std::string lifted_by;                     ///< the id of the measurement that does it; empty: none does
  std::string evidence;                      ///< figures, with source
  std::string date;                          ///< when the evidence was looked at
  std::optional<Widening> widens;            ///< absent: it changes no figure
  std::string informs;                       ///< then, of a warning: why not
};

}  // namespace bitworth::cases
