#include "bitworth/report/html.hpp"

#include <cassert>
#include <nlohmann/json.hpp>

namespace bitworth::report {
namespace {

// What web/index.html has in its place.
constexpr std::string_view place = R"({"bitworth":"document"})";

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

std::string html(std::string_view page, const nlohmann::ordered_json& document) {
  const std::size_t at = page.find(place);
  assert(at != std::string_view::npos);
  const std::string json =
      escaped(document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  std::string result;
  result.reserve(page.size() + json.size());
  result.append(page.substr(0, at)).append(json).append(page.substr(at + place.size()));
  return result;
}

}  // namespace bitworth::report
