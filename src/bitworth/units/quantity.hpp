#pragma once

namespace bitworth {

/// Exponents of the base units that a quantity is measured in.
struct Dimension {
  int byte = 0, flop = 0, second = 0, token = 0, dollar = 0, joule = 0;
  friend constexpr bool operator==(Dimension, Dimension) = default;
};

constexpr Dimension operator+(Dimension a, Dimension b) {
  return {a.byte + b.byte,   a.flop + b.flop,     a.second + b.second,
          a.token + b.token, a.dollar + b.dollar, a.joule + b.joule};
}
constexpr Dimension operator-(Dimension a) {
  return {-a.byte, -a.flop, -a.second, -a.token, -a.dollar, -a.joule};
}
constexpr Dimension operator-(Dimension a, Dimension b) {
  return a + -b;
}

/// A number of base units (bytes, FLOPs, seconds, tokens, dollars, joules and what they make).
/// Prefixes (k, M, Gi) exist only in parsing and printing. A dimensionless quantity is a double.
template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension dimension = D;

  constexpr Quantity() = default;
  constexpr explicit Quantity(double value) : value_(value) {}
  constexpr double value() const { return value_; }
  // Implicit only where nothing is lost: bytes / bytes is a plain ratio.
  constexpr operator double() const  // NOLINT(google-explicit-constructor)
      requires(D == Dimension{}) {
    return value_;
  }

  constexpr Quantity& operator+=(Quantity other) { return value_ += other.value_, *this; }
  constexpr Quantity& operator-=(Quantity other) { return value_ -= other.value_, *this; }
  constexpr Quantity& operator*=(double factor) { return value_ *= factor, *this; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.value_ + b.value_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.value_ - b.value_); }
  friend constexpr Quantity operator-(Quantity a) { return Quantity(-a.value_); }
  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.value_ * k); }
  friend constexpr Quantity operator*(double k, Quantity a) { return Quantity(k * a.value_); }
  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.value_ / k); }
  // Written out: a defaulted <=> on double makes std::max branch.
  friend constexpr bool operator==(Quantity, Quantity) = default;
  friend constexpr bool operator<(Quantity a, Quantity b) { return a.value_ < b.value_; }
  friend constexpr bool operator>(Quantity a, Quantity b) { return b < a; }
  friend constexpr bool operator<=(Quantity a, Quantity b) { return a.value_ <= b.value_; }
  friend constexpr bool operator>=(Quantity a, Quantity b) { return b <= a; }

 private:
  double value_ = 0;
};

template <Dimension A, Dimension B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  return Quantity<A + B>(a.value() * b.value());
}
template <Dimension A, Dimension B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  return Quantity<A - B>(a.value() / b.value());
}
template <Dimension D>
constexpr auto operator/(double a, Quantity<D> b) {
  return Quantity<-D>(a / b.value());
}

using Scalar = Quantity<Dimension{}>;
using Bytes = Quantity<Dimension{.byte = 1}>;
using Flops = Quantity<Dimension{.flop = 1}>;
using Seconds = Quantity<Dimension{.second = 1}>;
using Tokens = Quantity<Dimension{.token = 1}>;
using Dollars = Quantity<Dimension{.dollar = 1}>;
using Joules = Quantity<Dimension{.joule = 1}>;
using BytesPerSecond = decltype(Bytes{} / Seconds{});
using FlopsPerSecond = decltype(Flops{} / Seconds{});
using TokensPerSecond = decltype(Tokens{} / Seconds{});
using BytesPerToken = decltype(Bytes{} / Tokens{});
/// Also the type of request rates: a request is counted, not measured.
using PerSecond = decltype(1.0 / Seconds{});
using Watts = decltype(Joules{} / Seconds{});
using DollarsPerSecond = decltype(Dollars{} / Seconds{});
using DollarsPerToken = decltype(Dollars{} / Tokens{});
using ArithmeticIntensity = decltype(Flops{} / Bytes{});

inline constexpr Seconds one_hour{3600};
inline constexpr Seconds one_day{86400};
/// A month of accounting: a twelfth of 365.25 days, 730.5 hours.
inline constexpr Seconds one_month{730.5 * 3600};

}  // namespace bitworth
