#include <array>
#include <set>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"

namespace bitworth::formats {

void read_roofline(Reader& root, Catalog& catalog) {
  root.require({{"efficiency", "[[efficiency]]"}});
  std::set<std::string> missing;
  for (const auto& [key, member] : efficiency_members) missing.emplace(key);
  for (Reader& row : root.tables("efficiency")) {
    row.require({{"key", "key = \"memory\""},
                 {"p10", "p10 = 0.66"},
                 {"p50", "p50 = 0.78"},
                 {"p90", "p90 = 0.88"},
                 {"source", "source = \"...\""},
                 {"date", "date = \"2026-11-21\""}});
    const std::string key = row.text("key").value_or("");
    Estimate estimate;
    estimate.p10 = row.number("p10", kinds::positive).value_or(1);
    estimate.value = row.number("p50", kinds::positive).value_or(1);
    estimate.p90 = row.number("p90", kinds::positive).value_or(1);
    estimate.provenance = Provenance::prior;
    estimate.source = row.text("source").value_or("");
    estimate.date = row.date("date").value_or("");
    if (estimate.p10 > estimate.value || estimate.value > estimate.p90)
      row.fail("p50", ErrorKind::inconsistent, "p10, p50 and p90 do not ascend");
    if (missing.erase(key) == 0)
      row.fail("key", ErrorKind::inconsistent, format("\"{}\" is unknown, or has two rows", key));
    for (const auto& [name, member] : efficiency_members) {
      if (name == key) catalog.efficiency.*member = estimate;
    }
    row.ignore({"reason"});
    row.finish();
  }
  for (const std::string& key : missing)
    root.fail("", ErrorKind::inconsistent, format("no row has key = \"{}\"", key));
}

}  // namespace bitworth::formats
