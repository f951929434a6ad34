#include <algorithm>
#include <array>
#include <set>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"

namespace bitworth::formats {
namespace {

const std::vector<std::string> price_kinds = {"on-demand", "spot"};

double median_of_sorted(const std::vector<double>& values) {
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Estimate divided(Estimate estimate, double by) {
  estimate.value /= by;
  estimate.p10 /= by;
  estimate.p90 /= by;
  return estimate;
}

void read_owned(Reader& row, Catalog& catalog) {
  row.require({{"device", "device = \"h100-sxm\""},
               {"gpus_per_node", "gpus_per_node = 8"},
               {"node_price", "node_price = \"$325000\""},
               {"years", "years = 4"},
               {"residual_share", "residual_share = 0.25"},
               {"node_power", "node_power = \"10.2 kW\""},
               {"server_overhead_factor", "server_overhead_factor = 1.3"},
               {"pue", "pue = 1.3"},
               {"electricity", "electricity = \"$0.08/kWh\""},
               {"sources", "sources = [\"...\"]"},
               {"date", "date = \"2026-11-21\""}});
  OwnedServer& owned = catalog.owned;
  owned.device = row.text("device").value_or("");
  const double gpus = row.integer("gpus_per_node").value_or(1);
  owned.gpu.price = divided(row.estimate("node_price", owned_kinds::price, 1).value_or(Estimate()), gpus);
  owned.gpu.years = row.number("years", owned_kinds::years).value_or(1);
  owned.gpu.residual_share =
      row.estimate("residual_share", owned_kinds::residual_share, 1).value_or(Estimate());
  owned.gpu.power = Watts(row.number("node_power", kinds::watts).value_or(0) / gpus);
  owned.power_factor = row.number("server_overhead_factor", kinds::positive).value_or(1);
  owned.gpu.pue = row.estimate("pue", owned_kinds::pue, 1).value_or(Estimate());
  owned.gpu.dollars_per_kwh = row.estimate("electricity", owned_kinds::electricity, 1).value_or(Estimate());
  if (!owned.device.empty() && catalog.devices.find(owned.device) == nullptr)
    row.fail("device", ErrorKind::inconsistent, format("there is no device \"{}\"", owned.device));
  row.ignore({"sources", "date", "confidence", "note"});
  row.finish();
}

}  // namespace

void read_prices(Reader& root, Catalog& catalog) {
  root.require({{"price", "[[price]]"}});
  for (Reader& row : root.tables("price")) {
    row.require({{"device", "device = \"h100-sxm\""},
                 {"provider", "provider = \"...\""},
                 {"price", "price = \"$3.85/h\""},
                 {"kind", "kind = \"on-demand\""},
                 {"date", "date = \"2026-11-21\""},
                 {"source", "source = \"...\""}});
    Price price;
    price.device = row.text("device").value_or("");
    price.provider = row.text("provider").value_or("");
    price.instance = row.text("instance").value_or("");
    price.gpus_per_instance = row.integer("gpus_per_instance").value_or(1);
    price.dollars_per_hour = row.number("price", kinds::dollars_per_hour).value_or(1);
    price.spot = row.choice("kind", price_kinds) == "spot";
    price.source = row.text("source").value_or("");
    price.date = row.date("date").value_or("");
    const hardware::Device* device = catalog.devices.find(price.device);
    if (device == nullptr || device->id != price.device)
      row.fail("device", ErrorKind::inconsistent, format("there is no device \"{}\"", price.device));
    row.ignore({"confidence", "note"});
    row.finish();
    catalog.prices.push_back(std::move(price));
  }
  if (Reader owned = root.table("owned")) read_owned(owned, catalog);
}

std::optional<Estimate> Catalog::price_per_gpu_hour(std::string_view device_id) const {
  std::vector<double> values;
  std::set<std::string> providers;
  Estimate result;
  for (const Price& price : prices) {
    if (price.spot || price.device != device_id) continue;
    values.push_back(price.dollars_per_hour);
    providers.insert(price.provider);
    result.date = std::max(result.date, price.date);
  }
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  // Lists of one price, or of alike ones, still move as a quoted price does.
  const double spread = defaults.spread("hardware.price_per_gpu_hour");
  result.value = median_of_sorted(values);
  result.p10 = std::min(values.front(), result.value / spread);
  result.p90 = std::max(values.back(), result.value * spread);
  result.provenance = Provenance::imported;
  result.source =
      "on-demand list prices of " + listed(std::vector<std::string>(providers.begin(), providers.end()));
  return result;
}

}  // namespace bitworth::formats
