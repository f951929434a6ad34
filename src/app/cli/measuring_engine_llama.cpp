#include "app/cli/measuring_engine.hpp"
#include "bitworth/engine/llama_engine.hpp"

namespace bitworth::cli {

std::unique_ptr<measure::Engine> measuring_engine(int threads) {
  return engine::llama_engine(threads);
}

}  // namespace bitworth::cli
