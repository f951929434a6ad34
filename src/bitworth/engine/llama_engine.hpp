#pragma once

#include <memory>

#include "bitworth/measure/engine.hpp"

namespace bitworth::engine {

/// llama.cpp, in processes of their own. Threads: what facts() reports.
std::unique_ptr<measure::Engine> llama_engine(int threads);

}  // namespace bitworth::engine
