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

  /// Grouped products: `visits` rows in total, spread over so many of the matrices; `rows` enter and leave.
  GemmTime grouped(double rows, double visits, double matrices) const {
    return time(rows, visits, matrices, visits / matrices);
  }

 private:
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
  double negligible_ = 0;  // ratio of the smaller time to the larger, below which the corner is sharp
};

}  // namespace bitworth::roofline
