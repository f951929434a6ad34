#include <omp.h>

#include <cstring>
#include <dnnl.hpp>

#include "bitworth/engine/rates.hpp"
#include "bitworth/engine/repeated.hpp"

namespace bitworth::engine {
namespace {

using Type = dnnl::memory::data_type;

struct Precision {
  const char* name;
  Type source, weights, result;
};

constexpr Precision precisions[] = {{"f32", Type::f32, Type::f32, Type::f32},
                                    {"bf16", Type::bf16, Type::bf16, Type::f32},
                                    {"int8", Type::u8, Type::s8, Type::s32}};
constexpr dnnl::memory::dim rows = 512, inner = 2048, outer = 2048;

cases::ProbedRate rate_of(const Precision& precision, int threads, const dnnl::engine& cpu) {
  using Layout = dnnl::memory::format_tag;
  const dnnl::memory::desc source({rows, inner}, precision.source, Layout::ab);
  // The library chooses the layout of weights, as who runs a model would have it.
  const dnnl::memory::desc weights({inner, outer}, precision.weights, Layout::any);
  const dnnl::memory::desc result({rows, outer}, precision.result, Layout::ab);
  const dnnl::matmul::primitive_desc how(dnnl::matmul::desc(source, weights, result), cpu);
  const dnnl::memory a(how.src_desc(), cpu), b(how.weights_desc(), cpu), c(how.dst_desc(), cpu);
  for (const dnnl::memory* memory : {&a, &b})
    std::memset(memory->get_data_handle(), 0, memory->get_desc().get_size());
  const dnnl::matmul product(how);
  dnnl::stream stream(cpu);
  return repeated_rate(precision.name, threads, 2.0 * rows * inner * outer, [&] {
    product.execute(stream, {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
    stream.wait();
  });
}

}  // namespace

void probe_onednn(int threads, const TellRate& tell) {
  const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  for (const int n : thread_counts(threads)) {
    omp_set_num_threads(n);
    for (const Precision& precision : precisions) {
      try {
        tell(rate_of(precision, n, cpu));
      } catch (const dnnl::error&) {
        // This machine lacks the units: there is no such rate.
      }
    }
  }
}

}  // namespace bitworth::engine
