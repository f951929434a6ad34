#pragma once

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string_view>

#include "app/serve/guard.hpp"
#include "app/serve/handler.hpp"
#include "bitworth/formats/embedded.hpp"

namespace bitworth::tests {

/// What must hold for every request: an answer in the range of HTTP, with the headers that keep a browser
/// safe. The input is a request's text: method, path, header lines, an empty line, the body.
inline void fuzz_http_request(std::string_view text) {
  static serve::Handler handler({R"({"bitworth":"document"} bitworth:module)",
                                 std::string(formats::embedded_file("support-chat.toml")),
                                 serve::loopback_hosts(1), "fuzz"});
  const auto word = [&](char until) {
    const std::size_t end = text.find(until);
    const std::string_view found = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return std::string(found);
  };
  serve::Request request{word(' '), word('\n'), {}, ""};
  for (std::string line = word('\n'); !line.empty(); line = word('\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  request.body = text;
  const serve::Response response = handler(request);
  if (response.status < 200 || response.status > 599 || response.headers.empty()) std::abort();
}

}  // namespace bitworth::tests
