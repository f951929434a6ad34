#include "bitworth/roofline/experts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "bitworth/base/rng.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/step.hpp"
#include "tests/support/ideal_case.hpp"

namespace bitworth::roofline {
namespace {

constexpr llm::MixtureOfExperts four{.experts = 4, .experts_per_token = 1, .expert_ffn = 768};
constexpr llm::MixtureOfExperts qwen{.experts = 128, .experts_per_token = 8, .expert_ffn = 768};
const double two_groups = std::sqrt(2 * std::log(2));  // deviations: 1.177

cases::Case mixture_case(const llm::MixtureOfExperts& moe) {
  cases::Case c = tests::ideal_case();
  c.architecture.moe = moe;
  c.architecture.ffn = 0;
  return c;
}

StepTime decode(const cases::Case& c, double batch, int gpus, ExpertSplit experts) {
  const StepModel model(c.architecture, c.baseline.runs_as, c.baseline.kv_cache, c.hardware.device,
                        c.baseline.kernels, gpus, 1, experts);
  return model({.decode_sequences = batch, .decode_context = 99, .sampled_rows = batch});
}

TEST(ExpertRouting, OneGroupMeetsTheMeanOfAllExperts) {
  const ExpertLoad load = ExpertRouting(qwen, 1).fullest(16);
  EXPECT_DOUBLE_EQ(load.touched, llm::expected_experts(qwen, 16));
  EXPECT_DOUBLE_EQ(load.visits, 16 * 8);
}

// The expert of a single row lies on one GPU, which reads and computes it while the other waits.
TEST(ExpertRouting, OneRowWithOneExpertFillsOneGroup) {
  const ExpertLoad load = ExpertRouting(four, 2).fullest(1);
  EXPECT_DOUBLE_EQ(load.touched, 1);
  EXPECT_DOUBLE_EQ(load.visits, 1);
}

// 16 rows: 8 visits a group, with a variance of 16/4. 2 rows: each expert is touched with p = 1 - (3/4)^2.
TEST(ExpertRouting, TheFullestGroupLiesDeviationsAboveTheMean) {
  const ExpertRouting routing(four, 2);
  EXPECT_DOUBLE_EQ(routing.fullest(16).visits, 8 + two_groups * 2);
  EXPECT_DOUBLE_EQ(routing.fullest(2).touched, 0.875 + two_groups * std::sqrt(0.875 * 0.5625));
}

TEST(ExpertRouting, StaysBetweenTheMeanAndWhatAGroupHolds) {
  for (const int groups : {2, 4, 8, 64, 128}) {
    const double held = 128.0 / groups;
    for (const double rows : {1.0, 2.0, 5.0, 32.0, 1000.0}) {
      const ExpertLoad load = ExpertRouting(qwen, groups).fullest(rows);
      EXPECT_GE(load.touched, llm::expected_experts(qwen, rows) / groups - 1e-12);
      EXPECT_LE(load.touched, std::min(held, rows * 8));
      EXPECT_GE(load.visits, rows * 8 / groups);
      EXPECT_LE(load.visits, rows * std::min(8.0, held));
    }
    EXPECT_DOUBLE_EQ(ExpertRouting(qwen, groups).fullest(1e5).touched, held);
    EXPECT_NEAR(ExpertRouting(qwen, groups).fullest(1e9).visits / (1e9 * 8 / groups), 1, 2e-3);
  }
}

// 6 experts on 4 GPUs: two hold two.
TEST(ExpertRouting, ExpertsAreNotCut) {
  const llm::MixtureOfExperts six{.experts = 6, .experts_per_token = 2, .expert_ffn = 768};
  EXPECT_DOUBLE_EQ(ExpertRouting(six, 4).fullest(1000).touched, 2);
  EXPECT_DOUBLE_EQ(ExpertRouting(six, 8).fullest(1000).touched, 1);
}

// Means over trials of the fullest of the groups.
ExpertLoad simulated(const llm::MixtureOfExperts& moe, int groups, int rows) {
  constexpr int trials = 400;
  Rng rng(1);
  const int held = moe.experts / groups;
  std::vector<int> deck(static_cast<std::size_t>(moe.experts));
  std::iota(deck.begin(), deck.end(), 0);
  ExpertLoad sum;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<int> visits(deck.size());
    for (int row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < static_cast<std::size_t>(moe.experts_per_token); ++i) {
        std::swap(deck[i], deck[i + rng.bits() % (deck.size() - i)]);
        ++visits[static_cast<std::size_t>(deck[i])];
      }
    }
    double most_visits = 0, most_touched = 0;
    for (auto first = visits.begin(); first != visits.end(); first += held) {
      most_visits = std::max<double>(most_visits, std::accumulate(first, first + held, 0));
      most_touched = std::max(most_touched, held - static_cast<double>(std::count(first, first + held, 0)));
    }
    sum.visits += most_visits / trials;
    sum.touched += most_touched / trials;
  }
  return sum;
}

TEST(ExpertRouting, IsALittleAboveSimulatedRouting) {
  for (const int groups : {2, 4, 8}) {
    for (const int rows : {1, 4, 16, 64, 256}) {
      const ExpertLoad load = ExpertRouting(qwen, groups).fullest(rows);
      const ExpertLoad truth = simulated(qwen, groups, rows);
      for (const double ratio : {load.visits / truth.visits, load.touched / truth.touched}) {
        EXPECT_GT(ratio, 0.99) << groups << " groups, " << rows << " rows";
        EXPECT_LT(ratio, 1.25) << groups << " groups, " << rows << " rows";
      }
    }
  }
}

TEST(ExpertParallel, OnOneGpuChangesNothing) {
  const cases::Case c = mixture_case(qwen);
  for (const double batch : {1.0, 16.0, 300.0}) {
    const StepTime whole = decode(c, batch, 1, ExpertSplit::by_expert);
    const StepTime sliced = decode(c, batch, 1, ExpertSplit::by_width);
    EXPECT_EQ(whole.total(), sliced.total());
    EXPECT_EQ(whole.communication, Seconds(0));
  }
}

// Two GPUs read the same attention; one has the expert whole, where both would read half of it.
TEST(ExpertParallel, OneRowReadsItsExpertFromOneGpu) {
  const cases::Case c = mixture_case(four);
  const Seconds whole = decode(c, 1, 2, ExpertSplit::by_expert).weight_reads;
  const Seconds sliced = decode(c, 1, 2, ExpertSplit::by_width).weight_reads;
  EXPECT_NEAR((whole - sliced).value(), 32 * 0.5 * (3.0 * 4096 * 768 * 2) / 3.35e12, 1e-12);
}

TEST(ExpertParallel, ManyRowsReadAsManyWeights) {
  const cases::Case c = mixture_case(qwen);
  EXPECT_NEAR(decode(c, 2000, 8, ExpertSplit::by_expert).weight_reads /
                  decode(c, 2000, 8, ExpertSplit::by_width).weight_reads,
              1, 1e-9);
}

// A ring of all rows after attention; then the fullest GPU takes in its visits from the other and sends them
// back.
TEST(ExpertParallel, DispatchesAndCombinesInsteadOfTheSecondAllReduce) {
  const cases::Case c = mixture_case(four);
  const double row = 2 * 4096 / 450e9, ring = 2 * 0.5 * 16 * row;
  const double there_and_back = 2 * 0.5 * (8 + two_groups * 2) * row;
  EXPECT_NEAR(decode(c, 16, 2, ExpertSplit::by_width).communication.value(), 32 * 2 * ring, 1e-12);
  EXPECT_NEAR(decode(c, 16, 2, ExpertSplit::by_expert).communication.value(), 32 * (ring + there_and_back),
              1e-12);
}

TEST(ExpertParallel, WaitsForTheLatencyOfAsManyExchanges) {
  cases::Case c = mixture_case(four);
  const auto waits = [&](ExpertSplit experts) {
    c.baseline.kernels.all_reduce.link_latency = Seconds(0);
    const Seconds without = decode(c, 16, 2, experts).communication;
    c.baseline.kernels.all_reduce.link_latency = Seconds(1e-5);
    return (decode(c, 16, 2, experts).communication - without).value();
  };
  EXPECT_NEAR(waits(ExpertSplit::by_expert), waits(ExpertSplit::by_width), 1e-12);
  EXPECT_GT(waits(ExpertSplit::by_expert), 32 * 2e-5);
}

// Dense layers and shared experts stay divided, and what is divided must be summed.
TEST(ExpertParallel, WhatStaysDividedKeepsItsAllReduce) {
  cases::Case c = mixture_case(four);
  const double row = 2 * 4096 / 450e9, ring = 2 * 0.5 * 16 * row;
  const double there_and_back = 2 * 0.5 * (8 + two_groups * 2) * row;
  c.architecture.moe->first_dense_layers = 8;
  EXPECT_NEAR(decode(c, 16, 2, ExpertSplit::by_expert).communication.value(),
              32 * ring + 8 * ring + 24 * there_and_back, 1e-12);
  c.architecture.moe->shared_ffn = 768;
  EXPECT_NEAR(decode(c, 16, 2, ExpertSplit::by_expert).communication.value(),
              32 * 2 * ring + 24 * there_and_back, 1e-12);
}

TEST(ExpertParallel, DividesMemoryAlike) {
  cases::Case c = mixture_case(qwen);
  const Bytes sliced = plan_memory(c, c.baseline, 8).kv_cache;
  c.baseline.expert_parallel = true;
  EXPECT_EQ(plan_memory(c, c.baseline, 8).kv_cache, sliced);
}

}  // namespace
}  // namespace bitworth::roofline
