#include "bitworth/formats/kernels.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/hardware/step_kernels.hpp"
#include "tests/support/scratch_folder.hpp"

namespace bitworth::formats {
namespace {

const hardware::KernelTables& shipped() {
  return *built_in_catalog().kernels;
}

struct Reading {
  hardware::KernelTables tables;
  std::string problems;
};

Reading read(const std::string& text, KernelRows whose = KernelRows::own) {
  Problems problems;
  Reading result;
  const auto document = parse_toml(text, "own.toml");
  Reader root(*document, "own.toml", problems);
  result.tables = read_kernels(root, whose);
  root.finish();
  for (const Error& problem : problems) result.problems += to_text(problem) + "\n";
  return result;
}

TEST(Kernels, ShippedRowsReadBack) {
  const auto found =
      hardware::find_kernel(shipped(), "marlin-4", *built_in_catalog().devices.find("a100-80-sxm"));
  ASSERT_TRUE(found);
  EXPECT_DOUBLE_EQ(found->kernel.launch.value(), 13.09e-6);
  EXPECT_DOUBLE_EQ(found->kernel.bandwidth_share, 0.7413);
  EXPECT_EQ(found->rung, hardware::Rung::same_family);
  const hardware::EngineCosts& engine = *shipped().engine("vllm");
  EXPECT_DOUBLE_EQ(engine.per_step.value(), 345.3e-6);
  EXPECT_EQ(engine.token_budget, 2048);
  EXPECT_EQ(shipped().engine("transformers")->eager_host_of_family.at("turing"), 1.45);
  EXPECT_EQ(engine.mixed_attention_rows.at("ada"), 64);
  EXPECT_FALSE(engine.mixed_attention_rows.contains("hopper"));
  EXPECT_DOUBLE_EQ(shipped().spread.rung[1], 0.03);
}

// A kernel that is found nowhere would run at every peak.
TEST(Kernels, EverySchemeFindsARowOnEveryDeviceInEveryEngine) {
  const Catalog& catalog = built_in_catalog();
  for (const hardware::EngineCosts& engine : shipped().engines) {
    for (const hardware::Device& device : catalog.devices.all()) {
      EXPECT_TRUE(hardware::find_kernel(shipped(), engine.sixteen_bit_kernel, device)) << engine.name;
      for (const llm::Scheme& scheme : catalog.schemes.all()) {
        const std::string kernel = hardware::choose_kernel(shipped(), engine, scheme, device).kernel;
        EXPECT_TRUE(hardware::find_kernel(shipped(), kernel, device)) << kernel << " on " << device.id;
      }
    }
  }
}

TEST(Kernels, EveryChoiceNamesAKnownScheme) {
  for (const hardware::KernelChoice& choice : shipped().choices) {
    for (const std::string& scheme : choice.schemes)
      EXPECT_TRUE(built_in_catalog().schemes.find(scheme)) << scheme;
  }
}

TEST(Kernels, OwnRowsNeedNoSource) {
  const Reading own = read(
      "[[kernel]]\nname = \"marlin-4\"\ndevices = [\"h100-sxm\"]\nlaunch = \"9 us\"\nbandwidth_share = 0.7\n"
      "compute_share = 0.6\ncorner = 2\nunits = \"fp16\"\n");
  EXPECT_EQ(own.problems, "");
  ASSERT_EQ(own.tables.kernels.size(), 1U);
  EXPECT_TRUE(own.tables.kernels[0].where.own);
  EXPECT_DOUBLE_EQ(own.tables.kernels[0].launch.value(), 9e-6);
}

TEST(Kernels, WrongRowsAreReported) {
  const std::string rest = "bandwidth_share = 0.7\ncompute_share = 0.6\ncorner = 2\nunits = \"fp16\"\n";
  EXPECT_EQ(read("[[kernel]]\nname = \"a\"\nlaunch = 5\n" + rest).problems.substr(0, 15), "own.toml:3:10: ");
  EXPECT_NE(read("[[kernel]]\nname = \"a\"\nlaunch = \"5 us\"\nshare = 1\n" + rest).problems.find("share"),
            std::string::npos);
  EXPECT_NE(read("[[kernel]]\nname = \"a\"\nlaunch = \"5 us\"\n" + rest, KernelRows::shipped)
                .problems.find("source"),
            std::string::npos);
}

TEST(Kernels, ACaseMayBringItsOwn) {
  const tests::ScratchFolder folder;
  std::ofstream(folder / "mine.toml")
      << "[[kernel]]\nname = \"fp8\"\nlaunch = \"1 us\"\nbandwidth_share = 0.99\ncompute_share = 0.9\n"
         "corner = 4\nunits = \"fp8\"\n";
  const std::string text =
      "[model]\narchitecture = \"llama-3.1-8b\"\n[hardware]\ndevice = \"h100-sxm\"\nkernels = \"FILE\"\n"
      "[workload]\nrequests_per_second = 12\nprompt_tokens = { p50 = 1020, p95 = 4083 }\n"
      "output_tokens = { p50 = 129, p95 = 451 }\n[[option]]\nscheme = \"w8a8-fp8\"\n";
  const auto with = [&](const std::string& file) {
    std::string changed = text;
    changed.replace(changed.find("FILE"), 4, file);
    return read_case(changed, (folder / "case.toml").string(), built_in_catalog());
  };
  const auto own = with("mine.toml");
  ASSERT_TRUE(own);
  EXPECT_EQ(own->options[0].kernels.linears.bandwidth_share, 0.99);
  EXPECT_EQ(own->options[0].kernels.rung, hardware::Rung::own_measurement);
  EXPECT_NE(own->baseline.kernels.rung, hardware::Rung::own_measurement);
  const auto missing = with("none.toml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error()[0].kind, ErrorKind::io);
}

}  // namespace
}  // namespace bitworth::formats
