#include <ggml-alloc.h>
#include <llama.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <string>
#include <vector>

#include "bitworth/engine/handles.hpp"
#include "bitworth/engine/rates.hpp"
#include "bitworth/engine/repeated.hpp"

namespace bitworth::engine {
namespace {

constexpr ggml_type types[] = {GGML_TYPE_F16,  GGML_TYPE_BF16, GGML_TYPE_Q8_0, GGML_TYPE_Q6_K,
                               GGML_TYPE_Q5_K, GGML_TYPE_Q4_K, GGML_TYPE_Q4_0, GGML_TYPE_IQ4_XS};
constexpr std::int64_t rows = 512, inner = 2048, outer = 2048;

struct FreeTensors {
  void operator()(ggml_context* context) const { ggml_free(context); }
};
struct FreeBuffer {
  void operator()(ggml_backend_buffer* buffer) const { ggml_backend_buffer_free(buffer); }
};
struct FreeBackend {
  void operator()(ggml_backend* backend) const { ggml_backend_free(backend); }
};
using Tensors = std::unique_ptr<ggml_context, FreeTensors>;
using Buffer = std::unique_ptr<ggml_backend_buffer, FreeBuffer>;

Tensors new_context() {
  return Tensors(ggml_init({.mem_size = 16 * ggml_tensor_overhead() + ggml_graph_overhead(),
                            .mem_buffer = nullptr,
                            .no_alloc = true}));
}

// Where llama.cpp would put weights: first the layouts that its kernels like best, then plain memory.
std::vector<ggml_backend_buffer_type_t> places_for_weights(ggml_backend_dev_t cpu) {
  std::vector<ggml_backend_buffer_type_t> places;
  const auto extra = reinterpret_cast<ggml_backend_dev_get_extra_bufts_t>(ggml_backend_reg_get_proc_address(
      ggml_backend_dev_backend_reg(cpu), "ggml_backend_dev_get_extra_bufts"));
  if (extra != nullptr) {
    for (ggml_backend_buffer_type_t* place = extra(cpu); place != nullptr && *place != nullptr; ++place)
      places.push_back(*place);
  }
  places.push_back(ggml_backend_dev_buffer_type(cpu));
  return places;
}

std::string name_of(ggml_type type) {
  std::string name = std::string("ggml ") + ggml_type_name(type);
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

void probe_type(ggml_type type, int threads, ggml_backend_t backend, ggml_backend_dev_t cpu,
                const TellRate& tell) {
  for (const ggml_backend_buffer_type_t place : places_for_weights(cpu)) {
    const Tensors of_weights = new_context(), of_rest = new_context();
    ggml_tensor* weights = ggml_new_tensor_2d(of_weights.get(), type, inner, outer);
    const Buffer held(ggml_backend_alloc_ctx_tensors_from_buft(of_weights.get(), place));
    if (!held) continue;
    ggml_backend_buffer_set_usage(held.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
    ggml_tensor* input = ggml_new_tensor_2d(of_rest.get(), GGML_TYPE_F32, inner, rows);
    ggml_tensor* product = ggml_mul_mat(of_rest.get(), weights, input);
    if (!ggml_backend_dev_supports_op(cpu, product)) continue;
    ggml_cgraph* graph = ggml_new_graph(of_rest.get());
    ggml_build_forward_expand(graph, product);
    const Buffer rest(ggml_backend_alloc_ctx_tensors(of_rest.get(), backend));
    if (!rest) return;
    const std::vector<char> zeros(std::max(ggml_nbytes(weights), ggml_nbytes(input)));
    ggml_backend_tensor_set(weights, zeros.data(), 0, ggml_nbytes(weights));
    ggml_backend_tensor_set(input, zeros.data(), 0, ggml_nbytes(input));
    tell(repeated_rate(name_of(type), threads, 2.0 * rows * inner * outer,
                       [&] { ggml_backend_graph_compute(backend, graph); }));
    return;
  }
}

}  // namespace

void probe_ggml(int threads, const TellRate& tell) {
  start_llama();
  const ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  const std::unique_ptr<ggml_backend, FreeBackend> backend(ggml_backend_dev_init(cpu, nullptr));
  if (!backend) return;
  for (const int n : thread_counts(threads)) {
    ggml_backend_cpu_set_n_threads(backend.get(), n);
    for (const ggml_type type : types) probe_type(type, n, backend.get(), cpu, tell);
  }
}

}  // namespace bitworth::engine
