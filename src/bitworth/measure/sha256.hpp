#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bitworth/base/error.hpp"

namespace bitworth::measure {

/// The SHA-256 of the file's bytes, in hexadecimal; `tell` hears the bytes read so far. Fails: cannot be
/// read.
Result<std::string> sha256_of_file(const std::string& path,
                                   const std::function<void(double bytes)>& tell = {});

/// The SHA-256 of a text.
std::string sha256_of(std::string_view text);

}  // namespace bitworth::measure
