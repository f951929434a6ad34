#include "bitworth/formats/catalog.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"
#include "bitworth/formats/embedded.hpp"
#include "bitworth/formats/kernels.hpp"

namespace bitworth::formats {
namespace {

void read_kernel_tables(Reader& root, Catalog& catalog) {
  catalog.kernels = std::make_shared<const hardware::KernelTables>(read_kernels(root, KernelRows::shipped));
}

struct DataFile {
  std::string_view name;
  void (*read)(Reader&, Catalog&);
};

// In an order in which each file finds what it refers to.
constexpr DataFile data_files[] = {
    {"defaults.toml", read_defaults},
    {"architectures.toml", read_architectures},
    {"devices.toml", read_devices},
    {"schemes.toml", read_schemes},
    {"prices.toml", read_prices},
    {"quality_priors.toml", read_quality_priors},
    {"kernels.toml", read_kernel_tables},
    {"scenarios.toml", read_scenarios},
    {"hidden_costs.toml", read_hidden_costs},
    {"checklist.toml", read_checklist},
    {"measurements.toml", read_measurements},
    {"rules.toml", read_rules},
};

Catalog built_in_or_abort() {
  auto catalog = read_catalog(embedded_file);
  if (catalog) return *std::move(catalog);
  for (const Error& problem : catalog.error())
    std::fprintf(stderr, "bitworth: %s\n", to_text(problem).c_str());
  std::abort();
}

}  // namespace

std::expected<Catalog, Problems> read_catalog(const std::function<std::string_view(std::string_view)>& file) {
  Catalog catalog;
  Problems problems;
  for (const DataFile& data_file : data_files) {
    const std::string name = "data/" + std::string(data_file.name);
    const auto document = parse_toml(file(data_file.name), name);
    if (!document) {
      problems.push_back(document.error());
      continue;
    }
    Reader root(*document, name, problems);
    data_file.read(root, catalog);
    root.finish();
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return catalog;
}

const Catalog& built_in_catalog() {
  static const Catalog catalog = built_in_or_abort();
  return catalog;
}

}  // namespace bitworth::formats
