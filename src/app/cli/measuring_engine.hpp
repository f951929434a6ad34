#pragma once

#include <memory>

#include "bitworth/measure/engine.hpp"

namespace bitworth::cli {

/// The engine that `measure` runs models with. Throws Failure where this program was built without one, and
/// says how to get it.
std::unique_ptr<measure::Engine> measuring_engine(int threads);

}  // namespace bitworth::cli
