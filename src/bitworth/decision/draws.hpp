#pragma once

#include <cstdint>
#include <vector>

#include "bitworth/base/rng.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/decision/scores.hpp"

namespace bitworth::decision {

/// Draws of everything that is uncertain: for each unknown a column of shares of its distribution, made of
/// Latin hypercubes of at most 4,096 rows. A quantity is a lookup in a table with an entry a share, so a row
/// costs no exponential and no logarithm. Each unknown has a stream of its own: one more unknown leaves the
/// others' draws as they are. Hypercubes are made when they are asked for, one after another in the same
/// place: a million rows of thirty unknowns would not stay in any cache.
class Draws {
 public:
  /// At least so many rows: rounded up to whole hypercubes. Assumes: the uncertainty outlives them; rows > 0.
  Draws(const Uncertainty&, std::size_t rows, std::uint64_t seed);

  std::size_t rows() const { return rows_; }

  /// The standard normal scores of all unknowns in some of the rows, which ascend.
  Scores scores(const std::vector<std::size_t>& rows) const;

  /// Calls use(inputs, row) for every row with one Inputs that is overwritten each time.
  template <class Use>
  void for_each(const Use& use) const {
    Inputs in = uncertainty_->medians();
    Hypercube cube(*this);
    const std::vector<Column> columns = bind(in, cube);
    for (std::size_t begin = 0; begin < rows_; begin += cube_rows_) {
      cube.next();
      for (std::size_t row = 0; row < cube_rows_; ++row) {
        for (const Column& column : columns) *column.place = column.table[column.shares[row]];
        complete(in);
        use(static_cast<const Inputs&>(in), begin + row);
      }
    }
  }

 private:
  /// The present one of the hypercubes: shares by unknown, then by row.
  class Hypercube {
   public:
    explicit Hypercube(const Draws&);
    void next();
    const std::uint16_t* shares(std::size_t unknown) const { return shares_[unknown].data(); }

   private:
    const Draws& draws_;
    std::vector<Rng> streams_;
    std::vector<std::vector<std::uint16_t>> shares_;
  };
  struct Column {
    double* place;
    const std::uint16_t* shares;
    const double* table;
  };
  std::vector<Column> bind(Inputs&, const Hypercube&) const;

  const Uncertainty* uncertainty_;
  std::uint64_t seed_;
  std::size_t cube_rows_ = 0;
  std::size_t rows_ = 0;
  std::vector<double> share_scores_;         // by share
  std::vector<std::vector<double>> tables_;  // by uncertain quantity, then by share
};

}  // namespace bitworth::decision
