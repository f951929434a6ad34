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
  root.ignore({"owned"});  // machines of one's own: a case states what they cost
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
