#include "bitworth/measure/source_model.hpp"

#include <algorithm>
#include <filesystem>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/gguf.hpp"
#include "bitworth/llm/tensors.hpp"
#include "bitworth/measure/sha256.hpp"

namespace bitworth::measure {
namespace {

// The type that most of the matrices' bytes have; vectors stay at 32 bits in every file.
std::string main_type(const llm::TensorSummary& summary) {
  std::string type;
  std::uint64_t most = 0;
  for (const llm::ClassBytes& c : summary.classes) {
    if (c.tensor_class == llm::TensorClass::norm) continue;
    for (const llm::TypeBytes& t : c.types) {
      if (t.bytes > most) type = t.type, most = t.bytes;
    }
  }
  return type;
}

std::string scheme_of(const std::string& type) {
  if (type == "F16") return "fp16";
  return type == "BF16" ? "bf16" : "";
}

Result<void> check_unquantized(const Settings& settings, const std::string& type) {
  if (type == "F16" || type == "BF16" || type == "F32" || settings.allow_requantize) return {};
  return std::unexpected(Error{ErrorKind::unsupported,
                               {settings.model, 0, 0},
                               format("it is quantized already ({})", type),
                               "give the 16-bit model it was made of, or --allow-requantize to compare "
                               "what was quantized twice"});
}

}  // namespace

Result<SourceModel> read_source(const Settings& settings, const Surroundings& around) {
  const Result<formats::GgufFile> file = formats::read_gguf_file(settings.model);
  if (!file) return std::unexpected(file.error());
  if (file->number("split.count").value_or(1) > 1)
    return std::unexpected(Error{ErrorKind::unsupported,
                                 {settings.model, 0, 0},
                                 "it is one part of a model",
                                 "join the parts: llama-gguf-split --merge"});
  const llm::TensorSummary summary = llm::summarize(file->tensors);
  const std::string type = main_type(summary);
  if (const Result<void> done = check_unquantized(settings, type); !done)
    return std::unexpected(done.error());
  const formats::GgufArchitecture found = formats::architecture_of(*file);

  SourceModel source;
  source.scheme = scheme_of(type);
  source.file_bytes = file->tensors.file_bytes;
  source.max_context = found.architecture ? found.architecture->max_context : 0;
  source.model = {.name = file->text("general.name"),
                  .file = std::filesystem::path(settings.model).filename().string(),
                  .sha256 = "",
                  .synthetic = settings.synthetic,
                  .parameters = static_cast<double>(summary.parameters()),
                  .architecture = found.architecture};
  if (source.model.name.empty()) source.model.name = std::filesystem::path(settings.model).stem().string();
  const auto hash = sha256_of_file(settings.model, [&](double bytes) {
    around.tell(
        {.what = "reading " + source.model.file, .share = bytes / static_cast<double>(source.file_bytes)});
  });
  if (!hash) return std::unexpected(hash.error());
  source.model.sha256 = *hash;
  return source;
}

}  // namespace bitworth::measure
