#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "bitworth/formats/model_files.hpp"

namespace bitworth::cli {

/// What `bitworth inspect` says of a model, for people.
std::string inspection_text(const formats::ModelFiles&);

/// The same, for programs.
nlohmann::ordered_json inspection_json(const formats::ModelFiles&);

}  // namespace bitworth::cli
