#include "bitworth/formats/vllm_run.hpp"

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <vector>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/json_fields.hpp"
#include "bitworth/formats/line_source.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::uint64_t largest_meta = std::uint64_t{16} << 20;

void read_meta(const std::string& file, VllmRun& run) {
  const nlohmann::json json = parse_json_object(read_text_file(file, largest_meta), file);
  const JsonFields root(json, file);
  run.architecture = root.text("model");
  if (run.architecture.empty()) root.fail(ErrorKind::malformed, "has no \"model\"");
  if (const auto engine = root.object("engine_kwargs")) {
    run.tensor_parallel = engine->dimension("tensor_parallel_size").value_or(run.tensor_parallel);
    run.data_parallel = engine->dimension("data_parallel_size").value_or(run.data_parallel);
    run.expert_parallel = engine->boolean("enable_expert_parallel").value_or(false);
    run.max_num_seqs = engine->dimension("max_num_seqs").value_or(run.max_num_seqs);
    run.token_budget = engine->dimension("max_num_batched_tokens").value_or(run.token_budget);
    if (engine->has("dtype")) run.weight_format = engine->text("dtype");
    if (engine->has("kv_cache_dtype")) run.kv_cache_format = engine->text("kv_cache_dtype");
    if (engine->has("quantization")) run.weight_format = engine->text("quantization");
    run.gpu_memory_utilization =
        engine->number("gpu_memory_utilization").value_or(run.gpu_memory_utilization);
  }
  if (const auto cache = root.object("kv_cache")) {
    run.block_tokens = cache->dimension("block_size").value_or(run.block_tokens);
    run.gpu_memory_utilization = cache->number("gpu_memory_utilization").value_or(run.gpu_memory_utilization);
    run.prefix_caching = cache->boolean("enable_prefix_caching").value_or(run.prefix_caching);
    if (const auto blocks = cache->dimension("num_gpu_blocks")) run.kv_blocks = *blocks;
  }
  if (const auto resolved = root.object("resolved_config")) {
    if (const auto scheduler = resolved->object("scheduler_config"))
      run.async_scheduling = scheduler->boolean("async_scheduling").value_or(run.async_scheduling);
  }
  if (const auto hardware = root.object("hardware")) run.device = hardware->text("device_name");
}

// LLMServingSim's description of the machine: GB/s, nanoseconds, and each engine with its hardware.
void read_cluster(const std::string& file, VllmRun& run) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return;
  const nlohmann::json json = parse_json_object(read_text_file(file, largest_meta), file);
  const JsonFields root(json, file);
  const auto bandwidth = root.number("link_bw"), latency = root.number("link_latency");
  if (bandwidth && latency && *bandwidth > 0 && *latency >= 0)
    run.link = {Seconds(*latency * 1e-9), BytesPerSecond(*bandwidth * 1e9)};
  for (const JsonFields& node : root.objects("nodes")) {
    for (const JsonFields& instance : node.objects("instances")) {
      if (run.device.empty()) run.device = instance.text("hardware");
    }
  }
}

double time_of(const JsonFields& row, const char* key) {
  const auto value = row.number(key);
  if (!value) row.fail(ErrorKind::malformed, format("a request has no \"{}\"", key));
  return *value;
}

struct RequestRow {
  double queued = 0;
  std::optional<double> arrival;  // on another clock
  int prompt_tokens = 0, output_tokens = 0;
};

// Clocks differ by a constant: no request is queued before it arrives, and the quickest at once.
workload::Trace trace_of(const std::vector<RequestRow>& rows) {
  const bool all_arrive =
      std::ranges::all_of(rows, [](const RequestRow& row) { return row.arrival.has_value(); });
  double shift = 0;
  if (all_arrive && !rows.empty())
    shift = std::ranges::min(
        rows | std::views::transform([](const RequestRow& r) { return r.queued - *r.arrival; }));
  workload::Trace trace;
  for (const RequestRow& row : rows) {
    const double arrival = all_arrive ? *row.arrival + shift : row.queued;
    trace.add({static_cast<workload::Nanoseconds>(arrival * 1e9), row.prompt_tokens, row.output_tokens});
  }
  return trace;
}

void read_requests(const std::string& file, VllmRun& run) {
  LineSource lines = LineSource::file(file);
  std::size_t with_gaps = 0;
  std::vector<RequestRow> rows;
  for (std::string_view line; lines.next(line);) {
    if (line.empty()) continue;
    const std::string where = format("{}:{}", file, lines.number());
    const nlohmann::json json = parse_json_object(line, where);
    const JsonFields row(json, where);
    const double queued = time_of(row, "queued_ts"), first = time_of(row, "first_token_ts");
    const double last = time_of(row, "last_token_ts");
    const int prompt = row.dimension("input_toks").value_or(0),
              output = row.dimension("output_toks").value_or(0);
    if (prompt == 0 || output == 0) row.fail(ErrorKind::malformed, "a request without tokens");
    rows.push_back({queued, row.number("arrival_time"), prompt, output});
    run.ttft_seconds += first - queued;
    run.e2e_seconds += last - queued;
    if (output > 1) {
      run.tpot_seconds += (last - first) / (output - 1);
      ++with_gaps;
    }
  }
  run.trace = trace_of(rows);
  if (run.trace.empty()) fail(ErrorKind::malformed, {file, 0, 0}, "has no request in it");
  const auto count = static_cast<double>(run.trace.size());
  run.ttft_seconds /= count;
  run.e2e_seconds /= count;
  if (with_gaps > 0) run.tpot_seconds /= static_cast<double>(with_gaps);
  run.trace.sort_by_arrival();
  run.trace.start_at_zero();
}

}  // namespace

std::expected<VllmRun, Error> read_vllm_run(const std::string& folder) try {
  VllmRun run;
  read_meta(folder + "/meta.json", run);
  read_cluster(folder + "/config.json", run);
  read_requests(folder + "/requests.jsonl", run);
  return run;
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

}  // namespace bitworth::formats
