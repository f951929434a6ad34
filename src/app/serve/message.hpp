#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bitworth::serve {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// What a client asked, as its bytes say it. Nothing in it has been checked.
struct Request {
  std::string method;
  std::string path;
  Headers headers;
  std::string body;

  /// Of the first header of that name, whatever its case; empty: none.
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  Headers headers;
};

/// Bodies above this are refused.
inline constexpr std::size_t largest_body = (1 << 20) + (1 << 16);

}  // namespace bitworth::serve
