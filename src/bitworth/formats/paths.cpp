#include "bitworth/formats/paths.hpp"

namespace bitworth::formats {

std::string path_beside(std::string_view file, std::string_view named) {
  const std::size_t slash = file.rfind('/');
  if (named.starts_with('/') || slash == std::string_view::npos) return std::string(named);
  return std::string(file.substr(0, slash + 1)).append(named);
}

std::string_view last_of_path(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

bool is_model_path(std::string_view name) {
  if (name.ends_with(".gguf") || name.ends_with(".json") || name.ends_with(".safetensors")) return true;
  return name.starts_with("/") || name.starts_with("./") || name.starts_with("../") || name.ends_with("/") ||
         name == "." || name == "..";
}

}  // namespace bitworth::formats
