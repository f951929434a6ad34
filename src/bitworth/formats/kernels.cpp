#include "bitworth/formats/kernels.hpp"

#include <utility>

#include "bitworth/base/text.hpp"

namespace bitworth::formats {
namespace {

using Peak = std::optional<FlopsPerSecond> hardware::PeakRates::*;

constexpr Kind cost{.words = "a time from 0 to 1 s with its unit",
                    .example = "\"5.7 us\"",
                    .dimension = Seconds::dimension,
                    .plain = false,
                    .low = 0,
                    .high = 1};
constexpr Kind corner{.words = "a number from 1 to 1000", .example = "2.5", .low = 1, .high = 1000};
constexpr Kind bits{
    .words = "bits above 0 and at most 32", .example = "8", .low = 0, .high = 32, .above_low = true};
constexpr Kind sigma{.words = "a number from 0 to 2", .example = "0.05", .low = 0, .high = 2};

const std::vector<std::string> units_names = {"fp32", "fp16", "bf16", "fp8", "int8", "fp4", "int4"};

Peak units_of(std::string_view name) {
  using hardware::PeakRates;
  if (name == "fp32") return &PeakRates::fp32;
  if (name == "bf16") return &PeakRates::bf16;
  if (name == "fp8") return &PeakRates::fp8;
  if (name == "int8") return &PeakRates::int8;
  if (name == "fp4") return &PeakRates::fp4;
  return name == "int4" ? &PeakRates::int4 : &PeakRates::fp16;
}

Seconds time_or_none(Reader& row, std::string_view key) {
  return Seconds(row.number(key, cost).value_or(0));
}

double share(Reader& row, std::string_view key) {
  return row.number(key, kinds::share).value_or(1);
}

void read_origin(Reader& row, KernelRows whose, std::string& source, std::string& date) {
  if (whose == KernelRows::shipped)
    row.require({{"source", "source = \"...\""}, {"date", "date = \"2026-11-21\""}});
  source = row.text("source").value_or("");
  date = row.date("date").value_or("");
}

hardware::Where read_where(Reader& row, KernelRows whose) {
  return {.devices = row.texts("devices"),
          .families = row.texts("families"),
          .classes = row.texts("classes"),
          .own = whose == KernelRows::own};
}

hardware::Kernel read_kernel(Reader& row, KernelRows whose) {
  row.require({{"name", "name = \"marlin-4\""},
               {"launch", "launch = \"5.7 us\""},
               {"bandwidth_share", "bandwidth_share = 0.8"},
               {"compute_share", "compute_share = 0.7"},
               {"corner", "corner = 2.5"},
               {"units", "units = \"fp16\""}});
  hardware::Kernel kernel;
  kernel.name = row.text("name").value_or("");
  kernel.where = read_where(row, whose);
  kernel.launch = time_or_none(row, "launch");
  kernel.bandwidth_share = share(row, "bandwidth_share");
  kernel.compute_share = share(row, "compute_share");
  kernel.corner = row.number("corner", corner).value_or(2);
  kernel.units = units_of(row.choice("units", units_names).value_or("fp16"));
  kernel.tile_rows = row.integer("tile_rows").value_or(1);
  kernel.vector_ops_per_weight = row.number("vector_ops_per_weight", kinds::positive).value_or(0);
  kernel.buffer_bytes_per_weight = row.number("buffer_bytes_per_weight", kinds::positive).value_or(0);
  kernel.host_per_call = time_or_none(row, "host_per_call");
  kernel.host_per_call_batched =
      Seconds(row.number("host_per_call_batched", cost).value_or(kernel.host_per_call.value()));
  kernel.is_guess = row.boolean("guess").value_or(false);
  read_origin(row, whose, kernel.source, kernel.date);
  row.ignore({"cells"});  // for people: how much a fit is worth
  row.finish();
  return kernel;
}

hardware::ExpertKernel read_expert_kernel(Reader& row, KernelRows whose) {
  row.require({{"kernels", "kernels = [\"fp8\"]"},
               {"launch", "launch = \"20 us\""},
               {"bandwidth_share", "bandwidth_share = 0.6"},
               {"compute_share", "compute_share = 0.3"}});
  hardware::ExpertKernel kernel;
  kernel.kernels = row.texts("kernels");
  kernel.where = read_where(row, whose);
  kernel.launch = time_or_none(row, "launch");
  kernel.bandwidth_share = share(row, "bandwidth_share");
  kernel.compute_share = share(row, "compute_share");
  std::string source, date;
  read_origin(row, whose, source, date);
  row.finish();
  return kernel;
}

hardware::AttentionKernel read_attention(Reader& row, KernelRows whose) {
  row.require({{"launch", "launch = \"10 us\""},
               {"bandwidth_share", "bandwidth_share = 0.8"},
               {"compute_share", "compute_share = 0.5"}});
  hardware::AttentionKernel kernel;
  kernel.engines = row.texts("engines");
  kernel.where = read_where(row, whose);
  kernel.launch = time_or_none(row, "launch");
  kernel.bandwidth_share = share(row, "bandwidth_share");
  kernel.bandwidth_share_kv8 = row.number("bandwidth_share_kv8", kinds::share);
  kernel.compute_share = share(row, "compute_share");
  std::string source, date;
  read_origin(row, whose, source, date);
  row.finish();
  return kernel;
}

hardware::AllReduce read_all_reduce(Reader& row, KernelRows whose) {
  hardware::AllReduce result;
  result.link_latency = time_or_none(row, "link_latency");
  result.link_share = share(row, "link_share");
  result.pcie_latency = time_or_none(row, "pcie_latency");
  result.pcie_share = share(row, "pcie_share");
  std::string source, date;
  read_origin(row, whose, source, date);
  row.finish();
  return result;
}

// A number for each family of devices that the table names.
std::map<std::string, double> by_family(Reader& row, std::string_view key) {
  std::map<std::string, double> result;
  if (!row.has(key)) return result;
  Reader families = row.table(key);
  for (const std::string& family : families.keys())
    result[family] = families.number(family, kinds::positive).value_or(1);
  families.finish();
  return result;
}

void read_eager_host(Reader& row, hardware::EngineCosts& engine) {
  if (!row.has("eager_host_per_layer")) return;
  engine.eager_host_per_layer = time_or_none(row, "eager_host_per_layer");
  engine.eager_host_of_family = by_family(row, "eager_host_of_family");
}

void read_large_devices(Reader& row, hardware::EngineCosts& engine) {
  if (!row.has("large_devices")) return;
  Reader large = row.table("large_devices");
  large.require({{"least_memory", "least_memory = \"70 GiB\""},
                 {"classes", "classes = [\"datacenter-gpu\"]"},
                 {"max_sequences", "max_sequences = 1024"},
                 {"token_budget", "token_budget = 8192"},
                 {"source", "source = \"...\""}});
  engine.large_devices = {Bytes(large.number("least_memory", kinds::bytes).value_or(0)),
                          large.texts("classes"),
                          large.texts("except"),
                          {large.integer("max_sequences").value_or(engine.max_sequences),
                           large.integer("token_budget").value_or(engine.token_budget)}};
  large.ignore({"source"});
  large.finish();
}

hardware::EngineCosts read_engine_costs(Reader& row, KernelRows whose) {
  row.require({{"name", "name = \"vllm\""}, {"sixteen_bit_kernel", "sixteen_bit_kernel = \"gemm-16\""}});
  hardware::EngineCosts engine;
  engine.name = row.text("name").value_or("");
  engine.per_step = time_or_none(row, "per_step");
  engine.per_layer = time_or_none(row, "per_layer");
  engine.per_sequence = time_or_none(row, "per_sequence");
  engine.per_request = time_or_none(row, "per_request");
  engine.max_sequences = row.integer("max_sequences").value_or(256);
  engine.mean_share = share(row, "mean_share");
  engine.token_budget = row.integer("token_budget").value_or(2048);
  engine.memory_utilization = share(row, "memory_utilization");
  engine.reserve = Bytes(row.number("reserve", kinds::bytes).value_or(0));
  engine.free_share = share(row, "free_share");
  engine.held_output = share(row, "held_output");
  engine.least_cached_tokens = row.number("least_cached_tokens", kinds::not_negative).value_or(0);
  engine.sixteen_bit_kernel = row.text("sixteen_bit_kernel").value_or("");
  engine.layer_time_scales_with_host = row.boolean("layer_time_scales_with_host").value_or(false);
  engine.splits_layers = row.boolean("splits_layers").value_or(false);
  engine.pipeline = row.integer("pipeline").value_or(1);
  engine.mixed_attention_rows = by_family(row, "mixed_attention_rows");
  read_eager_host(row, engine);
  read_large_devices(row, engine);
  read_origin(row, whose, engine.source, engine.date);
  row.finish();
  return engine;
}

hardware::DeviceClass read_device_class(Reader& row, KernelRows whose) {
  row.require({{"class", "class = \"datacenter-gpu\""}});
  hardware::DeviceClass result;
  result.name = row.text("class").value_or("");
  result.gap = row.number("gap", kinds::positive).value_or(1);
  result.host = row.number("host", kinds::positive).value_or(1);
  std::string source, date;
  read_origin(row, whose, source, date);
  row.finish();
  return result;
}

hardware::KernelChoice read_choice(Reader& row) {
  row.require({{"kernel", "kernel = \"marlin-4\""}, {"schemes", "schemes = [\"w4a16\"]"}});
  hardware::KernelChoice choice;
  choice.kernel = row.text("kernel").value_or("");
  choice.schemes = row.texts("schemes");
  choice.engines = row.texts("engines");
  choice.without_units = row.text("without_units").value_or("");
  choice.kv_cache_bits = row.number("kv_cache_bits", bits);
  row.finish();
  return choice;
}

hardware::Spread read_spread(Reader row) {
  hardware::Spread spread;
  const auto read = [&](std::string_view key) {
    row.require({{key, "0.05"}});
    return row.number(key, sigma).value_or(0);
  };
  const std::string_view rungs[] = {"own_measurement", "same_device", "same_family", "device_class",
                                    "any_device"};
  for (std::size_t i = 0; i < std::size(rungs); ++i) {
    spread.rung[i] = read(rungs[i]);
    spread.level[i] = i == 0 ? spread.rung[0] : read("level_" + std::string(rungs[i]));
  }
  const std::pair<std::string_view, double*> members[] = {{"base", &spread.base},
                                                          {"borrowed", &spread.borrowed},
                                                          {"lacks_units", &spread.lacks_units},
                                                          {"low_confidence", &spread.low_confidence},
                                                          {"serving", &spread.serving},
                                                          {"kv_limited", &spread.kv_limited},
                                                          {"prefill", &spread.prefill},
                                                          {"placement", &spread.placement},
                                                          {"gain", &spread.gain},
                                                          {"approximate", &spread.approximate},
                                                          {"published_point", &spread.published_point}};
  for (const auto& [key, value] : members) *value = read(key);
  row.finish();
  return spread;
}

template <class T, class Read>
std::vector<T> rows_of(Reader& root, std::string_view key, Read read) {
  std::vector<T> result;
  for (Reader& row : root.tables(key)) result.push_back(read(row));
  return result;
}

}  // namespace

hardware::KernelTables read_kernels(Reader& root, KernelRows whose) {
  hardware::KernelTables tables;
  const auto with_origin = [&](auto read) { return [=](Reader& row) { return read(row, whose); }; };
  tables.kernels = rows_of<hardware::Kernel>(root, "kernel", with_origin(read_kernel));
  tables.experts = rows_of<hardware::ExpertKernel>(root, "moe", with_origin(read_expert_kernel));
  tables.attention = rows_of<hardware::AttentionKernel>(root, "attention", with_origin(read_attention));
  tables.engines = rows_of<hardware::EngineCosts>(root, "engine", with_origin(read_engine_costs));
  tables.classes = rows_of<hardware::DeviceClass>(root, "device_class", with_origin(read_device_class));
  if (whose == KernelRows::own) return tables;
  root.require({{"kernel", "[[kernel]]"}, {"engine", "[[engine]]"}, {"spread", "[spread]"}});
  tables.choices = rows_of<hardware::KernelChoice>(root, "choice", read_choice);
  for (Reader& row : root.tables("all_reduce")) tables.all_reduce = read_all_reduce(row, whose);
  Reader parents = root.table("parent");
  for (const std::string& kernel : parents.keys()) tables.parents[kernel] = parents.text(kernel).value_or("");
  tables.spread = read_spread(root.table("spread"));
  return tables;
}

}  // namespace bitworth::formats
