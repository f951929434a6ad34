#pragma once

#include <cstdint>
#include <random>
#include <string_view>

namespace bitworth {

/// A seeded stream of random numbers, the same on every platform (std distributions are not).
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : engine_(seed) {}

  /// The stream of that name: two streams of one seed are unrelated, one name gives common random numbers.
  Rng(std::uint64_t seed, std::string_view stream);

  std::uint64_t bits() { return engine_(); }

  /// Uniform in (0, 1), never an end.
  double uniform();

  /// Standard normal, by the inverse of its distribution.
  double normal();

 private:
  std::mt19937_64 engine_;
};

/// The standard normal's inverse distribution function. Assumes: 0 < p < 1.
/// Source: Wichura 1988, algorithm AS 241 (PPND16), relative error about 1e-16.
double normal_quantile(double p);

/// The standard normal's distribution function.
double normal_cdf(double z);

}  // namespace bitworth
