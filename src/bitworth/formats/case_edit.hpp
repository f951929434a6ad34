#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "bitworth/base/error.hpp"

namespace bitworth::formats {

/// One value of a case and what it shall be: "workload.requests_per_second", "option.0.scheme".
struct CaseEdit {
  std::string key;
  std::variant<double, std::string> value;
};

/// The keys that may be edited; "option.N." stands for any option.
std::span<const std::string_view> editable_keys();

/// The text of a case with those values changed and all else, comments too, as it was. A value that is a
/// table of p50 and others keeps its shape: all of them are scaled. A new device drops the price of the old
/// one, unless the edits give one. Fails: text that is no TOML; a key that may not be edited, or whose place
/// in the text is none for a value.
std::expected<std::string, Problems> edit_case(std::string_view text, std::span<const CaseEdit>);

}  // namespace bitworth::formats
