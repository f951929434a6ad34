#include "bitworth/engine/log.hpp"

#include <llama.h>

#include <vector>

namespace bitworth::engine {
namespace {

struct Log {
  std::vector<std::string> lines;
  std::string part;   // a line that has not ended
  std::string error;  // the last one
};

// llama.cpp has one log for the whole process, so there is one here.
Log& log() {
  static Log instance;
  return instance;
}

void keep(ggml_log_level level, const char* text, void*) {
  Log& kept = log();
  kept.part += text;
  for (std::size_t end; (end = kept.part.find('\n')) != kept.part.npos; kept.part.erase(0, end + 1)) {
    std::string line = kept.part.substr(0, end);
    if (level == GGML_LOG_LEVEL_ERROR) kept.error = line;
    kept.lines.push_back(std::move(line));
  }
}

}  // namespace

void keep_log() {
  llama_log_set(keep, nullptr);
}

std::string last_error() {
  // "llama_model_load: error loading model: ..." tells nothing by its first words.
  std::string error = log().error;
  for (const char* prefix : {"llama_model_load: ", "error loading model: ", "llama_model_quantize: ",
                             "gguf_init_from_file_impl: "}) {
    if (error.starts_with(prefix)) error.erase(0, std::string(prefix).size());
  }
  return error;
}

std::string last_line_with(const std::string& words) {
  for (auto line = log().lines.rbegin(); line != log().lines.rend(); ++line) {
    if (line->find(words) != line->npos) return *line;
  }
  return "";
}

void on_abort(void (*function)(const char*)) {
  ggml_set_abort_callback(function);
}

}  // namespace bitworth::engine
