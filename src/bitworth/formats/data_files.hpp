#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/toml_reader.hpp"

namespace bitworth::formats {

// One reader per data file: adds what the file holds to the catalog. Problems go to the reader's.
void read_architectures(Reader& root, Catalog&);
void read_devices(Reader& root, Catalog&);
void read_schemes(Reader& root, Catalog&);
void read_defaults(Reader& root, Catalog&);
void read_prices(Reader& root, Catalog&);  ///< Assumes: devices and defaults are read
void read_quality_priors(Reader& root, Catalog&);
void read_scenarios(Reader& root, Catalog&);
void read_hidden_costs(Reader& root, Catalog&);
void read_checklist(Reader& root, Catalog&);

/// Titles of sources by the short names that rows use.
using Sources = std::map<std::string, std::string>;

/// The file's [sources] table.
Sources read_sources(Reader& root);

/// The sources that a row names, by their titles: "a; b".
std::string joined_sources(Reader& row, const Sources&);

enum class DeviceRow {
  shipped,   ///< every row of data/devices.toml says who, when and how sure
  of_a_case  ///< a person need state no more than memory, bandwidth and peak
};

/// One device. The reader finishes it.
hardware::Device read_device(Reader& row, const Sources&, DeviceRow);

}  // namespace bitworth::formats
