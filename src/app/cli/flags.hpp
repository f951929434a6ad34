#pragma once

#include <CLI/CLI.hpp>
#include <expected>
#include <string>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::cli {

/// What a flag measures: the unit of a plain number, and which units may be written instead.
struct FlagUnit {
  std::string name;                   ///< in help, for a plain number: "$/H"
  std::string wanted;                 ///< in messages: "dollars per hour"
  std::string written;                ///< a value with its unit: "${}/h"; empty: it has none
  std::vector<Dimension> dimensions;  ///< that a written unit may have, besides none
  double base = 1;                    ///< base units of the first dimension in one of the flag's
};

namespace flag_units {
extern const FlagUnit share, factor, count, tokens_per_second, dollars_per_hour, dollars_per_month, hours,
    months;
}  // namespace flag_units

struct NumberFlag {
  std::string name;  ///< "--tps"
  std::string description;
  const FlagUnit& unit;
  double example = 0;  ///< the default, or for a required flag a number in its domain
  bool required = true;
};

/// The number that the text gives for the flag. Fails: what is wrong, without the flag's name.
std::expected<double, std::string> read_number(const std::string& text, const NumberFlag&);

/// The numbers that a command asks for by flags, with or without units.
class NumberFlags {
 public:
  NumberFlags() = default;
  NumberFlags(const NumberFlags&) = delete;  // the parser writes into it
  NumberFlags& operator=(const NumberFlags&) = delete;

  void add_to(CLI::App& command, std::vector<NumberFlag> flags);

  struct Reading {
    std::vector<double> values;         ///< in the order of the flags; the example where there is a problem
    std::vector<std::string> problems;  ///< one for each flag that is missing or cannot be read
  };
  Reading read() const;

 private:
  std::vector<NumberFlag> flags_;
  std::vector<std::string> texts_;
};

/// What is wrong with the text as one of the choices of a flag, in words; empty: it is one of them.
std::string choice_problem(const std::string& flag, const std::string& text,
                           const std::vector<std::string>& choices);

/// Throws Failure if there is any problem, each behind the command's name.
void refuse(const std::string& command, std::vector<std::string> problems, const Problems& more);

}  // namespace bitworth::cli
