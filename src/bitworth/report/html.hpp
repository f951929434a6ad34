#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace bitworth::report {

/// The page with a document in it: one HTML file that needs nothing else. Nothing in the document can end its
/// element or become markup. `page` is the built page (web/), with its places. With a module (base64) the
/// page answers by itself when inputs are changed, and its policy lets it run one. Schema of the document:
/// docs/schema/page.json.
std::string html(std::string_view page, const nlohmann::ordered_json& document, std::string_view module = {});

}  // namespace bitworth::report
