#pragma once

#include <string>

#include "bitworth/formats/catalog.hpp"

namespace bitworth::cli {

/// Where bitworth keeps what it can make again: $XDG_CACHE_HOME/bitworth, or ~/.cache/bitworth.
std::string cache_folder();

/// Where `bitworth hardware --probe` leaves what it finds.
std::string host_file();

/// The built-in catalog, with this machine as the device "host" where it was probed. What was probed of
/// another machine, or cannot be read, counts as not probed: the remedy is the same.
formats::Catalog catalog_with_host();

/// What to say of a --device that the catalog lacks.
std::string unknown_device(const formats::Catalog&, const std::string& name);

}  // namespace bitworth::cli
