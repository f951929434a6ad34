#include "app/serve/guard.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bitworth::serve {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_one_of(std::string_view host, const std::vector<std::string>& hosts) {
  return std::ranges::any_of(hosts, [&](const std::string& ours) { return same_word(host, ours); });
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_word(key, name)) return value;
  }
  return {};
}

std::vector<std::string> loopback_hosts(int port) {
  const std::string suffix = ":" + std::to_string(port);
  return {"127.0.0.1" + suffix, "localhost" + suffix, "[::1]" + suffix};
}

std::optional<Response> turned_away(const Request& request, const std::vector<std::string>& hosts) {
  if (!is_one_of(request.header("Host"), hosts)) return refusal(403, "this server does not go by that name");
  // Browsers send it with every POST; programs other than browsers need none.
  constexpr std::string_view scheme = "http://";
  const std::string_view origin = request.header("Origin");
  const bool ours = origin.starts_with(scheme) && is_one_of(origin.substr(scheme.size()), hosts);
  if (!origin.empty() && !ours) return refusal(403, "requests of other pages are not answered");
  const std::string_view site = request.header("Sec-Fetch-Site");
  if (request.method == "POST" && !site.empty() && !same_word(site, "same-origin"))
    return refusal(403, "requests of other pages are not answered");
  if (request.body.size() > largest_body) return refusal(413, "larger than a case may be");
  if (request.method != "POST") return std::nullopt;
  const std::string_view type = request.header("Content-Type");
  if (!same_word(type.substr(0, type.find(';')), "application/json"))
    return refusal(415, "send JSON, as Content-Type: application/json");
  return std::nullopt;
}

Headers safe_headers(std::string_view content_security_policy) {
  return {{"Content-Security-Policy", std::string(content_security_policy) + "; frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"},
          {"Cache-Control", "no-store"}};
}

Response refusal(int status, std::string_view message) {
  const nlohmann::ordered_json body = {{"problems", {{{"message", message}}}}};
  return {.status = status,
          .type = "application/json",
          .body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace),
          .headers = {}};
}

}  // namespace bitworth::serve
