#include <filesystem>
#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/inspection.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/model_files.hpp"
#include "bitworth/formats/paths.hpp"

namespace bitworth::cli {
namespace {

formats::ModelFiles shipped(const llm::Architecture& architecture) {
  formats::ModelFiles model;
  model.path = architecture.id;
  model.what = "the catalog";
  model.architecture = architecture;
  return model;
}

// A shipped name wins over a folder that happens to have it: "./name" means the folder.
formats::ModelFiles found_model(const std::string& name) {
  const formats::Catalog& catalog = formats::built_in_catalog();
  if (!formats::is_model_path(name)) {
    if (const llm::Architecture* a = catalog.architectures.find(name)) return shipped(*a);
    std::error_code problem;
    if (!std::filesystem::exists(name, problem)) {
      const std::string hint = did_you_mean(name, catalog.architectures.names());
      throw Failure{{format("\"{}\" is neither a file nor an architecture that ships; {}", name,
                            hint.empty() ? "a path may begin with ./" : hint)}};
    }
  }
  Result<formats::ModelFiles> model = formats::read_model(name);
  if (!model) throw Failure{{to_text(model.error())}};
  return std::move(*model);
}

}  // namespace

void add_inspect(CLI::App& app) {
  const auto name = std::make_shared<std::string>();
  CLI::App* command = add_command(
      app, "inspect", "Look into a model: dimensions, bytes, what each scheme makes of it", [name] {
        const formats::ModelFiles model = found_model(*name);
        return Answer{inspection_text(model), inspection_json(model)};
      });
  command
      ->add_option("model", *name,
                   "config.json, .safetensors, .gguf, a folder of these, or a shipped architecture")
      ->required();
  command->footer(
      "Examples:\n  bitworth inspect ./Llama-3.1-8B\n  bitworth inspect model-Q4_K_M.gguf --json\n"
      "  bitworth inspect qwen3-32b\n");
}

}  // namespace bitworth::cli
