#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"

namespace bitworth::formats {

/// What the text of a case says besides those keys ("workload.peak_to_mean"), whatever its layout and
/// comments: the same for two cases that differ in nothing else. Fails: text that is no TOML.
std::expected<std::string, Error> case_without(std::string_view text, std::span<const std::string_view> keys);

}  // namespace bitworth::formats
