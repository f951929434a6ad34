#include "app/serve/capacity_shelf.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "bitworth/formats/embedded.hpp"
#include "bitworth/report/decision_json.hpp"

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

TEST(CapacityShelf, SimulatesAnewWhatCapacitiesHangOn) {
  CapacityShelf shelf;
  const auto first = shelf.of(asked("{}"), quick);
  EXPECT_NE(shelf.of(asked(R"({"workload.prompt_tokens": 500})"), quick), first);
  EXPECT_NE(shelf.of(asked(R"({"hardware.device": "l40s"})"), quick), first);
  EXPECT_NE(shelf.of(asked("{}"), {.requests = 301, .samples = 1}), first);
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
