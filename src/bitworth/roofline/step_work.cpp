#include "bitworth/roofline/step_work.hpp"

#include "bitworth/llm/footprint.hpp"

namespace bitworth::roofline {
namespace {

constexpr double flops_per_multiply_add = 2;

Flops useful_flops(const GemmTerms& gemm) {
  if (gemm.matrices != 1) return gemm.flops;  // experts: rows are spread over them, and none fill up
  return Flops(flops_per_multiply_add * gemm.rows * gemm.inner * gemm.outer);
}

// Of one token that attends to so many, all layers and heads: scores and their weighted sum.
Flops attention_flops(const llm::Architecture& a, double context, bool decoding) {
  const double per_head = decoding && a.mla ? 2.0 * a.mla->kv_rank + a.mla->rope_dim : 2.0 * a.head_dim;
  return Flops(flops_per_multiply_add * per_head * a.heads * llm::attended_layer_tokens(a, context));
}

}  // namespace

StepWork step_work(const cases::Case& c, const cases::Option& option, const StepModel& model, int gpus,
                   const StepShape& shape) {
  StepWork work;
  for (const Term& term : model.terms(shape)) {
    if (!term.gemm) continue;
    work.flops = work.flops + useful_flops(*term.gemm) * term.calls;
    work.bytes = work.bytes + term.gemm->bytes * term.calls;
  }
  const Flops attention =
      attention_flops(c.architecture, shape.decode_context, true) * shape.decode_sequences +
      attention_flops(c.architecture, shape.prefill_context, false) * shape.prefill_tokens;
  work.flops = work.flops + attention / gpus;
  const Bytes cache = llm::kv_cache_bytes(c.architecture, option.kv_cache, shape.decode_context);
  work.bytes = work.bytes + cache * shape.decode_sequences / llm::kv_shards(c.architecture, gpus);
  return work;
}

}  // namespace bitworth::roofline
