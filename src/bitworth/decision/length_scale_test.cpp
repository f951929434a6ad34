#include "bitworth/decision/length_scale.hpp"

#include <gtest/gtest.h>

#include "bitworth/decision/shape_candidates.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::decision {
namespace {

using tests::ideal_case;
using tests::ideal_fp8;

TEST(LengthScale, IsOneAtTodaysLengthsAndFalls) {
  const cases::Case c = ideal_case();
  for (const Lengths which : {Lengths::prompts, Lengths::answers}) {
    const LengthScale scale(c, ideal_fp8(), which);
    EXPECT_NEAR(scale(1), 1, 1e-12);
    double before = scale(LengthScale::least);
    for (double at = LengthScale::least; at <= LengthScale::most; at *= 1.01) {
      EXPECT_LE(scale(at), before) << at;
      before = scale(at);
    }
    EXPECT_LT(scale(2), 0.9);
    EXPECT_GT(scale(0.5), 1.1);
  }
}

// Just inside a TPOT, shorter answers miss it, with more prompts beside each token; today's serve all the
// same.
TEST(LengthScale, IsNotSpoiltByLengthsThatMissTheSlo) {
  cases::Case c = ideal_case();
  c.workload.prompt_tokens = {60'000, 60'000};
  c.hardware.max_gpus_per_replica = 1;
  const auto serves = [&] {
    return closed_form_capacity(c, ideal_fp8(), 1, 1).limit != roofline::Limit::infeasible;
  };
  double tpot = 1e-3;
  do {
    tpot *= 1.01;
    c.workload.slo.tpot_p99 = Seconds(tpot);
  } while (!serves());
  EXPECT_DOUBLE_EQ(LengthScale(c, ideal_fp8(), Lengths::answers)(1), 1);
  c.workload.output_tokens = {20, 20};
  ASSERT_FALSE(serves()) << "the premise";
}

TEST(LengthScale, OfNothingIsOne) {
  EXPECT_EQ(LengthScale()(7), 1);
  EXPECT_EQ(LengthScale().from(3)(7), 1);
}

TEST(LengthScale, FromOtherLengthsTellsTheSameOfEachLength) {
  const LengthScale scale(ideal_case(), ideal_fp8(), Lengths::prompts);
  const LengthScale from_twice = scale.from(2);
  EXPECT_DOUBLE_EQ(from_twice(1), 1);
  for (const double at : {0.1, 0.5, 2.0, 5.0})
    EXPECT_NEAR(scale(2) * from_twice(at), scale(2 * at), 1e-3) << at;
}

// Where memory is short, twice the answer takes twice the time and room besides: to first order in time alone
// it would leave half of the capacity or more.
TEST(LengthScale, CountsTheRoomThatLongerAnswersTake) {
  cases::Case c = ideal_case();
  c.workload.prompt_tokens = {50, 50};
  c.workload.output_tokens = {2000, 2000};
  c.hardware.device.usable_memory = Bytes(20.5e9);  // 18.5 GB for the engine, 16 of them weights
  c.hardware.max_gpus_per_replica = 1;
  c.engine.max_num_seqs = 4096;
  EXPECT_LT(LengthScale(c, c.baseline, Lengths::answers)(2), 0.4);
  c.hardware.device.usable_memory = Bytes(2000e9);
  c.engine.max_num_seqs = 8;
  EXPECT_GT(LengthScale(c, c.baseline, Lengths::answers)(2), 0.47);
}

// Beyond the lengths at which even one request misses the SLO, nothing is carried.
TEST(LengthScale, EndsWhereTheFirstTokenComesTooLate) {
  cases::Case c = ideal_case();
  c.workload.slo.ttft_p99 = Seconds(0.1);
  const LengthScale scale(c, c.baseline, Lengths::prompts);
  EXPECT_GT(scale(1), 0);
  EXPECT_EQ(scale(10), 0);
}

TEST(LengthScale, MovesALogsLengthsToo) {
  cases::Case c = ideal_case();
  c.workload.output_tokens = workload::lengths_of(workload::QuantileTable({{0, 1}, {0.5, 200}, {1, 900}}));
  EXPECT_LT(LengthScale(c, ideal_fp8(), Lengths::answers)(3), 0.6);
}

}  // namespace
}  // namespace bitworth::decision
