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
void read_measurements(Reader& root, Catalog&);
void read_rules(Reader& root, Catalog&);  ///< Assumes: measurements are read

/// Kinds of what owned GPUs cost, in data/prices.toml and in cases.
namespace owned_kinds {
inline constexpr Kind price{.words = "dollars above 0",
                            .example = "\"$40000\"",
                            .dimension = Dollars::dimension,
                            .low = 0,
                            .high = 1e9,
                            .above_low = true};
inline constexpr Kind residual_share{
    .words = "a share from 0 to 1", .example = "0.25 or \"25 %\"", .low = 0, .high = 1};
inline constexpr Kind years{.words = "years above 0 and at most 20",
                            .example = "4 or \"4 years\"",
                            .dimension = Seconds::dimension,
                            .unit = 12 * one_month.value(),
                            .low = 0,
                            .high = 20,
                            .above_low = true};
inline constexpr Kind pue{.words = "a ratio from 1 to 5", .example = "1.3", .low = 1, .high = 5};
inline constexpr Kind electricity{.words = "dollars per kWh from 0 to 10",
                                  .example = "0.08 or \"$0.08/kWh\"",
                                  .dimension = decltype(Dollars{} / Joules{})::dimension,
                                  .unit = 1 / 3.6e6,
                                  .low = 0,
                                  .high = 10};
}  // namespace owned_kinds

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
