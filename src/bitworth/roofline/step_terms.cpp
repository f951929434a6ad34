#include "bitworth/roofline/step.hpp"

namespace bitworth::roofline {
namespace {

Term term(std::string_view name, Constants constants, StepTime time) {
  return {.name = name, .constants = constants, .gemm = {}, .calls = 1, .time = time};
}

StepTime sum(const std::vector<Term>& terms) {
  StepTime total;
  for (const Term& each : terms) total += each.time;
  return total;
}

}  // namespace

std::vector<Term> StepModel::terms(const StepShape& shape) const {
  std::vector<Term> terms;
  layer_.describe(shape.tokens(), terms);
  StepTime decode, prefill;
  if (shape.decode_sequences > 0) {
    add_decode_attention(shape, decode);
    terms.push_back(term("attention of decoding", Constants::attention, decode));
  }
  if (shape.prefill_tokens > 0) {
    attention_.add_prefill(shape.prefill_tokens, shape.prefill_context, prefill);
    terms.push_back(term("attention of prompts", Constants::attention, prefill));
  }
  for (Term& each : terms) {
    each.calls *= layers_;
    each.time *= layers_;
  }
  if (shape.sampled_rows > 0) {
    const GemmTerms head = lm_head_.terms(shape.sampled_rows);
    terms.push_back(term("lm_head", Constants::lm_head,
                         {.weight_reads = head.time.weights,
                          .activations = head.time.activations,
                          .compute = head.time.compute,
                          .launches = head.time.launch}));
    terms.back().gemm = head;
  }
  if (eager_) {
    const StepTime device = sum(terms);
    StepTime late = device;
    let_host_lag(shape.tokens() <= 1, late);
    const double shown = (late.total() - late.host) / device.total();
    for (Term& each : terms) each.time *= shown;  // what the host's time does not hide
    terms.push_back(term("launching operations", Constants::engine, {.host = late.host}));
  }
  terms.push_back(term("scheduler and engine", Constants::engine, {.host = per_step_}));
  if (shape.decode_sequences > 0) {
    terms.push_back(term("sampling and detokenizing", Constants::engine,
                         {.host = per_sequence_ * shape.decode_sequences}));
    terms.back().calls = shape.decode_sequences;
  }
  for (Term& each : terms) each.time *= time_factor_;
  return terms;
}

}  // namespace bitworth::roofline
