#include "bitworth/validation/predict.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "bitworth/base/rng.hpp"
#include "bitworth/roofline/capacity.hpp"
#include "bitworth/roofline/step.hpp"

namespace bitworth::validation {
namespace {

enum class Phase { prefill, decode, whole_request, serving, published_point };

std::optional<Phase> phase_named(std::string_view name) {
  if (name == "prefill") return Phase::prefill;
  if (name == "decode") return Phase::decode;
  if (name == "e2e-single" || name == "cost-single" || name == "e2e-batch") return Phase::whole_request;
  if (name.starts_with("serving") || name.starts_with("cost-serving")) return Phase::serving;
  if (name == "published-tpot") return Phase::published_point;
  return std::nullopt;
}

/// The pair's numbers, with what sources usually mean where they are silent.
struct Load {
  Phase phase = Phase::decode;
  double prompt = 0;
  double output = 0;
  double batch = 1;
  bool batch_stated = false;
  bool first_token = false;    ///< the time to it is what was measured
  bool per_token = false;      ///< the time per output token, of a replica that serves
  bool whole_latency = false;  ///< of a request, of a replica that serves
  bool best_fleet = false;     ///< "n GPUs" means the best that can be made of them

  double mean_context() const { return prompt + output / 2; }
};

Load load_of(const cases::MeasuredPair& pair, Phase phase) {
  Load load;
  load.phase = phase;
  load.batch_stated = pair.batch.has_value();
  switch (phase) {
    case Phase::prefill:
      load.prompt = std::max(1.0, pair.prompt_tokens.value_or(512));
      break;
    case Phase::decode:
      // Nothing said: the usual short test. An output only: from an empty cache.
      if (!pair.prompt_tokens && pair.output_tokens.value_or(0) <= 0) {
        load.prompt = load.output = 128;
      } else {
        load.prompt = pair.prompt_tokens.value_or(0);
        load.output = pair.output_tokens.value_or(128);
      }
      break;
    case Phase::whole_request:
    case Phase::serving:
    case Phase::published_point:
      load.prompt = pair.prompt_tokens.value_or(phase == Phase::serving ? 1024 : 512);
      load.output = pair.output_tokens.value_or(0) > 0 ? *pair.output_tokens : 128;
      break;
  }
  load.batch = pair.batch.value_or(pair.phase == "e2e-batch" ? 8 : 1);
  if (phase == Phase::serving) {
    load.first_token = pair.metric == "ttft" || pair.metric == "mean_ttft";
    load.per_token = pair.metric == "tpot" || pair.metric == "mean_tpot";
    load.whole_latency = pair.phase == "serving-online" && pair.metric == "request_latency";
    load.best_fleet = !load.batch_stated && (pair.metric == "max_qps" || pair.metric == "queries_per_dollar");
  }
  return load;
}

/// One side of a pair on so many GPUs that work together.
class Replica {
 public:
  Replica(const cases::ResolvedPair& pair, const cases::PairSide& side, int gpus)
      : engine_(side.kernels.engine),
        model_(*pair.architecture, side.scheme, side.kv_cache, *pair.device, side.kernels, gpus),
        cached_tokens_(
            roofline::cached_tokens(*pair.architecture, side.kv_cache, engine_,
                                    roofline::plan_memory(*pair.architecture, side.scheme, *pair.device,
                                                          engine_, engine_.memory_utilization, gpus),
                                    gpus)) {}

  double cached_tokens() const { return cached_tokens_; }
  int pipeline_devices() const { return model_.pipeline_devices(); }

  /// Sequences of these lengths that the cache holds.
  double sequences(const Load& load) const {
    return cached_tokens_ / (load.prompt + load.output * engine_.held_output);
  }

  /// What the source measured, as a time: smaller is better.
  double seconds(const Load& load) const {
    switch (load.phase) {
      case Phase::prefill:
        return prefill(load.prompt, load.batch);
      case Phase::decode:
        return decode(load.batch, load.mean_context());
      case Phase::whole_request:
        return prefill(load.prompt, load.batch) +
               std::max(0.0, load.output - 1) * decode(load.batch, load.mean_context());
      case Phase::serving:
        return serving(load);
      case Phase::published_point:
        return published_point(load);
    }
    return 0;
  }

 private:
  double decode(double batch, double context) const {
    return model_({.decode_sequences = batch, .decode_context = context, .sampled_rows = batch})
        .total()
        .value();
  }

  double prefill(double prompt, double prompts) const {
    return prefill_time(model_, prompts, prompt, roofline::prompt_context(prompt), engine_.token_budget)
        .total()
        .value();
  }

  double concurrency(const Load& load, double at_most) const {
    return std::max(1.0, std::min(at_most, sequences(load)));
  }

  double serving(const Load& load) const {
    if (load.first_token) return prefill(load.prompt, 1);
    if (load.per_token || load.whole_latency) {
      constexpr double usual_concurrency = 16;
      const double batch = concurrency(load, load.batch_stated ? load.batch : usual_concurrency);
      const double token =
          decode(batch, load.mean_context()) + prefill(load.prompt, 1) * (batch - 1) / load.output;
      return load.whole_latency ? token * load.output + prefill(load.prompt, 1) : token;
    }
    const double at_most = load.batch_stated ? load.batch : engine_.max_sequences * engine_.mean_share;
    const double batch = concurrency(load, at_most);
    const double cycle = load.output * decode(batch, load.mean_context()) + prefill(load.prompt, batch) +
                         batch * model_.per_request().value();
    return cycle / batch;
  }

  // A point that was published did run: at half its batch at least.
  double published_point(const Load& load) const {
    const double batch = std::max(concurrency(load, load.batch), load.batch / 2);
    return decode(batch, load.mean_context()) + prefill(load.prompt, 1) * batch / load.output;
  }

  const hardware::EngineCosts& engine_;
  roofline::StepModel model_;
  double cached_tokens_ = 0;
};

/// The best that can be made of a side's GPUs.
struct BestFleet {
  double gpu_seconds = 0;
  double sequences = 0;
  int pipeline_devices = 1;
};

BestFleet best_fleet(const cases::ResolvedPair& pair, const cases::PairSide& side, const Load& load) {
  BestFleet best;
  const int gpus = side.gpus;
  bool found = false;
  for (int together = load.best_fleet ? 1 : gpus; together <= gpus; together *= 2) {
    if (gpus % together != 0) continue;
    const Replica replica(pair, side, together);
    if (together < gpus && replica.cached_tokens() < side.kernels.engine.least_cached_tokens) continue;
    const double gpu_seconds = replica.seconds(load) * together;
    if (found && gpu_seconds >= best.gpu_seconds) continue;
    best = {gpu_seconds, replica.sequences(load), replica.pipeline_devices()};
    found = true;
  }
  if (found) return best;
  const Replica whole(pair, side, gpus);
  return {whole.seconds(load) * gpus, whole.sequences(load), whole.pipeline_devices()};
}

double sigma_of(const cases::ResolvedPair& pair, const Load& load, const BestFleet& baseline,
                const BestFleet& quantized, double speedup) {
  const hardware::StepKernels& kernels = pair.quantized.kernels;
  const hardware::Spread& spread = kernels.spread;
  const double doubt = pair.approximate ? spread.approximate : 0;
  if (load.phase == Phase::published_point) return std::hypot(spread.published_point, doubt);
  double sigma = std::hypot(hardware::relative_sigma(kernels, speedup), doubt);
  if (load.phase == Phase::serving) {
    sigma = std::hypot(sigma, spread.serving);
    constexpr double few = 16;
    if (!load.first_token && baseline.sequences < few) sigma = std::hypot(sigma, spread.kv_limited);
  }
  if (load.phase == Phase::prefill) {
    sigma = std::hypot(sigma, spread.prefill);
    if (baseline.pipeline_devices != quantized.pipeline_devices) sigma = std::hypot(sigma, spread.placement);
  }
  return sigma;
}

}  // namespace

std::expected<Prediction, std::string> predict(const cases::ResolvedPair& pair) {
  const std::optional<Phase> phase = phase_named(pair.pair.phase);
  if (!phase) return std::unexpected("unknown phase \"" + pair.pair.phase + "\"");
  const Load load = load_of(pair.pair, *phase);
  const BestFleet baseline = best_fleet(pair, pair.baseline, load);
  const BestFleet quantized = best_fleet(pair, pair.quantized, load);
  Prediction result;
  result.baseline_seconds = baseline.gpu_seconds / pair.baseline.gpus;
  result.quantized_seconds = quantized.gpu_seconds / pair.quantized.gpus;
  result.speedup = baseline.gpu_seconds / quantized.gpu_seconds;
  result.sigma = sigma_of(pair, load, baseline, quantized, result.speedup);
  const double reach = std::exp(normal_quantile(0.9) * result.sigma);
  result.p10 = result.speedup / reach;
  result.p90 = result.speedup * reach;
  return result;
}

}  // namespace bitworth::validation
