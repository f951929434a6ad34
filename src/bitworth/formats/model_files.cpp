#include "bitworth/formats/model_files.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/config_json.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/gguf.hpp"
#include "bitworth/formats/packed_weights.hpp"
#include "bitworth/formats/safetensors.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view index_name = "model.safetensors.index.json";
constexpr std::string_view config_name = "config.json";
// Layers that predict further ahead and biases make up to 3 %; more means another network.
constexpr double tolerated_difference = 0.05;

template <class T>
T value_of(Result<T> result) {
  if (!result) throw InputFailure{result.error()};
  return std::move(*result);
}

bool is_there(const fs::path& path) {
  std::error_code problem;
  return fs::exists(path, problem);
}

std::vector<std::string> files_with_extension(const fs::path& folder, std::string_view extension) {
  std::vector<std::string> names;
  std::error_code problem;
  for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
    std::error_code ignored;
    if (it->path().extension() == extension && it->is_regular_file(ignored))
      names.push_back(it->path().filename().string());
  }
  if (problem) fail(ErrorKind::io, {folder.string(), 0, 0}, "cannot be listed", "check its permissions");
  std::ranges::sort(names);
  return names;
}

std::string count_of(std::size_t count, std::string_view thing) {
  return format("{} {} file{}", count, thing, count == 1 ? "" : "s");
}

/// The types of the matrices that schemes quantize, most bytes first.
std::vector<llm::TypeBytes> matrix_types(const llm::TensorSummary& summary) {
  std::vector<llm::TypeBytes> all;
  for (const llm::TensorClass c :
       {llm::TensorClass::attention, llm::TensorClass::dense_ffn, llm::TensorClass::experts}) {
    const llm::ClassBytes* row = summary.find(c);
    for (const llm::TypeBytes& type : row == nullptr ? std::vector<llm::TypeBytes>() : row->types) {
      const auto found = std::ranges::find(all, type.type, &llm::TypeBytes::type);
      if (found == all.end()) {
        all.push_back(type);
      } else {
        found->weights += type.weights;
        found->bytes += type.bytes;
      }
    }
  }
  std::ranges::stable_sort(all, std::greater(), &llm::TypeBytes::bytes);
  return all;
}

/// Quantization that only the tensors tell.
std::optional<llm::ExistingQuantization> stored_quantization(const llm::TensorSummary& summary,
                                                             const std::string& method) {
  const std::vector<llm::TypeBytes> types = matrix_types(summary);
  double bytes = 0, weights = 0;
  for (const llm::TypeBytes& type : types) {
    bytes += static_cast<double>(type.bytes);
    weights += static_cast<double>(type.weights);
  }
  const double bits = weights > 0 ? 8 * bytes / weights : 16;
  if (bits >= 15.5) return std::nullopt;
  llm::ExistingQuantization q;
  q.method = method;
  q.description = format("{}mostly {}, {:.2f} bits per weight in attention and feed-forward layers",
                         method == "gguf" ? "GGUF, " : "", types.front().type, bits);
  return q;
}

void compare_with_tensors(ModelFiles& model) {
  if (!model.architecture || !model.tensors) return;
  llm::Architecture& a = *model.architecture;
  const auto held = static_cast<double>(model.tensors->parameters());
  const bool has_embedding = model.tensors->find(llm::TensorClass::embedding) != nullptr;
  if (has_embedding && !a.tied_embeddings && model.tensors->find(llm::TensorClass::lm_head) == nullptr) {
    a.tied_embeddings = true;
    model.warnings.push_back("the files hold no lm_head: counted as tied to the embedding");
  }
  if (held > 0) a.published_parameters = held;
  const double counted = llm::count_parameters(a).total();
  if (!a.approximate && std::abs(held - counted) > tolerated_difference * counted) {
    model.warnings.push_back(
        format("the tensors hold {:.4g} billion parameters, but the dimensions stand for {:.4g}", held / 1e9,
               counted / 1e9));
  }
}

void name_architecture(ModelFiles& model, const fs::path& path) {
  if (!model.architecture) return;
  llm::Architecture& a = *model.architecture;
  if (a.name.empty()) {
    const fs::path real = fs::path(path).lexically_normal();
    const bool generic = real.filename() == config_name || real.extension() == ".json" ||
                         real.filename().empty() || real.extension() == ".safetensors";
    const fs::path named = generic ? fs::absolute(real).parent_path().filename() : real.filename();
    a.name = shown(named.extension() == ".gguf" ? named.stem().string() : named.string());
  }
  a.id = slug(a.name);
  a.source = shown(path.filename().empty() ? path.string() : path.filename().string());
}

void take_config(ModelFiles& model, ModelConfig config) {
  model.architecture = std::move(config.architecture);
  model.quantization = std::move(config.quantization);
  model.storage_type = std::move(config.storage_type);
  std::ranges::move(config.warnings, std::back_inserter(model.warnings));
}

void take_safetensors(ModelFiles& model, llm::TensorTable table) {
  count_packed_weights(table, model.quantization);
  model.tensors = llm::summarize(table);
  if (!model.quantization) model.quantization = stored_quantization(*model.tensors, "not stated");
  if (!model.architecture) {
    model.warnings.push_back("no config.json beside the tensors: they alone do not tell the architecture");
  }
}

ModelFiles gguf_model(const std::string& path) {
  ModelFiles model;
  const GgufFile file = value_of(read_gguf_file(path));
  GgufArchitecture found = architecture_of(file);
  model.architecture = std::move(found.architecture);
  model.warnings = std::move(found.warnings);
  model.tensors = llm::summarize(file.tensors);
  model.quantization = stored_quantization(*model.tensors, "gguf");
  const double parts = file.number("split.count").value_or(1);
  model.what = parts > 1 ? format("GGUF in {} parts", parts) : "GGUF";
  return model;
}

/// A config.json with whatever safetensors lie beside it; either may be absent.
ModelFiles hugging_face_model(const fs::path& folder, const std::vector<std::string>& safetensors) {
  ModelFiles model;
  const bool has_config = is_there(folder / config_name);
  if (has_config) take_config(model, value_of(read_config_json_file((folder / config_name).string())));
  std::vector<std::string> paths;
  for (const std::string& name : safetensors) paths.push_back((folder / name).string());
  if (!paths.empty()) take_safetensors(model, value_of(read_safetensors_files(paths)));
  model.what = has_config ? std::string(config_name) : "";
  if (!paths.empty()) model.what += (has_config ? " and " : "") + count_of(paths.size(), "safetensors");
  return model;
}

ModelFiles sharded_model(const fs::path& index) {
  ModelFiles model;
  const bool has_config = is_there(index.parent_path() / config_name);
  if (has_config)
    take_config(model, value_of(read_config_json_file((index.parent_path() / config_name).string())));
  ShardedTensors shards = value_of(read_sharded_safetensors(index.string()));
  take_safetensors(model, std::move(shards.tensors));
  model.what = format("{}{}", has_config ? "config.json and " : "", count_of(shards.files, "safetensors"));
  return model;
}

// Several GGUF files are several models, unless they are the parts of one.
std::string only_gguf(const fs::path& folder, std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& name) { return name.starts_with("mmproj"); });
  const auto is_first = [](const std::string& name) {
    return name.find("-of-") == name.npos || name.find("-00001-of-") != name.npos;
  };
  std::erase_if(names, [&](const std::string& name) { return !is_first(name); });
  if (names.size() == 1) return (folder / names.front()).string();
  for (std::string& name : names) name = shown(name);
  if (names.size() > 6) names = {names[0], names[1], names[2], format("{} more", names.size() - 3)};
  fail(ErrorKind::usage, {folder.string(), 0, 0}, format("holds several models: {}", listed(names)),
       "name one of them");
}

ModelFiles folder_model(const fs::path& folder) {
  if (is_there(folder / index_name)) return sharded_model(folder / index_name);
  std::vector<std::string> safetensors = files_with_extension(folder, ".safetensors");
  // Some repositories hold the same weights once more under another name.
  if (std::ranges::count(safetensors, "model.safetensors") > 0) safetensors = {"model.safetensors"};
  if (!safetensors.empty()) return hugging_face_model(folder, safetensors);
  const std::vector<std::string> gguf = files_with_extension(folder, ".gguf");
  if (!gguf.empty()) return gguf_model(only_gguf(folder, gguf));
  if (is_there(folder / config_name)) return hugging_face_model(folder, {});
  fail(ErrorKind::io, {folder.string(), 0, 0}, "holds no config.json, .safetensors or .gguf file");
}

ModelFiles safetensors_model(const fs::path& path) {
  const fs::path index = path.parent_path() / index_name;
  const bool is_shard = path.filename().string().find("-of-") != std::string::npos;
  if (is_shard && is_there(index)) return sharded_model(index);
  return hugging_face_model(path.parent_path(), {path.filename().string()});
}

ModelFiles config_model(const fs::path& path) {
  ModelFiles model;
  take_config(model, value_of(read_config_json_file(path.string())));
  model.what = shown(path.filename().string());
  return model;
}

// Engines also keep GGUF files under names without extension.
bool begins_like_gguf(const fs::path& path) {
  FileBytes file(path.string());
  constexpr std::string_view magic = "GGUF";
  if (file.size() < magic.size()) return false;
  const std::vector<std::byte> bytes = file.beginning(magic.size());
  return std::ranges::equal(bytes, magic, {}, {}, [](char c) { return static_cast<std::byte>(c); });
}

ModelFiles model_at(const fs::path& path) {
  std::error_code problem;
  if (fs::is_directory(path, problem)) return folder_model(path);
  const std::string extension = path.extension().string();
  if (extension == ".safetensors") return safetensors_model(path);
  if (path.filename().string().ends_with(".safetensors.index.json")) return sharded_model(path);
  if (extension == ".json") return config_model(path);
  if (extension == ".gguf" || begins_like_gguf(path)) return gguf_model(path.string());
  fail(ErrorKind::unsupported, {path.string(), 0, 0}, "not a model file that bitworth reads",
       "give a config.json, .safetensors or .gguf file, or their folder");
}

}  // namespace

Result<ModelFiles> read_model(const std::string& path) try {
  ModelFiles model = model_at(path);
  model.path = path;
  name_architecture(model, path);
  compare_with_tensors(model);
  return model;
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

}  // namespace bitworth::formats
