#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace bitworth::report {

/// The page with a document in it: one HTML file that needs nothing else. Nothing in the document can end its
/// element or become markup. `page` is the built page (web/), with its place for the document.
/// Schema of the document: docs/schema/page.json.
std::string html(std::string_view page, const nlohmann::ordered_json& document);

}  // namespace bitworth::report
