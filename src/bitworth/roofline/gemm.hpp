#pragma once

#include "bitworth/hardware/kernels.hpp"
#include "bitworth/units/quantity.hpp"

namespace bitworth::roofline {

/// Time of a kernel by what it waits for; the parts sum to the total.
struct GemmTime {
  Seconds launch;
  Seconds weights;      ///< reading the matrix
  Seconds activations;  ///< reading the input rows and writing the output rows
  Seconds compute;
  Seconds total() const { return launch + weights + activations + compute; }
};

/// A product as the terms that its time is made of: launch + (memory^corner + compute^corner)^(1/corner).
struct GemmTerms {
  double inner = 0;  ///< K of the matrix
  double outer = 0;  ///< N of the matrix
  double matrices = 1;
  double rows = 0;  ///< that enter and leave
  Bytes bytes;      ///< read and written
  Flops flops;      ///< of whole tiles
  Seconds launch;
  Seconds memory;   ///< of the bytes alone
  Seconds compute;  ///< of the FLOPs alone, unpacking included
  double corner = 1;
  GemmTime time;
};

/// Times products of rows of 16-bit activations with one matrix (or, of a mixture, with as many equal ones as
/// the rows visit). Everything that does not depend on the rows is computed once.
/// Source: docs/model.md, "One matrix multiplication".
class Gemm {
 public:
  Gemm() = default;
  /// Weights of `inner` x `outer`, so many bytes each.
  Gemm(const hardware::Kernel&, const hardware::Device&, double inner, double outer, double bytes_per_weight);

  /// One dense product.
  GemmTime operator()(double rows) const {
    return time(rows, rows < tile_rows_ ? tile_rows_ : rows, 1, rows);
  }

  /// The same product's terms.
  GemmTerms terms(double rows) const { return terms(rows, rows < tile_rows_ ? tile_rows_ : rows, 1, rows); }

  /// Grouped products: `visits` rows in total, spread over so many of the matrices; `rows` enter and leave.
  GemmTime grouped(double rows, double visits, double matrices) const {
    return time(rows, visits, matrices, visits / matrices);
  }
  GemmTerms grouped_terms(double rows, double visits, double matrices) const {
    return terms(rows, visits, matrices, visits / matrices);
  }

 private:
  struct Apart {
    double weights = 0, activations = 0, compute = 0;
  };
  Apart apart(double rows, double computed_rows, double matrices, double rows_each) const;
  GemmTerms terms(double rows, double computed_rows, double matrices, double rows_each) const;
  GemmTime time(double rows, double computed_rows, double matrices, double rows_each) const;

  double launch_ = 0;
  double weights_ = 0;  // seconds to read one matrix
  double buffer_ = 0;   // seconds to write and read it dequantized
  double unpacking_ = 0;
  double activations_per_row_ = 0;
  double compute_per_row_ = 0;
  double tile_rows_ = 1;
  double corner_ = 1;
  double inverse_corner_ = 1;
  double inner_ = 0, outer_ = 0;
  double bandwidth_ = 0, rate_ = 0;  // reached, per second
  double negligible_ = 0;  // ratio of the smaller time to the larger, below which the corner is sharp
};

}  // namespace bitworth::roofline
