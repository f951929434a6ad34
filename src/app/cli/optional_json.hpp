#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace bitworth::cli {

/// Puts the figure under the key; where there is none null, and the reason under "<key>_reason".
inline void put(nlohmann::ordered_json& object, const std::string& key, const std::optional<double>& figure,
                const std::string& reason) {
  if (figure) {
    object[key] = *figure;
  } else {
    object[key] = nullptr;
    object[key + "_reason"] = reason;
  }
}

}  // namespace bitworth::cli
