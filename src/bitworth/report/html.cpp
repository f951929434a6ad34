#include "bitworth/report/html.hpp"

#include <cassert>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace bitworth::report {
namespace {

/// A piece of the page, and what stands there instead.
struct Replacement {
  std::string_view place;
  std::string text;
};

// What web/page.html has in their places.
constexpr std::string_view document_place = R"({"bitworth":"document"})", module_place = "bitworth:module",
                           policy_place = "script-src ";

// JSON needs none of these outside of strings, and inside them any character may be written as an escape.
std::string escaped(const std::string& json) {
  std::string result;
  result.reserve(json.size() + json.size() / 32);
  for (const char c : json) {
    if (c == '<') {
      result += "\\u003c";
    } else if (c == '>') {
      result += "\\u003e";
    } else if (c == '&') {
      result += "\\u0026";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

std::string html(std::string_view page, const nlohmann::ordered_json& document, std::string_view module) {
  std::string json = escaped(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  std::vector<Replacement> replacements;  // in the order of the page
  if (!module.empty())
    replacements.push_back({policy_place, "worker-src blob:; script-src 'wasm-unsafe-eval' "});
  replacements.push_back({document_place, std::move(json)});
  replacements.push_back({module_place, std::string(module)});
  std::string result;
  for (const auto& [place, text] : replacements) {
    const std::size_t at = page.find(place);
    assert(at != std::string_view::npos);
    result.append(page.substr(0, at)).append(text);
    page.remove_prefix(at + place.size());
  }
  return result.append(page);
}

}  // namespace bitworth::report
