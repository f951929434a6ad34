#pragma once

#include <string>
#include <vector>

namespace bitworth::cases {

/// How the residual of a measurement is counted.
enum class ResidualKind {
  ratio,    ///< standard deviation of the logarithm
  absolute  ///< standard deviation, in the input's unit
};

/// What a measurement leaves unknown of one input.
struct Narrowing {
  std::string input;  ///< the name of an uncertain input; "{kernels}" stands for the option's
  ResidualKind kind = ResidualKind::ratio;
  double residual = 0;
};

/// Something that could be measured before deciding; a row of data/measurements.toml. In its texts "{option}"
/// stands for an option's name, "{items}" for the questions to ask.
struct Measurement {
  std::string id;           ///< "speed"
  std::string name;         ///< "a load test of {option}"
  bool per_option = false;  ///< made for one option; else once for the case
  std::vector<Narrowing> narrows;
  double hours = 0;      ///< an engineer's
  double gpu_hours = 0;  ///< of each GPU of a replica
  double days = 0;       ///< until the answer is there; the decision waits
  double items = 0;      ///< that gpu_hours and residuals are for, where questions are asked; 0: none are
  std::string command;   ///< that makes it, and what to write into the case then
  std::string reason;    ///< why it costs and tells that much
  std::string source;
  std::string date;
};

}  // namespace bitworth::cases
