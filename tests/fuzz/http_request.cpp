#include "tests/fuzz/http_request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  bitworth::tests::fuzz_http_request({reinterpret_cast<const char*>(data), size});
  return 0;
}
