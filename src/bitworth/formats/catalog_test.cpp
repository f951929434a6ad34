#include "bitworth/formats/catalog.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "bitworth/formats/embedded.hpp"
#include "bitworth/llm/footprint.hpp"

namespace bitworth::formats {
namespace {

const Catalog& catalog() {
  return built_in_catalog();
}

// The built-in files, one of them replaced.
std::function<std::string_view(std::string_view)> with(std::string name, std::string text) {
  return [name = std::move(name), text = std::move(text)](std::string_view wanted) {
    return wanted == name ? std::string_view(text) : embedded_file(wanted);
  };
}

std::string problems_with(std::string name, std::string text) {
  const auto result = read_catalog(with(std::move(name), std::move(text)));
  std::string problems;
  if (result) return problems;
  for (const Error& problem : result.error()) problems += to_text(problem) + "\n";
  return problems;
}

const llm::Architecture& architecture(std::string_view id) {
  const llm::Architecture* found = catalog().architectures.find(id);
  EXPECT_NE(found, nullptr) << id;
  return *found;
}

TEST(Catalog, EveryEmbeddedFileLoads) {
  EXPECT_EQ(problems_with("", ""), "");
}

TEST(Catalog, ReportsEachProblemOfADataFile) {
  EXPECT_EQ(
      problems_with("prices.toml",
                    "[[price]]\n"
                    "device = \"h100\"\nprovider = \"acme\"\nprice = \"$2\"\nkind = \"on-demand\"\n"
                    "date = \"2026-11-21\"\nsource = \"a list\"\n"),
      "data/prices.toml:4:9: price is \"$2\", which measures dollars; write dollars per hour, for example "
      "\"$4.50/h\"\n"
      "data/prices.toml:2:10: there is no device \"h100\"\n");
}

TEST(Catalog, RefusesAnUnknownTable) {
  EXPECT_EQ(
      problems_with("checklist.toml", "[[item]]\nid = \"a\"\ncondition = \"b\"\nreason = \"c\"\n[[itme]]\n"),
      "data/checklist.toml:5:3: the file has no key \"itme\"; did you mean \"item\"?\n");
}

TEST(Catalog, RefusesAnAliasOfTwoThings) {
  const std::string text =
      std::string(embedded_file("devices.toml")) +
      "\n[[device]]\nid = \"new\"\nname = \"New\"\naliases = [\"H100 SXM\"]\nvendor = \"x\"\n"
      "family = \"x\"\nclass = \"x\"\nmemory = \"1 GB\"\nmemory_bandwidth = \"1 GB/s\"\n"
      "peak = { bf16 = \"1 TFLOP/s\" }\nsources = [\"MEM\"]\ndate = \"2026-11-21\"\n"
      "confidence = \"low\"\n";
  EXPECT_TRUE(problems_with("devices.toml", text).contains("\"H100 SXM\" names another device too\n"));
}

TEST(Catalog, H100HasItsDatasheetFigures) {
  const hardware::Device* h100 = catalog().devices.find("h100-sxm");
  ASSERT_NE(h100, nullptr);
  EXPECT_DOUBLE_EQ(h100->memory_bandwidth.value(), 3350e9);
  ASSERT_TRUE(h100->peak.bf16);
  EXPECT_DOUBLE_EQ(h100->peak.bf16->value(), 989e12);
  EXPECT_EQ(h100->family, "hopper");
}

TEST(Catalog, FindsByAliasInAnyCaseAndPunctuation) {
  EXPECT_EQ(catalog().devices.find("H100_SXM")->id, "h100-sxm");
  EXPECT_EQ(catalog().architectures.find("meta-llama/Llama-3.1-8B-Instruct")->id, "llama-3.1-8b");
  EXPECT_EQ(catalog().schemes.find("FP8")->id, "w8a8-fp8");
  EXPECT_EQ(catalog().kv_formats.find("fp8_e4m3")->id, "fp8");
  EXPECT_EQ(catalog().devices.find("abacus"), nullptr);
}

TEST(Catalog, ArchitecturesCountTheirPublishedParameters) {
  EXPECT_DOUBLE_EQ(architecture("llama-3.1-8b").published_parameters.value(), 8030261248.0);
  EXPECT_NEAR(llm::count_parameters(architecture("llama-3.1-8b")).total() / 8030261248.0, 1, 0.001);
  for (const llm::Architecture& a : catalog().architectures.all()) {
    ASSERT_TRUE(a.published_parameters) << a.id;
    if (a.approximate) continue;
    EXPECT_NEAR(llm::count_parameters(a).total() / *a.published_parameters, 1, 0.01) << a.id;
  }
}

TEST(Catalog, ArchitecturesCacheWhatTheirConfigurationsSay) {
  const llm::KvFormat& bf16 = *catalog().kv_formats.find("bf16");
  EXPECT_DOUBLE_EQ(llm::kv_bytes_per_token(architecture("llama-3.1-8b"), bf16).value(), 131072);
  EXPECT_DOUBLE_EQ(llm::kv_bytes_per_token(architecture("qwen3-32b"), bf16).value(), 262144);
  EXPECT_DOUBLE_EQ(llm::kv_bytes_per_token(architecture("deepseek-v3"), bf16).value(), 70272);
  EXPECT_EQ(architecture("qwen3-32b").head_dim, 128);
  EXPECT_EQ(architecture("deepseek-v3").moe->first_dense_layers, 3);
}

TEST(Catalog, PriceIsTheMedianBetweenTheLowestAndTheHighest) {
  const std::string rows =
      "[[price]]\ndevice = \"t4\"\nprovider = \"b\"\nprice = \"$3/h\"\nkind = \"on-demand\"\ndate = "
      "\"2026-01-02\"\n"
      "source = \"x\"\n"
      "[[price]]\ndevice = \"t4\"\nprovider = \"a\"\nprice = \"$1/h\"\nkind = \"on-demand\"\ndate = "
      "\"2026-01-03\"\n"
      "source = \"x\"\n"
      "[[price]]\ndevice = \"t4\"\nprovider = \"a\"\nprice = \"$9/h\"\nkind = \"on-demand\"\ndate = "
      "\"2026-01-01\"\n"
      "source = \"x\"\n"
      "[[price]]\ndevice = \"t4\"\nprovider = \"a\"\nprice = \"$0.1/h\"\nkind = \"spot\"\ndate = "
      "\"2026-01-09\"\n"
      "source = \"x\"\n"
      "[[price]]\ndevice = \"l4\"\nprovider = \"a\"\nprice = \"$2/h\"\nkind = \"on-demand\"\ndate = "
      "\"2026-01-01\"\n"
      "source = \"x\"\n";
  const auto result = read_catalog(with("prices.toml", rows));
  ASSERT_TRUE(result);
  const Estimate price = result->price_per_gpu_hour("t4").value();
  EXPECT_DOUBLE_EQ(price.value, 3);
  EXPECT_DOUBLE_EQ(price.p10, 1);
  EXPECT_DOUBLE_EQ(price.p90, 9);
  EXPECT_EQ(price.provenance, Provenance::imported);
  EXPECT_EQ(price.source, "on-demand list prices of a and b");
  EXPECT_EQ(price.date, "2026-01-03");
  // One price moves as a quoted one does.
  EXPECT_DOUBLE_EQ(result->price_per_gpu_hour("l4")->p10, 2 / 1.05);
  EXPECT_DOUBLE_EQ(result->price_per_gpu_hour("l4")->p90, 2 * 1.05);
  EXPECT_FALSE(result->price_per_gpu_hour("h100-sxm"));
}

TEST(Catalog, EverySchemeAndKvFormatHasAPrior) {
  for (const llm::Scheme& scheme : catalog().schemes.all())
    EXPECT_TRUE(catalog().scheme_loss(scheme, "knowledge", 8e9)) << scheme.id;
  for (const llm::KvFormat& kv_format : catalog().kv_formats.all())
    EXPECT_TRUE(catalog().kv_loss(kv_format, "knowledge", 8e9)) << kv_format.id;
}

TEST(Catalog, ArchitecturesArePublishedInSchemesThatItKnows) {
  for (const llm::Architecture& architecture : catalog().architectures.all()) {
    if (!architecture.published_as.empty()) {
      EXPECT_NE(catalog().schemes.find(architecture.published_as), nullptr) << architecture.id;
    }
  }
  EXPECT_EQ(catalog().architectures.find("gpt-oss-120b")->published_as, "w4a16-mxfp4");
}

TEST(Catalog, QualityPriorGoesByTaskSchemeAndSize) {
  const llm::Scheme& w4a16 = *catalog().schemes.find("w4a16");
  const Estimate reference = catalog().scheme_loss(w4a16, "knowledge", 8e9).value();
  EXPECT_DOUBLE_EQ(reference.value, 0.008);
  EXPECT_DOUBLE_EQ(reference.p10, 0.003);
  EXPECT_DOUBLE_EQ(reference.p90, 0.015);
  EXPECT_EQ(reference.provenance, Provenance::prior);
  EXPECT_DOUBLE_EQ(catalog().scheme_loss(w4a16, "reasoning", 8e9)->value, 0.015);
  // 70 billion parameters lose 0.35 of it, 1 billion 1.7 times as much.
  EXPECT_DOUBLE_EQ(catalog().scheme_loss(w4a16, "knowledge", 70e9)->p90, 0.015 * 0.35);
  EXPECT_DOUBLE_EQ(catalog().scheme_loss(w4a16, "knowledge", 1e9)->value, 0.008 * 1.7);
  // A row of its own goes before the row of its class.
  EXPECT_DOUBLE_EQ(catalog().scheme_loss(*catalog().schemes.find("w4a16-g32"), "knowledge", 8e9)->value,
                   0.006);
}

TEST(Catalog, QualityPriorGoesByKindOfTraffic) {
  const llm::Scheme& w4a16 = *catalog().schemes.find("w4a16");
  const auto loss = [&](std::string_view task) { return catalog().scheme_loss(w4a16, task, 8e9)->value; };
  EXPECT_DOUBLE_EQ(loss("chat"), 0.008 * 1.2);
  EXPECT_DOUBLE_EQ(loss("code"), loss("reasoning"));
  EXPECT_DOUBLE_EQ(loss("agents"), 0.015 * 1.3);
  const llm::KvFormat& fp8 = *catalog().kv_formats.find("fp8");
  EXPECT_DOUBLE_EQ(catalog().kv_loss(fp8, "long-context", 8e9)->value, 0.012)
      << "its own row for long contexts";
  EXPECT_DOUBLE_EQ(catalog().kv_loss(fp8, "agents", 8e9)->value, 0.002 * 1.3);
}

TEST(Catalog, DiscordanceAndAnswerLengthHavePriors) {
  for (const llm::Scheme& scheme : catalog().schemes.all()) {
    const Estimate psi = catalog().scheme_discordance(scheme, 8e9).value();
    EXPECT_GE(psi.value, catalog().scheme_loss(scheme, "knowledge", 8e9)->value) << scheme.id;
    EXPECT_LE(psi.p90, 1) << scheme.id;
    const auto length = catalog().answer_length(scheme, "reasoning");
    ASSERT_TRUE(length) << scheme.id;
    EXPECT_LE(length->p10, length->value) << scheme.id;
    EXPECT_LE(length->value, length->p90) << scheme.id;
    EXPECT_EQ(length->provenance, Provenance::prior);
    EXPECT_FALSE(catalog().answer_length(scheme, "knowledge")) << "short answers stay short";
  }
  const llm::Scheme& w4a16 = *catalog().schemes.find("w4a16");
  EXPECT_DOUBLE_EQ(catalog().scheme_discordance(w4a16, 30e9)->value, 0.06 * std::sqrt(0.45));
}

TEST(Catalog, DivergenceScreenHasItsSource) {
  EXPECT_DOUBLE_EQ(catalog().divergence_screen.least_loss_per_nat, 0.08);
  EXPECT_FALSE(catalog().divergence_screen.source.empty());
}

TEST(Catalog, DefaultsHaveTheirKinds) {
  const Defaults& defaults = catalog().defaults;
  EXPECT_DOUBLE_EQ(defaults.number("workload.slo.tpot_p99"), 0.1);
  EXPECT_EQ(defaults.integer("hardware.max_gpus_per_replica"), 8);
  EXPECT_EQ(defaults.text("engine.name"), "vllm");
  EXPECT_EQ(defaults.integers("hardware.instance_sizes"), (std::vector<int>{1, 2, 4, 8}));
  const Estimate hours = defaults.estimate("money.engineering_hours");
  EXPECT_DOUBLE_EQ(hours.p10, 16);
  EXPECT_DOUBLE_EQ(hours.p90, 120);
  EXPECT_EQ(hours.provenance, Provenance::prior);
  EXPECT_EQ(hours.source, "default");
  EXPECT_DOUBLE_EQ(defaults.estimate("option.quantization_hours").p90, 48);
  EXPECT_DOUBLE_EQ(defaults.spread("hardware.price_per_gpu_hour"), 1.05);
  EXPECT_DEATH(defaults.number("no.such.key"), "no fitting row for no.such.key");
}

TEST(Catalog, KernelsComeFromTheirFile) {
  EXPECT_GT(catalog().kernels->kernels.size(), 100U);
  EXPECT_TRUE(problems_with("kernels.toml", "").starts_with("data/kernels.toml:"));
}

TEST(Catalog, HoldsTheArticlesLists) {
  const cases::ArticleLists& article = catalog().article;
  ASSERT_EQ(article.scenarios.size(), 6U);
  EXPECT_EQ(article.scenarios[0].key, "decode_heavy");
  EXPECT_EQ(article.scenarios[0].memory_bound_fraction, 0.8);
  EXPECT_EQ(article.scenarios[0].fraction, "0.8");
  EXPECT_TRUE(article.scenarios[0].high_roi);
  EXPECT_EQ(article.scenarios[5].memory_bound_fraction, std::nullopt);
  EXPECT_EQ(article.scenarios[5].fraction, "Varies");
  EXPECT_FALSE(article.scenarios[5].high_roi);
  ASSERT_EQ(article.hidden_costs.size(), 4U);
  EXPECT_EQ(article.hidden_costs[0].key, "engineering_time");
  EXPECT_DOUBLE_EQ(article.hidden_costs[0].hours.p90, 120);
  EXPECT_DOUBLE_EQ(article.hidden_costs[1].hours.value, 2);
  EXPECT_DOUBLE_EQ(article.hidden_costs[2].hours_per_month.value, 2);
  EXPECT_DOUBLE_EQ(article.hidden_costs[2].hours.value, 0);
  ASSERT_EQ(article.checklist.size(), 5U);
  EXPECT_EQ(article.checklist[2].id, "latency-met");
}

// One cost under two names: what a case counts as engineering hours is the article's engineering time.
TEST(Catalog, HoldsNoHiddenCostTwice) {
  for (const cases::ArticleHiddenCost& cost : catalog().article.hidden_costs) {
    if (cost.counted_as.empty()) continue;
    EXPECT_EQ(cost.key, "engineering_time");
    const Estimate counted = catalog().defaults.estimate(cost.counted_as);
    EXPECT_DOUBLE_EQ(counted.p10, cost.hours.p10);
    EXPECT_DOUBLE_EQ(counted.value, cost.hours.value);
    EXPECT_DOUBLE_EQ(counted.p90, cost.hours.p90);
  }
}

TEST(EmbeddedFile, IsEmptyForAnUnknownName) {
  EXPECT_EQ(embedded_file("secrets.toml"), "");
}

}  // namespace
}  // namespace bitworth::formats
