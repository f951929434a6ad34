#include "bitworth/llm/scheme.hpp"

namespace bitworth::llm {

std::string to_text(Compute compute) {
  switch (compute) {
    case Compute::sixteen_bit:
      return "16-bit";
    case Compute::fp8:
      return "FP8";
    case Compute::int8:
      return "INT8";
    case Compute::fp4:
      return "FP4";
    case Compute::int4:
      return "INT4";
  }
  return "";
}

}  // namespace bitworth::llm
