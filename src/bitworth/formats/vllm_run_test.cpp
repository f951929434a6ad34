#include "bitworth/formats/vllm_run.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/scratch_folder.hpp"

namespace bitworth::formats {
namespace {

class VllmRunFolder : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  tests::ScratchFolder scratch_;
  std::filesystem::path folder_ = scratch_.path();
};

TEST_F(VllmRunFolder, GivesSettingsTraceAndMeans) {
  write("meta.json",
        R"({"model": "a/b", "engine_kwargs": {"tensor_parallel_size": 2, "max_num_seqs": 64},
            "kv_cache": {"num_gpu_blocks": 99, "block_size": 32},
            "hardware": {"device_name": "X"},
            "resolved_config": {"scheduler_config": {"async_scheduling": false}}})");
  write("requests.jsonl",
        R"({"input_toks": 5, "output_toks": 3, "queued_ts": 10, "first_token_ts": 11, "last_token_ts": 13}
{"input_toks": 6, "output_toks": 1, "queued_ts": 9.5, "first_token_ts": 9.75, "last_token_ts": 9.75}
)");
  const auto run = read_vllm_run(folder_);
  ASSERT_TRUE(run) << to_text(run.error());
  EXPECT_EQ(run->architecture, "a/b");
  EXPECT_EQ(run->device, "X");
  EXPECT_EQ(run->tensor_parallel, 2);
  EXPECT_EQ(run->max_num_seqs, 64);
  EXPECT_EQ(run->block_tokens, 32);
  EXPECT_EQ(run->kv_blocks, 99);
  EXPECT_FALSE(run->async_scheduling);
  ASSERT_EQ(run->trace.size(), 2U);
  EXPECT_EQ(run->trace[0], (workload::Request{0, 6, 1}));
  EXPECT_EQ(run->trace[1], (workload::Request{500'000'000, 5, 3}));
  EXPECT_DOUBLE_EQ(run->ttft_seconds, (1 + 0.25) / 2);
  EXPECT_DOUBLE_EQ(run->tpot_seconds, 1);
  EXPECT_DOUBLE_EQ(run->e2e_seconds, (3 + 0.25) / 2);
}

// The client's clock is 100 s behind; the second request waited 0.5 s for the engine to look.
TEST_F(VllmRunFolder, ArrivalsAreTheClients) {
  write("meta.json", R"({"model": "a/b"})");
  write(
      "requests.jsonl",
      R"({"input_toks": 5, "output_toks": 3, "arrival_time": -90, "queued_ts": 10, "first_token_ts": 11, "last_token_ts": 13}
{"input_toks": 6, "output_toks": 2, "arrival_time": -89, "queued_ts": 11.5, "first_token_ts": 12, "last_token_ts": 13}
)");
  const auto run = read_vllm_run(folder_);
  ASSERT_TRUE(run) << to_text(run.error());
  EXPECT_EQ(run->trace[1].arrival, 1'000'000'000);
  EXPECT_DOUBLE_EQ(run->ttft_seconds, (1 + 0.5) / 2);
}

TEST_F(VllmRunFolder, ConfigJsonDescribesTheMachine) {
  write("meta.json", R"({"model": "a/b"})");
  write("requests.jsonl",
        R"({"input_toks": 5, "output_toks": 3, "queued_ts": 10, "first_token_ts": 11, "last_token_ts": 13})");
  EXPECT_FALSE(read_vllm_run(folder_)->link);
  write("config.json",
        R"({"link_bw": 16, "link_latency": 20000, "nodes": [3, {"instances": [{"hardware": "Y"}]}]})");
  const auto run = read_vllm_run(folder_);
  ASSERT_TRUE(run) << to_text(run.error());
  EXPECT_EQ(run->device, "Y");
  ASSERT_TRUE(run->link);
  EXPECT_DOUBLE_EQ(run->link->bandwidth.value(), 16e9);
  EXPECT_DOUBLE_EQ(run->link->latency.value(), 20e-6);
  write("meta.json", R"({"model": "a/b", "hardware": {"device_name": "X"}})");
  EXPECT_EQ(read_vllm_run(folder_)->device, "X");
  write("config.json", R"({"nodes": 7})");
  EXPECT_FALSE(read_vllm_run(folder_));
}

TEST_F(VllmRunFolder, RefusesWhatIsMissing) {
  EXPECT_FALSE(read_vllm_run(folder_));
  write("meta.json", "{}");
  write("requests.jsonl", "");
  EXPECT_FALSE(read_vllm_run(folder_));
  write("meta.json", R"({"model": "a"})");
  EXPECT_FALSE(read_vllm_run(folder_));
  write("requests.jsonl", R"({"input_toks": 5, "output_toks": 3, "queued_ts": 10, "first_token_ts": 11})");
  const auto run = read_vllm_run(folder_);
  ASSERT_FALSE(run);
  EXPECT_NE(to_text(run.error()).find("last_token_ts"), std::string::npos);
}

}  // namespace
}  // namespace bitworth::formats
