#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/serve/message.hpp"

namespace bitworth::serve {

/// The names that this server goes by: "127.0.0.1:8080". A page of another name that the browser was made to
/// find here (DNS rebinding) has none of them.
std::vector<std::string> loopback_hosts(int port);

/// Why a request is turned away before anything is looked at: a Host that is not ours, an Origin that is not
/// our page, a body that is too large or not JSON. Absent: it may pass.
std::optional<Response> turned_away(const Request&, const std::vector<std::string>& hosts);

/// The headers of every answer: what browsers are told to keep out.
Headers safe_headers(std::string_view content_security_policy);

/// {"problems": [{"message": ...}]} with that status.
Response refusal(int status, std::string_view message);

}  // namespace bitworth::serve
