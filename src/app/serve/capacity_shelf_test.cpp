#include "app/serve/capacity_shelf.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bitworth/base/rng.hpp"
#include "bitworth/formats/embedded.hpp"
#include "bitworth/report/decision_json.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth::serve {
namespace {

constexpr decision::CapacitySettings quick{.requests = 300, .samples = 1};

Question asked(const std::string& changes) {
  return *read_question(R"({"changes":)" + changes + "}",
                        std::string(formats::embedded_file("support-chat.toml")), formats::built_in_catalog(),
                        10000);
}

std::string answer(const Question& question, std::shared_ptr<const decision::CapacityTables> capacities) {
  return report::to_json(
             question.asked,
             decision::decide(question.asked, {.draws = 100, .capacity = quick, .capacities = capacities}))
      .dump();
}

TEST(CapacityShelf, KeepsWhatAnotherLoadOrPriceDoesNotChange) {
  CapacityShelf shelf;
  const auto first = shelf.of(asked("{}"), quick);
  for (const char* change : {R"({"workload.requests_per_second": 33})", R"({"workload.peak_to_mean": 5})",
                             R"({"quality.margin": 0.05})", R"({"money.engineering_hours": 1})",
                             R"({"hardware.price_per_gpu_hour": 9})"}) {
    const Question question = asked(change);
    EXPECT_EQ(shelf.of(question, quick), first) << change;
    EXPECT_EQ(answer(question, first), answer(question, nullptr)) << change;
  }
}

// Every shipped case, changes by chance: what was kept gives the same bytes as a decision from nothing.
TEST(CapacityShelf, WhatItKeepsAnswersAsAFreshDecisionDoes) {
  const std::pair<const char*, double> sliders[] = {{"workload.requests_per_second", 20},
                                                    {"workload.peak_to_mean", 2},
                                                    {"quality.margin", 0.02},
                                                    {"hardware.price_per_gpu_hour", 3}};
  Rng rng(7);
  for (const char* name : {"support-chat", "internal-tool", "alternatives"}) {
    const std::ifstream file(source_dir() / "examples" / (std::string(name) + ".toml"));
    ASSERT_TRUE(file) << name;
    std::ostringstream text;
    text << file.rdbuf();
    CapacityShelf shelf;
    const auto first = shelf.of(*read_question("{}", text.str(), formats::built_in_catalog(), 10000), quick);
    for (int i = 0; i < 6; ++i) {
      nlohmann::json changes = nlohmann::json::object();
      for (const auto& [key, value] : sliders) {
        if (rng.uniform() < 0.5) changes[key] = value * std::exp(std::abs(rng.normal()) / 2);
      }
      const nlohmann::json body = {{"changes", changes}};
      const Question question = *read_question(body.dump(), text.str(), formats::built_in_catalog(), 10000);
      EXPECT_EQ(shelf.of(question, quick), first) << name << body;
      EXPECT_EQ(answer(question, first), answer(question, nullptr)) << name << body;
    }
  }
}

TEST(CapacityShelf, SimulatesAnewWhatCapacitiesHangOn) {
  CapacityShelf shelf;
  const auto first = shelf.of(asked("{}"), quick);
  EXPECT_NE(shelf.of(asked(R"({"workload.prompt_tokens": 500})"), quick), first);
  EXPECT_NE(shelf.of(asked(R"({"hardware.device": "l40s"})"), quick), first);
  EXPECT_NE(shelf.of(asked("{}"), {.requests = 301, .samples = 1}), first);
}

TEST(CapacityShelf, CarriesTheNearestOverWhileASliderMoves) {
  CapacityShelf shelf;
  const auto source = [](const CapacityShelf::Tables& tables) {
    return tables->baseline.shapes.at(0).source;
  };
  // Nothing is known: simulated, and kept as any other.
  const auto first = shelf.near(asked("{}"), quick);
  EXPECT_EQ(source(first), decision::CapacitySource::simulated);
  EXPECT_EQ(shelf.of(asked("{}"), quick), first);
  const auto carried = shelf.near(asked(R"({"workload.prompt_tokens": 1100})"), quick);
  EXPECT_EQ(source(carried), decision::CapacitySource::carried_over);
  EXPECT_LT(carried->baseline.shapes[0].curve(1), first->baseline.shapes[0].curve(1));
  // An answer that is no preview simulates, and then that is the nearest.
  const auto exact = shelf.of(asked(R"({"workload.prompt_tokens": 1100})"), quick);
  EXPECT_EQ(source(exact), decision::CapacitySource::simulated);
  EXPECT_EQ(shelf.near(asked(R"({"workload.prompt_tokens": 1100})"), quick), exact);
  const auto from_exact = shelf.near(asked(R"({"workload.prompt_tokens": 1101})"), quick);
  EXPECT_NEAR(from_exact->baseline.shapes[0].curve(1) / exact->baseline.shapes[0].curve(1), 1, 0.01);
  // Farther, and from there on.
  EXPECT_EQ(source(shelf.near(asked(R"({"workload.prompt_tokens": 1700})"), quick)),
            decision::CapacitySource::carried_over);
  EXPECT_EQ(source(shelf.near(asked(R"({"workload.prompt_tokens": 2100})"), quick)),
            decision::CapacitySource::carried_over);
  EXPECT_EQ(source(shelf.near(asked(R"({"workload.prompt_tokens": 9000})"), quick)),
            decision::CapacitySource::carried_over);
  // From one to the next device, and from there too.
  EXPECT_EQ(source(shelf.near(asked(R"({"hardware.device": "l40s"})"), quick)),
            decision::CapacitySource::carried_over);
  EXPECT_EQ(
      source(shelf.near(asked(R"({"hardware.device": "l40s", "workload.prompt_tokens": 1100})"), quick)),
      decision::CapacitySource::carried_over);
}

// Of what is kept, not what is nearest in lengths but what runs the same is carried over.
TEST(CapacityShelf, CarriesOverFromTheSameDeviceAndSchemes) {
  CapacityShelf shelf;
  const auto here = shelf.of(asked("{}"), quick);
  const auto there =
      shelf.of(asked(R"({"hardware.device": "h200-sxm", "workload.prompt_tokens": 1100})"), quick);
  ASSERT_NE(there->simulations, here->simulations) << "the premise";
  const auto carried = shelf.near(asked(R"({"workload.prompt_tokens": 1100})"), quick);
  EXPECT_EQ(carried->simulations, here->simulations) << "it begins with those";
  // Only an option whose scheme is another is simulated: the rest is as it was.
  const auto other = shelf.near(asked(R"({"option.2.scheme": "w4a16-g32"})"), quick);
  EXPECT_EQ(other->baseline.shapes[0].source, decision::CapacitySource::carried_over);
  EXPECT_EQ(other->baseline.shapes[0].curve(1), here->baseline.shapes[0].curve(1));
  EXPECT_EQ(other->options[0].shapes[0].curve(1), here->options[0].shapes[0].curve(1));
  EXPECT_NE(other->options[2].shapes[0].curve(1), here->options[2].shapes[0].curve(1));
}

// A place where the closed form answers is passed over, however near it is.
TEST(CapacityShelf, CarriesOverFromWhatWasSimulated) {
  CapacityShelf shelf;
  shelf.of(asked("{}"), quick);
  const auto closed_form = shelf.near(asked(R"({"workload.output_tokens": 20000})"), quick);
  EXPECT_EQ(closed_form->baseline.shapes.at(0).source, decision::CapacitySource::closed_form);
  const auto carried = shelf.near(asked(R"({"workload.output_tokens": 6000})"), quick);
  EXPECT_EQ(carried->baseline.shapes.at(0).source, decision::CapacitySource::carried_over);
}

// Whatever was carried over before, by which ways: up to twice what was simulated, and that is kept.
TEST(CapacityShelf, ForgetsWhatWasCarriedOverFirst) {
  CapacityShelf shelf;
  const auto first = shelf.of(asked("{}"), quick);
  for (const double prompts : {0.6, 0.75, 1.0, 1.35, 1.7}) {
    for (const double answers : {0.6, 0.75, 1.35, 1.7}) {
      const nlohmann::json changes = {{"workload.prompt_tokens", std::round(1020 * prompts)},
                                      {"workload.output_tokens", std::round(129 * answers)}};
      EXPECT_EQ(shelf.near(asked(changes.dump()), quick)->baseline.shapes.at(0).source,
                decision::CapacitySource::carried_over)
          << changes;
    }
  }
  EXPECT_EQ(shelf.of(asked("{}"), quick), first);
}

TEST(CapacityShelf, ForgetsTheOldest) {
  CapacityShelf shelf;
  const std::weak_ptr first = shelf.of(asked("{}"), quick);
  for (int i = 1; i <= 16; ++i)
    shelf.of(asked(R"({"engine.max_num_seqs": )" + std::to_string(10 * i) + "}"), quick);
  EXPECT_TRUE(first.expired());
}

}  // namespace
}  // namespace bitworth::serve
