// Every rule of data/rules.toml on a case that fires it and on one, as near to it as can be, that does not.
#include "bitworth/decision/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/inputs.hpp"
#include "bitworth/decision/widening.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth {
namespace {

using decision::FiredRule;
using decision::Running;

/// A case in few words, and how its option is run.
struct Setup {
  std::string model = "llama-3.1-8b";
  std::string device = "h100-sxm";
  std::string option = "scheme = \"w8a8-fp8\"";
  std::string engine = "vllm";
  std::string more = "";  ///< further sections
  double prompt_p95 = 4000;
  Running running = {};
};

cases::Case read(const Setup& setup) {
  const std::string text = format(
      "[model]\narchitecture = \"{}\"\n[hardware]\ndevice = \"{}\"\nprice_per_gpu_hour = 2\n"
      "[engine]\nname = \"{}\"\n{}\n"
      "[workload]\nrequests_per_second = 10\nprompt_tokens = {{ p50 = 1000, p95 = {} }}\n"
      "output_tokens = {{ p50 = 100, p95 = 400 }}\n[[option]]\n{}\n",
      setup.model, setup.device, setup.engine, setup.more, setup.prompt_p95, setup.option);
  auto c = formats::read_case(text, "case", formats::built_in_catalog());
  for (const Error& problem : c ? Problems() : c.error()) ADD_FAILURE() << to_text(problem) << "\n" << text;
  return c.value();
}

std::vector<FiredRule> fired(const Setup& setup) {
  const cases::Case c = read(setup);
  return decision::fired_rules(*formats::built_in_catalog().rules,
                               decision::facts_of(c, c.options[0], setup.running));
}

const FiredRule* find(const std::vector<FiredRule>& rules, std::string_view id) {
  const auto found = std::ranges::find_if(rules, [&](const FiredRule& f) { return f.rule->id == id; });
  return found == rules.end() ? nullptr : &*found;
}

struct Row {
  std::string id;
  Setup fires;
  Setup rests;
};

const std::string w4 = "scheme = \"w4a16\"", fp8 = "scheme = \"w8a8-fp8\"", int8 = "scheme = \"w8a8-int8\"",
                  nvfp4 = "scheme = \"nvfp4\"", mxfp4 = "scheme = \"mxfp4\"",
                  fp8_block = "scheme = \"w8a8-fp8-block\"", bf16_baseline = "[baseline]\nscheme = \"bf16\"",
                  bf16_kv8 = "scheme = \"bf16\"\nkv_cache = \"fp8\"";
const std::string measured =
    "\nquality_loss = { p50 = 0.001, p10 = 0, p90 = 0.002, provenance = \"measured\" }";

std::vector<Row> rows() {
  return {
      {"W4-LARGE-BATCH",
       {.device = "a100-80-sxm", .option = w4, .running = {.largest_batch = 1024}},
       {.device = "a100-80-sxm", .option = w4, .running = {.largest_batch = 4}}},
      {"W4-PREFILL",
       {.option = w4, .prompt_p95 = 30000, .running = {.batch = 200}},
       {.option = fp8, .prompt_p95 = 30000, .running = {.batch = 200}}},
      {"UNOPT-KERNEL", {.option = "scheme = \"bnb-nf4\"", .engine = "transformers"}, {.option = w4}},
      {"FP8-NO-TC", {.device = "a100-80-sxm"}, {.device = "h100-sxm"}},
      {"FP8-SMALL-LAYER",
       {.model = "qwen3-0.6b", .device = "b200-sxm", .running = {.gpus_per_replica = 8}},
       {.model = "llama-3.1-70b", .device = "b200-sxm", .running = {.gpus_per_replica = 1}}},
      {"FP8-E2E-FLAT",
       {.model = "qwen3-0.6b", .running = {.largest_batch = 256}},
       {.model = "qwen3-0.6b", .option = int8, .running = {.largest_batch = 256}}},
      {"BLOCK-SCALE", {.option = "scheme = \"w8a8-fp8-block\""}, {.option = fp8}},
      {"FP4-FALLBACK", {.option = nvfp4}, {.device = "b200-sxm", .option = nvfp4}},
      {"INT8-B300", {.device = "b300-sxm", .option = int8}, {.device = "b200-sxm", .option = int8}},
      {"INT8-NO-GAIN", {.device = "gaudi3", .option = fp8}, {.device = "h100-sxm", .option = fp8}},
      {"KV8-SHORT",
       {.option = bf16_kv8, .running = {.batch = 2}},
       {.option = bf16_kv8, .running = {.batch = 64}}},
      {"KV8-PREFILL",
       {.option = bf16_kv8, .prompt_p95 = 30000, .running = {.batch = 200}},
       {.option = fp8, .prompt_p95 = 30000, .running = {.batch = 200}}},
      {"KV8-NO-KERNEL",
       {.model = "deepseek-v3", .option = bf16_kv8, .running = {.gpus_per_replica = 8}},
       {.model = "llama-3.1-8b", .option = bf16_kv8}},
      {"KV8-QUALITY",
       {.model = "qwen2.5-7b", .option = bf16_kv8},
       {.model = "qwen2.5-7b", .option = bf16_kv8 + measured}},
      {"TP-ALIGN",
       {.model = "qwen2.5-72b", .option = w4, .running = {.gpus_per_replica = 2}},
       {.model = "llama-3.1-70b", .option = w4, .running = {.gpus_per_replica = 2}}},
      // 2,880 / 2 is no multiple of 128, but engines pad the blocks of MXFP4 experts; 1,536 / 8 = 192 stops
      // formats in blocks of 128 and no others.
      {"TP-ALIGN",
       {.model = "gpt-oss-120b", .option = w4, .running = {.gpus_per_replica = 2}},
       {.model = "gpt-oss-120b", .option = mxfp4, .more = bf16_baseline, .running = {.gpus_per_replica = 2}}},
      {"TP-ALIGN",
       {.model = "qwen3-235b-a22b", .option = fp8_block, .running = {.gpus_per_replica = 8}},
       {.model = "qwen3-235b-a22b", .option = fp8, .running = {.gpus_per_replica = 8}}},
      {"CPU-BOUND",
       {.model = "qwen2.5-0.5b", .option = w4, .running = {.batch = 256}},
       {.model = "llama-3.1-70b", .option = w4, .running = {.gpus_per_replica = 2, .batch = 8}}},
      {"COMM-BOUND",
       {.device = "l40s", .running = {.gpus_per_replica = 8}},
       {.device = "l40s", .running = {.gpus_per_replica = 1}}},
      {"MOE-KERNEL", {.model = "qwen3-30b-a3b"}, {.model = "llama-3.1-8b"}},
      {"LORA-QUANT", {.more = "lora_adapters = 2"}, {.more = "lora_adapters = 0"}},
      {"SPEC-DEC", {.more = "draft_tokens = 3"}, {.more = "draft_tokens = 0"}},
      {"HW-UNSUPPORTED", {.device = "mi300x", .option = w4}, {.device = "mi300x", .option = fp8}},
      {"VERSION-REGRESSION", {.more = "upgrade_planned = true"}, {.more = "upgrade_planned = false"}},
      {"Q-LONGCTX", {.option = w4, .prompt_p95 = 70000}, {.option = fp8, .prompt_p95 = 70000}},
      {"Q-MULTILINGUAL",
       {.option = w4, .more = "[quality]\nnon_english_share = 0.3"},
       {.option = w4, .more = "[quality]\nnon_english_share = 0.05"}},
      {"Q-TOOLS-SMALL",
       {.model = "llama-3.2-1b", .option = w4, .more = "[quality]\ntool_calls = true"},
       {.model = "llama-3.1-8b", .option = w4, .more = "[quality]\ntool_calls = true"}},
      {"Q-MATH-CODE",
       {.option = w4, .more = "[quality]\ntask = \"reasoning\""},
       {.option = w4, .more = "[quality]\ntask = \"knowledge\""}},
      {"IDLE-GPU", {.running = {.gpus_saved = 0}}, {.running = {.gpus_saved = 1}}},
      {"INSTANCE-STEP", {.running = {.idle_gpus = 3}}, {.running = {.idle_gpus = 0}}},
      {"COMMITTED", {.running = {.committed_months = 12}}, {.running = {.committed_months = 0}}},
      {"GIB-GB",
       {.model = "qwen3-32b", .device = "rtx-5090"},
       {.model = "llama-3.1-8b", .device = "h100-sxm"}},
  };
}

TEST(Rules, EachFiresWhereItShouldAndOnlyThere) {
  for (const Row& row : rows()) {
    const auto on = fired(row.fires), off = fired(row.rests);
    EXPECT_NE(find(on, row.id), nullptr) << row.id << " should fire";
    EXPECT_EQ(find(off, row.id), nullptr)
        << row.id << " fires with " << (find(off, row.id) ? find(off, row.id)->numbers : "");
  }
}

// No scheme asks for INT4 units yet: the rule is shown on facts.
TEST(Rules, AsksWhetherInt4UnitsAreThere) {
  std::vector<decision::NamedFact> facts = {{"asked_units", std::string("INT4")}, {"runs_fallback", true}};
  const auto& rules = *formats::built_in_catalog().rules;
  EXPECT_NE(find(decision::fired_rules(rules, facts), "INT4-TC-GONE"), nullptr);
  facts[1].value = false;
  EXPECT_EQ(find(decision::fired_rules(rules, facts), "INT4-TC-GONE"), nullptr);
}

TEST(Rules, EveryOneHasARowAbove) {
  std::set<std::string> told = {"INT4-TC-GONE"};
  for (const Row& row : rows()) told.insert(row.id);
  for (const cases::Rule& rule : *formats::built_in_catalog().rules)
    EXPECT_TRUE(told.contains(rule.id)) << rule.id;
  EXPECT_EQ(told.size(), formats::built_in_catalog().rules->size());
}

TEST(Rules, AskForFactsThatAreComputed) {
  std::set<std::string_view> known;
  for (const decision::FactMeaning& fact : decision::fact_meanings()) known.insert(fact.name);
  const cases::Case c = read({.option = w4});
  for (const decision::NamedFact& fact : decision::facts_of(c, c.options[0], {.gpus_saved = 0}))
    EXPECT_TRUE(known.contains(fact.name)) << fact.name << " has no meaning";
  for (const cases::Rule& rule : *formats::built_in_catalog().rules) {
    for (const auto& line : rule.when) {
      for (const cases::Condition& condition : line) {
        EXPECT_TRUE(known.contains(condition.fact)) << rule.id << ": " << condition.fact;
        if (const auto* other = std::get_if<cases::Condition::OtherFact>(&condition.value)) {
          EXPECT_TRUE(known.contains(other->name)) << rule.id << ": " << other->name;
        }
      }
    }
  }
}

// A warning widens an interval, or says why it changes no figure; one that widens asks only for what is known
// before anything runs.
TEST(Rules, WarningsHaveAConsequenceOrSayWhyNot) {
  const cases::Case c = read({.option = w4});
  std::set<std::string_view> standing;
  for (const decision::NamedFact& fact : decision::standing_facts(c, c.options[0]))
    standing.insert(fact.name);
  std::size_t widening = 0;
  for (const cases::Rule& rule : *formats::built_in_catalog().rules) {
    if (rule.severity != cases::Severity::warn) continue;
    EXPECT_NE(rule.widens.has_value(), !rule.informs.empty()) << rule.id;
    if (!rule.widens) continue;
    ++widening;
    EXPECT_GT(rule.widens->factor, 1) << rule.id;
    EXPECT_FALSE(rule.widens->reason.empty()) << rule.id;
    for (const auto& line : rule.when) {
      for (const cases::Condition& condition : line)
        EXPECT_TRUE(standing.contains(condition.fact)) << rule.id << ": " << condition.fact;
    }
  }
  EXPECT_GE(widening, 7U);
}

// Each of them on the case that fires it, and on the one beside it that does not.
TEST(Rules, ThatWidenWidenTheirOption) {
  for (const Row& row : rows()) {
    const auto& rules = *formats::built_in_catalog().rules;
    const auto rule = std::ranges::find(rules, row.id, &cases::Rule::id);
    if (!rule->widens) continue;
    const cases::Case c = read(row.fires), other = read(row.rests);
    const auto names = [&](const decision::WidenedCase& widened) {
      return std::ranges::any_of(widened.by_option[0],
                                 [&](const auto& one) { return one.rule->id == row.id; });
    };
    const decision::WidenedCase widened = decision::widen(c);
    EXPECT_TRUE(names(widened)) << row.id;
    EXPECT_FALSE(names(decision::widen(other))) << row.id;
    if (rule->widens->input == "quality loss") {
      EXPECT_GT(widened.c.options[0].quality_loss.p90, c.options[0].quality_loss.p90) << row.id;
    } else {
      EXPECT_GT(decision::time_factor_sigma(widened.c, 0), decision::time_factor_sigma(c, 0)) << row.id;
    }
  }
}

TEST(Rules, TellTheNumbersThatFiredThem) {
  const auto rules = fired({.device = "a100-80-sxm", .option = w4, .running = {.largest_batch = 1024}});
  const FiredRule* rule = find(rules, "W4-LARGE-BATCH");
  ASSERT_NE(rule, nullptr);
  EXPECT_TRUE(rule->numbers.contains("tokens_per_step 2,050 >= crossover_tokens ")) << rule->numbers;
}

TEST(Rules, BlocksComeFirst) {
  const auto rules = fired({.device = "a100-80-sxm",
                            .option = w4,
                            .more = "lora_adapters = 2",
                            .running = {.largest_batch = 1024, .idle_gpus = 1}});
  ASSERT_GE(rules.size(), 3U);
  for (std::size_t i = 1; i < rules.size(); ++i)
    EXPECT_LE(rules[i - 1].rule->severity, rules[i].rule->severity);
}

}  // namespace
}  // namespace bitworth
