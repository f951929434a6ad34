#include "bitworth/roofline/layers.hpp"

#include <algorithm>
#include <cmath>

namespace bitworth::roofline {
namespace {

constexpr double bytes_per_activation = 2;
/// Share of the bandwidth that norms, activations and residuals reach; a guess within 0.6-0.8 of published
/// fits.
constexpr double elementwise_share = 0.7;

void add_gemm(const GemmTime& gemm, double share, StepTime& time) {
  time.launches += gemm.launch * share;
  time.weight_reads += gemm.weights * share;
  time.activations += gemm.activations * share;
  time.compute += gemm.compute * share;
}

/// Sums the times of a layer's matrices.
struct Adding {
  StepTime& time;

  void dense(std::string_view, Constants, const Gemm& gemm, double rows, double share) const {
    add_gemm(gemm(rows), share, time);
  }
  void grouped(std::string_view, const Gemm& gemm, double rows, double visits, double matrices,
               double share) const {
    add_gemm(gemm.grouped(rows, visits, matrices), share, time);
  }
};

/// Records them, one term each.
struct Describing {
  std::vector<Term>& terms;

  void add(std::string_view name, Constants constants, const GemmTerms& gemm, double share) const {
    Term term{.name = name, .constants = constants, .gemm = gemm, .calls = share, .time = {}};
    add_gemm(gemm.time, share, term.time);
    terms.push_back(term);
  }
  void dense(std::string_view name, Constants constants, const Gemm& gemm, double rows, double share) const {
    add(name, constants, gemm.terms(rows), share);
  }
  void grouped(std::string_view name, const Gemm& gemm, double rows, double visits, double matrices,
               double share) const {
    add(name, Constants::experts, gemm.grouped_terms(rows, visits, matrices), share);
  }
};

// A part of so many heads on each GPU, at least one: KV heads replicate beyond their number.
double per_gpu(int heads, int tensor_parallel) {
  return std::max(1.0, static_cast<double>(heads) / tensor_parallel);
}

// Where devices have no link of their own, they meet on a bus of at least this.
constexpr BytesPerSecond pcie_of_unknown_width{16e9};

struct Wire {
  Seconds latency;
  BytesPerSecond bandwidth;
};

Wire wire(const hardware::Device& device, const hardware::AllReduce& kernel, int gpus) {
  if (device.link_bandwidth) {
    constexpr double latency_per_gpu = 0.06;  // of the ring's longer way
    return {kernel.link_latency * (1 + latency_per_gpu * gpus), *device.link_bandwidth * kernel.link_share};
  }
  return {kernel.pcie_latency * (gpus / 2.0),
          device.pcie_bandwidth.value_or(pcie_of_unknown_width) * kernel.pcie_share};
}

}  // namespace

LayerModel::LayerModel(const llm::Architecture& a, const llm::Scheme& scheme, const hardware::Device& device,
                       const hardware::StepKernels& kernels, int tensor_parallel, ExpertSplit experts) {
  const double t = tensor_parallel, bytes = scheme.weight_bits / 8;
  const double projection_bytes = kernels.projection_bits.value_or(scheme.weight_bits) / 8;
  const double heads = per_gpu(a.heads, tensor_parallel), kv_heads = per_gpu(a.kv_heads, tensor_parallel);
  const auto project = [&](std::string_view name, double inner, double outer) {
    projection_names_[projection_count_] = name;
    projections_[projection_count_++] = Gemm(kernels.projections, device, inner, outer, projection_bytes);
  };
  if (a.mla) {
    const llm::LatentAttention& mla = *a.mla;
    const double latent = mla.kv_rank + mla.rope_dim, queries = heads * a.head_dim;
    project("latents", a.hidden, mla.q_rank > 0 ? mla.q_rank + latent : queries + latent);
    if (mla.q_rank > 0) project("queries", mla.q_rank, queries);
    project("keys and values", mla.kv_rank, heads * (mla.nope_dim + mla.v_dim));
    project("attention out", heads * mla.v_dim, a.hidden);
  } else {
    project("queries, keys and values", a.hidden, (heads + 2 * kv_heads) * a.head_dim);
    project("attention out", heads * a.head_dim, a.hidden);
  }
  const double inputs = a.gated_ffn ? 2 : 1;
  const auto in = [&](double width) {
    return Gemm(kernels.linears, device, a.hidden, inputs * width / t, bytes);
  };
  const auto out = [&](double width) { return Gemm(kernels.linears, device, width / t, a.hidden, bytes); };
  ffn_in_ = in(a.ffn);
  ffn_out_ = out(a.ffn);
  double widest = 3.0 * a.ffn;
  if (a.moe) {
    const llm::MixtureOfExperts& moe = *a.moe;
    mixture_ = true;
    has_shared_ = moe.shared_ffn > 0;
    shared_in_ = in(moe.shared_ffn);
    shared_out_ = out(moe.shared_ffn);
    const int groups = experts == ExpertSplit::by_expert ? tensor_parallel : 1;
    const double width = moe.expert_ffn * groups / t;
    expert_in_ = Gemm(kernels.experts, device, a.hidden, 2 * width, bytes);
    expert_out_ = Gemm(kernels.experts, device, width, a.hidden, bytes);
    routing_ = ExpertRouting(moe, groups);
    dense_share_ = static_cast<double>(moe.first_dense_layers) / a.layers;
    experts_per_token_ = moe.experts_per_token;
    widest = 3.0 * moe.experts_per_token * moe.expert_ffn;
  }
  elementwise_per_row_ = (Bytes(bytes_per_activation * (12.0 * a.hidden + widest) / std::sqrt(t)) /
                          (device.memory_bandwidth * elementwise_share))
                             .value();
  if (tensor_parallel > 1) {
    // After attention and after the FFN, each a ring: every byte passes 2 (t-1)/t times.
    const Wire way = wire(device, kernels.all_reduce, tensor_parallel);
    const double row = (Bytes(bytes_per_activation * a.hidden) / way.bandwidth).value();
    double all_reduces = 2;
    if (mixture_ && experts == ExpertSplit::by_expert) {
      // The first ring stops halfway, where each GPU has 1/t of the rows, and ends behind the experts.
      if (!has_shared_) all_reduces = 1 + dense_share_;
      dispatch_latency_ = way.latency.value();
      dispatch_per_visit_ = 2 * (t - 1) / t * row;
    }
    all_reduce_latency_ = all_reduces * way.latency.value();
    all_reduce_per_row_ = all_reduces * (2 * (t - 1) / t) * row;
  }
  const hardware::EngineCosts& engine = kernels.engine;
  overhead_ = engine.per_layer.value() *
              (engine.layer_time_scales_with_host ? kernels.device_class.host : kernels.device_class.gap);
}

template <class Visitor>
void LayerModel::visit_matrices(double rows, Visitor visit) const {
  for (int i = 0; i < projection_count_; ++i)
    visit.dense(projection_names_[i], Constants::projections, projections_[i], rows, 1);
  const auto ffn = [&](double share) {
    visit.dense("FFN in", Constants::linears, ffn_in_, rows, share);
    visit.dense("FFN out", Constants::linears, ffn_out_, rows, share);
  };
  if (!mixture_) return ffn(1);
  const double share = 1 - dense_share_;
  const ExpertLoad load = routing_.fullest(rows);
  const double rows_here = load.visits / experts_per_token_;
  visit.grouped("experts in", expert_in_, rows_here, load.visits, load.touched, share);
  visit.grouped("experts out", expert_out_, rows_here, load.visits, load.touched, share);
  if (has_shared_) {
    visit.dense("shared expert in", Constants::linears, shared_in_, rows, share);
    visit.dense("shared expert out", Constants::linears, shared_out_, rows, share);
  }
  if (dense_share_ > 0) ffn(dense_share_);
}

void LayerModel::add(double rows, StepTime& time) const {
  visit_matrices(rows, Adding{time});
  time.activations += Seconds(rows * elementwise_per_row_);
  time.communication += Seconds(all_reduce_latency_ + rows * all_reduce_per_row_ + exchange(rows));
  time.launches += Seconds(overhead_);
}

double LayerModel::exchange(double rows) const {
  if (dispatch_per_visit_ <= 0) return 0;
  return (dispatch_latency_ + routing_.fullest(rows).visits * dispatch_per_visit_) * (1 - dense_share_);
}

void LayerModel::describe(double rows, std::vector<Term>& terms) const {
  visit_matrices(rows, Describing{terms});
  const auto add = [&](std::string_view name, Constants constants, Seconds StepTime::*part, double seconds) {
    Term term{.name = name, .constants = constants, .gemm = {}, .calls = 1, .time = {}};
    term.time.*part = Seconds(seconds);
    terms.push_back(term);
  };
  add("norms, activations, residuals", Constants::elementwise, &StepTime::activations,
      rows * elementwise_per_row_);
  if (all_reduce_latency_ > 0 || all_reduce_per_row_ > 0)
    add("all-reduces", Constants::all_reduce, &StepTime::communication,
        all_reduce_latency_ + rows * all_reduce_per_row_);
  if (dispatch_per_visit_ > 0)
    add("rows to experts and back", Constants::all_reduce, &StepTime::communication, exchange(rows));
  add("gaps between kernels", Constants::engine, &StepTime::launches, overhead_);
}

AttentionModel::AttentionModel(const llm::Architecture& a, const llm::KvFormat& kv,
                               const hardware::Device& device, const hardware::StepKernels& kernels,
                               int tensor_parallel) {
  const hardware::AttentionKernel& kernel = kernels.attention;
  const double heads = per_gpu(a.heads, tensor_parallel), kv_heads = per_gpu(a.kv_heads, tensor_parallel);
  constexpr double usual_loss_with_8_bits = 0.8;
  const double share =
      kv.bits >= 16 ? kernel.bandwidth_share
                    : kernel.bandwidth_share_kv8.value_or(kernel.bandwidth_share * usual_loss_with_8_bits);
  // Latents serve all heads, so every GPU holds and reads them whole.
  const double cached_values = a.mla ? a.mla->kv_rank + a.mla->rope_dim : 2 * kv_heads * a.head_dim;
  // Scores and their weighted sum, two multiply-adds of two FLOPs per head and value.
  const double prefill_flops = 4 * heads * a.head_dim;
  const double decode_flops = a.mla ? 2 * heads * (2.0 * a.mla->kv_rank + a.mla->rope_dim) : prefill_flops;
  const hardware::PeakRates& peak = device.peak;
  const FlopsPerSecond rate = (peak.fp16   ? *peak.fp16
                               : peak.bf16 ? *peak.bf16
                                           : peak.fp32.value_or(FlopsPerSecond(1))) *
                              kernel.compute_share;
  launch_ = kernel.launch.value();
  read_per_token_ = (Bytes(cached_values * kv.bits / 8) / (device.memory_bandwidth * share)).value();
  decode_compute_per_token_ = (Flops(decode_flops) / rate).value();
  prefill_compute_per_token_ = (Flops(prefill_flops) / rate).value();
  mixed_compute_per_token_ = decode_compute_per_token_;
  const auto mixed_rows = kernels.engine.mixed_attention_rows.find(device.family);
  if (mixed_rows != kernels.engine.mixed_attention_rows.end() && !a.mla)
    mixed_compute_per_token_ = prefill_compute_per_token_ * mixed_rows->second;
  if (a.sliding_window) {
    window_ = a.sliding_window->window;
    windowed_share_ = a.sliding_window->pattern > 0 ? 1 - 1.0 / a.sliding_window->pattern : 1;
  }
}

double AttentionModel::attended(double context) const {
  return windowed_share_ * std::min(context, window_) + (1 - windowed_share_) * context;
}

void AttentionModel::add(double tokens, double compute_per_token, StepTime& time) const {
  const double read = tokens * read_per_token_, compute = tokens * compute_per_token;
  time.launches += Seconds(launch_);
  (read >= compute ? time.kv_reads : time.compute) += Seconds(std::max(read, compute));
}

void AttentionModel::add_decode(double sequences, double context, StepTime& time) const {
  add(sequences * attended(context + 1), decode_compute_per_token_, time);  // and the new one
}

void AttentionModel::add_decode_beside_prompts(double sequences, double context, StepTime& time) const {
  add(sequences * attended(context + 1), mixed_compute_per_token_, time);
}

void AttentionModel::add_prefill(double tokens, double context, StepTime& time) const {
  time.launches += Seconds(launch_);
  time.compute += Seconds(tokens * attended(context) * prefill_compute_per_token_);
}

}  // namespace bitworth::roofline
