#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bitworth/cases/case.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth::serve {

/// What the page lets a reader change: the keys of formats::editable_keys with their values in this case, and
/// a range or choices from the catalog.
nlohmann::ordered_json inputs_json(const cases::Case&, const formats::Catalog&);

}  // namespace bitworth::serve
