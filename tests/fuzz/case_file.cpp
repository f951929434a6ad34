#include <cstdint>

#include "tests/fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bitworth::tests::fuzz_case_file(std::as_bytes(std::span(data, size)));
  return 0;
}
