#include "bitworth/formats/case_sections.hpp"
#include "bitworth/formats/data_files.hpp"

namespace bitworth::formats {
namespace {

constexpr Kind discount{.words = "a share from 0 to 1", .example = "0.35 or \"35 %\"", .low = 0, .high = 1};
constexpr Kind committed_gpus{
    .words = "a whole number from 0 to 10000000", .example = "16", .low = 0, .high = 1e7};
constexpr Kind months{.words = "months from 0 to 240",
                      .example = "9 or \"9 months\"",
                      .dimension = Seconds::dimension,
                      .unit = one_month.value(),
                      .low = 0,
                      .high = 240};

const std::vector<std::string> tenures = {"on-demand", "reserved", "owned"};

Estimate scaled(Estimate estimate, double factor) {
  estimate.value *= factor;
  estimate.p10 *= factor;
  estimate.p90 *= factor;
  return estimate;
}

// A price of its own, or a discount on the price by the hour.
void read_reserved_price(Reader& reader, const Catalog& catalog, cases::Hardware& hardware) {
  const auto price = reader.estimate("reserved_price_per_gpu_hour", kinds::dollars_per_hour,
                                     catalog.defaults.spread("hardware.price_per_gpu_hour"));
  const std::optional<double> off = reader.number("reserved_discount", discount);
  if (reader.has("reserved_price_per_gpu_hour") == reader.has("reserved_discount")) {
    reader.fail("tenure", ErrorKind::usage,
                reader.has("reserved_discount") ? "reserved GPUs have both a price and a discount"
                                                : "tenure is \"reserved\", and nothing says what that costs",
                "write reserved_price_per_gpu_hour or reserved_discount");
  } else if (off && !hardware.price_per_gpu_hour) {
    reader.fail("reserved_discount", ErrorKind::usage,
                format("reserved_discount is on a price that is not known for {}", hardware.device.name),
                "write reserved_price_per_gpu_hour and price_per_gpu_hour");
  } else if (price && !hardware.price_per_gpu_hour) {
    // What goes beyond the reservation is rented too.
    hardware.reserved_price_per_gpu_hour = hardware.price_per_gpu_hour = price;
  } else {
    hardware.reserved_price_per_gpu_hour = off ? scaled(*hardware.price_per_gpu_hour, 1 - *off) : price;
  }
}

void read_owned_gpu(Reader& reader, const Catalog& catalog, cases::Hardware& hardware) {
  Reader owned = reader.table("owned", "{ price_per_gpu = \"$40000\" }");
  const OwnedServer& usual = catalog.owned;
  cases::OwnedGpu gpu = usual.gpu;
  const bool is_usual = hardware.device.id == usual.device;
  const auto price = owned.estimate("price_per_gpu", owned_kinds::price, 1);
  if (price) gpu.price = *price;
  if (!price && !is_usual && !owned.has("price_per_gpu") && !hardware.device.id.empty())
    reader.fail("tenure", ErrorKind::usage,
                format("tenure is \"owned\", and what a {} costs is not known here", hardware.device.name),
                "write owned = { price_per_gpu = \"$40000\" }");
  const auto power = owned.number("power_per_gpu", kinds::watts);
  if (power) {
    gpu.power = Watts(*power);
  } else if (!is_usual) {
    gpu.power = hardware.device.power.value_or(Watts(0)) * usual.power_factor;
    if (!hardware.device.power && !hardware.device.id.empty() && !owned.has("power_per_gpu"))
      reader.fail("tenure", ErrorKind::usage,
                  format("tenure is \"owned\", and what a {} draws is not known here", hardware.device.name),
                  "write owned = { power_per_gpu = \"900 W\" }");
  }
  gpu.residual_share =
      owned.estimate("residual_share", owned_kinds::residual_share, 1).value_or(gpu.residual_share);
  gpu.years = owned.number("years", owned_kinds::years).value_or(gpu.years);
  gpu.pue = owned.estimate("pue", owned_kinds::pue, 1).value_or(gpu.pue);
  gpu.dollars_per_kwh =
      owned.estimate("electricity", owned_kinds::electricity, 1).value_or(gpu.dollars_per_kwh);
  owned.finish();
  hardware.owned = gpu;
}

// Keys of another tenure say that somebody meant it.
void refuse_unless(bool fits, Reader& reader, std::string_view key, std::string_view tenure) {
  reader.ignore({key});
  if (!fits && reader.kind(key))
    reader.fail(key, ErrorKind::inconsistent, format("{} is given, but tenure is not \"{}\"", key, tenure),
                format("write tenure = \"{}\", or leave {} out", tenure, key));
}

}  // namespace

void read_tenure(Reader& reader, const Catalog& catalog, cases::Hardware& hardware) {
  using cases::Tenure;
  const Defaults& defaults = catalog.defaults;
  const std::string tenure = reader.choice("tenure", tenures).value_or(defaults.text("hardware.tenure"));
  hardware.tenure = tenure == "owned"      ? Tenure::owned
                    : tenure == "reserved" ? Tenure::reserved
                                           : Tenure::on_demand;
  const bool reserved = hardware.tenure == Tenure::reserved, owned = hardware.tenure == Tenure::owned;
  if (reserved) read_reserved_price(reader, catalog, hardware);
  if (owned) read_owned_gpu(reader, catalog, hardware);
  refuse_unless(reserved, reader, "reserved_price_per_gpu_hour", "reserved");
  refuse_unless(reserved, reader, "reserved_discount", "reserved");
  refuse_unless(owned, reader, "owned", "owned");
  hardware.committed_gpus = reader.integer("committed_gpus", committed_gpus);
  const double usual_months =
      owned ? hardware.owned->years * 12 : defaults.number("hardware.committed_months");
  hardware.committed_months = reader.number("committed_months", months).value_or(usual_months);
  for (const std::string_view key : {"committed_gpus", "committed_months"})
    refuse_unless(reserved || owned, reader, key, "reserved");
}

}  // namespace bitworth::formats
