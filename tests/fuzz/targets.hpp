#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "bitworth/formats/answer_files.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/config_json.hpp"
#include "bitworth/formats/divergence_checkpoint.hpp"
#include "bitworth/formats/gguf.hpp"
#include "bitworth/formats/llama_perplexity.hpp"
#include "bitworth/formats/paired_outcomes.hpp"
#include "bitworth/formats/perplexity_base_file.hpp"
#include "bitworth/formats/request_log.hpp"
#include "bitworth/formats/safetensors.hpp"
#include "bitworth/quality/assess.hpp"
#include "bitworth/quality/divergence_summary.hpp"

namespace bitworth::tests {

/// What must hold for every input: no crash, and what is accepted adds up. One function per format; the
/// fuzzers and the replay of the corpus call the same.

inline void require(bool holds) {
  if (!holds) std::abort();
}

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void fuzz_safetensors(std::span<const std::byte> bytes) {
  const auto table = formats::read_safetensors(bytes, bytes.size(), "fuzz");
  if (table) require(llm::summarize(*table).total_bytes() == bytes.size());
  const auto shards = formats::read_safetensors_index(text_of(bytes), "fuzz");
  if (shards) require(!shards->empty());
}

inline void fuzz_gguf(std::span<const std::byte> bytes) {
  const auto file = formats::read_gguf(bytes, bytes.size(), "fuzz");
  if (!file) return;
  require(llm::summarize(file->tensors).total_bytes() == bytes.size());
  const formats::GgufArchitecture found = formats::architecture_of(*file);
  require(found.architecture || !found.warnings.empty());
  if (found.architecture) require(llm::count_parameters(*found.architecture).total() > 0);
}

inline void fuzz_config_json(std::span<const std::byte> bytes) {
  const auto config = formats::read_config_json(text_of(bytes), "fuzz");
  if (config) require(llm::count_parameters(config->architecture).total() > 0);
}

inline void fuzz_perplexity_base_file(std::span<const std::byte> bytes) {
  const auto header = formats::read_base_file_header(bytes, bytes.size(), "fuzz");
  if (!header) return;
  require(header->file_bytes() == bytes.size());
  for (const std::int32_t token : header->tokens) require(token >= 0 && token < header->vocabulary);
}

inline void fuzz_divergence_checkpoint(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto contexts = formats::read_divergence_checkpoint(text, "fuzz");
  if (!contexts) return;
  std::string again;
  for (const quality::ContextScores& context : *contexts) again += formats::to_json_line(context) + "\n";
  const auto same = formats::read_divergence_checkpoint(again, "fuzz");
  require(same && *same == *contexts);
  if (!contexts->empty()) require(quality::summarize(*contexts).tokens > 0);
}

inline void require_sound(const cases::QualityEvidence& evidence) {
  const quality::Assessment result = quality::assess(evidence, {});
  require(result.whole.interval.low <= result.whole.interval.high);
  require(result.whole.p_accept >= 0 && result.whole.p_accept <= 1);
  require(!result.reason.empty());
}

/// Answers and divergences, in any of their formats.
inline void fuzz_quality(std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (const auto pairs = formats::parse_answer_pairs(text, "fuzz")) {
    if (const auto evidence = formats::pair_answers(pairs->baseline, pairs->candidate))
      require_sound(*evidence);
  }
  if (const auto sheet = formats::parse_answers(text, "fuzz", {})) {
    const auto* answers = std::get_if<formats::AnswerSheet>(&*sheet);
    const auto* scores = std::get_if<formats::ScoreSheet>(&*sheet);
    const auto evidence = answers != nullptr ? formats::pair_answers(*answers, *answers)
                                             : formats::compare_scores(*scores, *scores);
    require(evidence.has_value());
    require_sound(*evidence);
  }
  if (const auto kld = formats::parse_llama_perplexity(text, "fuzz")) require(kld->mean_kld >= 0);
}

/// A request log, CSV or JSON lines, whose columns are known or named.
inline void fuzz_request_text(std::span<const std::byte> bytes) {
  constexpr std::uint64_t limit = 3;
  const formats::RequestColumns named{"t", "in", "out", "ids"};
  for (const auto& columns : {std::optional<formats::RequestColumns>(), std::optional(named)}) {
    std::uint64_t requests = 0;
    const auto report = formats::scan_request_text(
        text_of(bytes), "fuzz", {columns, limit}, [&](const workload::Request& request, auto) {
          ++requests;
          require(request.prompt_tokens > 0 && request.output_tokens > 0);
        });
    if (!report) continue;
    require(report->requests == requests && report->bad_lines <= limit);
    require(report->lines == requests + report->bad_lines + report->without_tokens);
  }
}

/// The same from a file, which may be gzipped: a whole trace.
inline void fuzz_request_file(std::span<const std::byte> bytes) {
  const int file = memfd_create("fuzz", 0);
  require(file >= 0 && write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  const auto log = formats::read_request_log("/proc/self/fd/" + std::to_string(file));
  close(file);
  if (!log) return;
  const workload::Trace& trace = log->trace;
  require(!trace.empty() && trace.arrival(0) == 0 && trace.duration() >= 0);
  for (std::size_t i = 1; i < trace.size(); ++i) require(trace.arrival(i) >= trace.arrival(i - 1));
  require(std::isfinite(trace.requests_per_second()));
}

/// A case: it is read, or every problem has a message.
inline void fuzz_case_file(std::span<const std::byte> bytes) {
  const auto result =
      formats::read_case(text_of(bytes), "/no such folder/case.toml", formats::built_in_catalog());
  if (!result) {
    require(!result.error().empty());
    for (const Error& problem : result.error()) require(!problem.message.empty());
    return;
  }
  require(!result->options.empty());
  require(result->workload.prompt_tokens.mean() > 0 && std::isfinite(result->workload.output_tokens.mean()));
}

}  // namespace bitworth::tests
