#pragma once

#include <string>
#include <vector>

namespace bitworth::tests {

inline const std::string http_head = "Host:localhost:1\nContent-Type:application/json\n\n";

/// Requests as texts: method, path, header lines, an empty line, the body.
inline const std::vector<std::string>& http_request_seeds() {
  static const std::vector<std::string> all = {
      "GET /\n" + http_head,
      "GET /api/runs/1\n" + http_head,
      "POST /api/decision\n" + http_head +
          R"({"draws": 100, "seed": 3, "changes": {"quality.margin": 0.02}})",
      "POST /api/decision\n" + http_head + R"({"draws": 100, "changes": {"option.1.scheme": "nvfp4"}})",
      "POST /api/decision\n" + http_head +
          R"({"case_toml": "[model]\narchitecture = \"x\"\n[[option]]\n", "draws": 100})",
      "POST /api/runs/1/cancel\n" + http_head};
  return all;
}

}  // namespace bitworth::tests
