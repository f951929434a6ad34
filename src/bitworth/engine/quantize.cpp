#include "bitworth/engine/quantize.hpp"

#include <cstdlib>
#include <filesystem>

#include "bitworth/base/text.hpp"
#include "bitworth/engine/file_types.hpp"
#include "bitworth/engine/handles.hpp"
#include "bitworth/engine/imatrix.hpp"
#include "bitworth/engine/log.hpp"

namespace bitworth::engine {
namespace {

std::string remedy_of(const std::string& reason) {
  if (reason.find("requantizing") != reason.npos)
    return "give the 16-bit model, or --allow-requantize to lose quality twice";
  if (reason.find("imatrix") != reason.npos || reason.find("importance matrix") != reason.npos)
    return "give --imatrix FILE, or a scheme that needs none";
  if (reason.find("write") != reason.npos || reason.find("iostream") != reason.npos ||
      reason.find("basic_ios") != reason.npos)
    return "is the disk full?";
  return "";
}

Result<void> run(const measure::Recipe& recipe, int threads, bool dry) {
  start_llama();
  llama_model_quantize_params settings = llama_model_quantize_default_params();
  settings.ftype = *file_type(recipe.scheme);
  settings.nthread = threads;
  settings.allow_requantize = recipe.allow_requantize;
  settings.dry_run = dry;
  ImportanceMatrix matrix;
  if (!recipe.imatrix.empty()) {
    Result<ImportanceMatrix> read = read_importance_matrix(recipe.imatrix);
    if (!read) return std::unexpected(read.error());
    matrix = *std::move(read);
  }
  const ImportanceArguments arguments(matrix);
  arguments.add_to(settings);
  if (llama_model_quantize(recipe.source.c_str(), recipe.target.c_str(), &settings) == 0) return {};
  std::string reason = last_error();
  if (const auto colon = reason.find("failed to quantize: "); colon != reason.npos)
    reason.erase(0, colon + 20);
  return std::unexpected(Error{ErrorKind::io,
                               {recipe.source, 0, 0},
                               format("cannot be quantized to {}: {}", recipe.scheme, reason),
                               remedy_of(reason)});
}

}  // namespace

Result<void> quantize_here(const measure::Recipe& recipe, int threads) {
  return run(recipe, threads, false);
}

Result<std::uint64_t> quantized_bytes_here(const measure::Recipe& recipe) {
  if (const Result<void> done = run(recipe, 1, true); !done) return std::unexpected(done.error());
  // llama.cpp tells it in its log only: "quant size  =     2.27 MiB (5.19 BPW)".
  const std::string line = last_line_with("quant size");
  const auto equals = line.find('=');
  if (equals == line.npos)
    return std::unexpected(
        Error{ErrorKind::unsupported, {recipe.source, 0, 0}, "llama.cpp does not tell the size", ""});
  const double bytes = std::strtod(line.c_str() + equals + 1, nullptr) * 1024 * 1024;
  return static_cast<std::uint64_t>(bytes + 0.005 * 1024 * 1024);
}

}  // namespace bitworth::engine
