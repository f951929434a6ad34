#pragma once

#include <string>
#include <string_view>

namespace bitworth {

/// Where a number comes from, best first: a later one rests on less.
enum class Provenance { exact, measured, imported, modelled, stated, prior };

std::string_view to_text(Provenance);

constexpr Provenance worst(Provenance a, Provenance b) {
  return a < b ? b : a;
}

/// A number at the edge of the program (in a case, in evidence, in a report) with its 80 % interval and
/// origin. There is no arithmetic on it: intervals come from running the engines on draws of their inputs.
struct Estimate {
  double value = 0;  ///< the median
  double p10 = 0;
  double p90 = 0;
  Provenance provenance = Provenance::stated;
  std::string source;
  std::string date;  ///< ISO 8601, or empty where it has none

  bool is_point() const { return p10 == p90; }
};

/// An estimate without spread.
Estimate certain(double value, Provenance, std::string source, std::string date = "");

/// The value at that number of standard deviations from the median, honouring p10, value and p90 exactly:
/// a two-piece lognormal where all three are positive, else a two-piece normal.
double at_normal_score(const Estimate&, double z);

}  // namespace bitworth
