#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bitworth/base/error.hpp"
#include "bitworth/cases/fit_points.hpp"
#include "bitworth/formats/catalog.hpp"

namespace bitworth::formats {

/// Which measurements of a file count, and what it does not say itself; empty: all, or unknown.
struct FitChoice {
  std::string device;
  std::string engine;
  std::string scheme;
};

/// What a file holds to fit kernels to.
struct FitFile {
  std::vector<cases::FitGroup> groups;
  std::map<std::string, int> refused;  ///< reasons, with how many rows they cost
};

/// Reads kernel timings (CSV with a header: device or system or gpu, engine or backend, scheme or quant or
/// dtype, m, n, k, latency_us) or runs (JSON lines: device, engine, model, scheme, phase, batch, prompt,
/// output, gpus, seconds or tokens_per_second; or measured pairs, whose two sides count). Other columns are
/// ignored. A choice leaves other rows out, and stands in for a column that is absent.
/// Fails: no such file, larger than 256 MB, no row of use; two engines or schemes that share one kernel on a
/// device, since a kernels file holds one row of it.
Result<FitFile> read_fit_file(const std::string& path, const FitChoice&, const Catalog&);

/// The same of a text; the path appears in messages.
Result<FitFile> parse_fit_file(std::string_view text, const std::string& path, const FitChoice&,
                               const Catalog&);

}  // namespace bitworth::formats
