#include <array>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"

namespace bitworth::formats {
namespace {

const std::vector<std::string> confidences = {"high", "medium", "low"};

template <class Q>
std::optional<Q> quantity(Reader& row, std::string_view key, const Kind& kind) {
  const std::optional<double> value = row.number(key, kind);
  return value ? std::optional(Q(*value)) : std::nullopt;
}

hardware::PeakRates read_peaks(Reader& device) {
  Reader row = device.table("peak", "{ bf16 = \"989 TFLOP/s\" }");
  hardware::PeakRates peak;
  const std::pair<std::string_view, std::optional<FlopsPerSecond>*> rates[] = {
      {"fp32", &peak.fp32}, {"fp16", &peak.fp16}, {"bf16", &peak.bf16}, {"fp8", &peak.fp8},
      {"int8", &peak.int8}, {"fp4", &peak.fp4},   {"int4", &peak.int4}};
  for (const auto& [key, rate] : rates) *rate = quantity<FlopsPerSecond>(row, key, kinds::flops_per_second);
  if (row && !row.has("bf16") && !row.has("fp16") && !row.has("fp32"))
    device.fail("peak", ErrorKind::usage, format("{} has none of bf16, fp16 and fp32", device.name("peak")),
                "write at least one of them, for example bf16 = \"989 TFLOP/s\"");
  row.finish();
  return peak;
}

void require_who_and_when(Reader& row) {
  row.require({{"id", "id = \"h100-sxm\""},
               {"name", "name = \"NVIDIA H100 SXM\""},
               {"vendor", "vendor = \"NVIDIA\""},
               {"family", "family = \"hopper\""},
               {"class", "class = \"datacenter-gpu\""},
               {"sources", "sources = [\"...\"]"},
               {"date", "date = \"2026-11-21\""},
               {"confidence", "confidence = \"high\""}});
}

}  // namespace

Sources read_sources(Reader& root) {
  Sources sources;
  Reader table = root.table("sources");
  for (const std::string& key : table.keys()) sources[key] = table.text(key).value_or("");
  return sources;
}

std::string joined_sources(Reader& row, const Sources& sources) {
  std::string result;
  for (const std::string& key : row.texts("sources")) {
    const auto title = sources.find(key);
    result += (result.empty() ? "" : "; ") + (title == sources.end() ? key : title->second);
    if (title == sources.end() && !sources.empty())
      row.fail("sources", ErrorKind::inconsistent,
               format("sources has \"{}\", which [sources] has not", key));
  }
  return result;
}

hardware::Device read_device(Reader& row, const Sources& sources, DeviceRow whose) {
  if (whose == DeviceRow::shipped) require_who_and_when(row);
  row.require({{"memory", "memory = \"80 GB\""},
               {"memory_bandwidth", "memory_bandwidth = \"3350 GB/s\""},
               {"peak", "peak = { bf16 = \"989 TFLOP/s\" }"}});
  hardware::Device device;
  device.name = row.text("name").value_or("a device of this case");
  device.id = row.text("id").value_or(slug(device.name));
  device.vendor = row.text("vendor").value_or("");
  device.family = row.text("family").value_or("");
  device.device_class = row.text("class").value_or("");
  device.memory = quantity<Bytes>(row, "memory", kinds::bytes).value_or(Bytes(1));
  device.usable_memory = quantity<Bytes>(row, "usable_memory", kinds::bytes);
  device.memory_bandwidth =
      quantity<BytesPerSecond>(row, "memory_bandwidth", kinds::bytes_per_second).value_or(BytesPerSecond(1));
  device.peak = read_peaks(row);
  device.link_bandwidth = quantity<BytesPerSecond>(row, "link_bandwidth", kinds::bytes_per_second);
  device.pcie_bandwidth = quantity<BytesPerSecond>(row, "pcie_bandwidth", kinds::bytes_per_second);
  device.power = quantity<Watts>(row, "power", kinds::watts);
  device.source = joined_sources(row, sources);
  device.date = row.date("date").value_or("");
  device.confidence = row.choice("confidence", confidences).value_or("");
  device.note = row.text("note").value_or("");
  row.ignore(
      {"aliases", "link"});  // aliases are the catalog's; link is the name of what link_bandwidth measures
  row.finish();
  return device;
}

void read_devices(Reader& root, Catalog& catalog) {
  root.require({{"device", "[[device]]"}});
  const Sources sources = read_sources(root);
  for (Reader& row : root.tables("device")) {
    const std::vector<std::string> aliases = row.texts("aliases");
    const std::string taken = catalog.devices.add(read_device(row, sources, DeviceRow::shipped), aliases);
    if (!taken.empty())
      row.fail("aliases", ErrorKind::inconsistent, format("\"{}\" names another device too", taken));
  }
}

}  // namespace bitworth::formats
