// Writes the corpus that replay_test.cpp replays into a folder, one file a seed, for the fuzzers to begin
// with.
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/divergence_corpus.hpp"
#include "tests/support/http_corpus.hpp"
#include "tests/support/quality_corpus.hpp"
#include "tests/support/text_corpus.hpp"

namespace {

void write(const std::filesystem::path& folder, const std::vector<bitworth::tests::ByteString>& seeds) {
  std::filesystem::create_directories(folder);
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    std::ofstream out(folder / std::to_string(i), std::ios::binary);
    out.write(reinterpret_cast<const char*>(seeds[i].data()), std::ssize(seeds[i]));
  }
}

}  // namespace

int main(int, char** arguments) {
  using namespace bitworth::tests;
  const std::filesystem::path corpus = arguments[1];
  write(corpus / "safetensors", safetensors_seeds());
  write(corpus / "gguf", gguf_seeds());
  write(corpus / "config_json", config_json_seeds());
  write(corpus / "request_text", request_text_seeds());
  write(corpus / "request_file", request_file_seeds());
  write(corpus / "case_file", case_seeds());
  write(corpus / "perplexity_base_file", base_file_seeds());
  write(corpus / "divergence_checkpoint", checkpoint_seeds());
  std::vector<ByteString> quality;
  for (const std::string& seed : quality_seeds()) quality.push_back(text_bytes(seed));
  write(corpus / "quality", quality);
  std::vector<ByteString> http;
  for (const std::string& seed : http_request_seeds()) http.push_back(text_bytes(seed));
  write(corpus / "http_request", http);
}
