#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/fuzz/http_request.hpp"
#include "tests/support/http_corpus.hpp"

namespace bitworth::tests {
namespace {

TEST(FuzzHttpRequest, Seeds) {
  for (const std::string& seed : http_request_seeds()) fuzz_http_request(seed);
}

// Bytes flipped, dropped and doubled: what a fuzzer tries first, in every build.
TEST(FuzzHttpRequest, BrokenSeeds) {
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    std::string text = http_request_seeds()[random() % http_request_seeds().size()];
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      if (random() % 3 == 0) {
        text[at] = static_cast<char>(random());
      } else if (random() % 2 == 0) {
        text.erase(at, 1 + random() % 5);
      } else {
        text.insert(at, text.substr(at, random() % 8));
      }
      if (text.empty()) text = "x";
    }
    fuzz_http_request(text);
  }
}

}  // namespace
}  // namespace bitworth::tests
