#include "bitworth/measure/roofline.hpp"

#include <algorithm>

#include "bitworth/measure/findings.hpp"

namespace bitworth::measure {
namespace {

// Bytes that a token of context holds in the cache, in 16 bits.
double cache_bytes(const llm::Architecture& a) {
  return 2.0 * 2.0 * a.layers * a.kv_heads * a.head_dim;
}

}  // namespace

const cases::ProbedRate* rate(const cases::Evidence& evidence, const std::string& of) {
  const auto found = std::ranges::find_if(evidence.rates, [&](const cases::ProbedRate& r) {
    return r.of == of && r.threads == evidence.engine.threads;
  });
  return found == evidence.rates.end() ? nullptr : &*found;
}

std::string kernel_of(const std::string& scheme) {
  if (scheme == "fp16") return "ggml f16";
  // K-quants mix types; their name has the main one: q4_k_m is mostly q4_k.
  const bool mixed = scheme.size() > 5 && scheme[0] == 'q' && scheme.substr(2, 3) == "_k_";
  return "ggml " + (mixed ? scheme.substr(0, 4) : scheme);
}

std::optional<Floor> floor_of(const cases::Evidence& evidence, std::size_t file, std::size_t cell) {
  const auto time = pass_time(evidence, file, cell);
  const cases::ProbedRate* reading = rate(evidence, "read");
  const cases::ProbedRate* computing = rate(evidence, kernel_of(evidence.files[file].scheme));
  if (!time || !reading || !computing || !evidence.model.architecture) return std::nullopt;
  const llm::Architecture& a = *evidence.model.architecture;
  const cases::TimingCell& c = evidence.cells[cell];
  const llm::ParameterCounts counts = llm::count_parameters(a);
  const double used = counts.total() - (a.tied_embeddings ? 0 : counts.embedding);
  const double weights = static_cast<double>(evidence.files[file].weight_bytes) * used / counts.total();
  const double context = c.depth + (c.phase == cases::TimedPhase::decode ? c.repeats / 2.0 : 0);
  Floor result;
  result.memory_seconds = (weights + c.batch * context * cache_bytes(a)) / reading->median;
  result.compute_seconds = 2 * used * c.batch * c.tokens / computing->median;
  result.reached = result.seconds() / time->median;
  return result;
}

}  // namespace bitworth::measure
