#include <algorithm>
#include <cctype>
#include <utility>

#include "bitworth/formats/case_sections.hpp"

namespace bitworth::formats {
namespace {

constexpr Kind inflation{.words = "a ratio from 0.1 to 10", .example = "1.05", .low = 0.1, .high = 10};
constexpr Kind dollars_per_million{.words = "dollars from 0 to 100000 per million tokens",
                                   .example = "0.6",
                                   .dimension = Dollars::dimension,
                                   .low = 0,
                                   .high = 1e5};
constexpr Kind gpus{.words = "a whole number from 1 to 1024", .example = "2", .low = 1, .high = 1024};

const std::vector<std::string> checkpoints = {"ready-made", "self-quantized"};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string default_name(const cases::Option& option) {
  std::string name = upper(option.scheme.id);
  const bool kv_in_name = option.kv_cache.bits >= 16 || option.kv_cache.id == option.scheme.kv_cache;
  if (!kv_in_name) name += format(" + {} KV", upper(option.kv_cache.id));
  if (option.gpus_per_replica)
    name += format(" on {} GPU{}", *option.gpus_per_replica, *option.gpus_per_replica == 1 ? "" : "s");
  if (option.expert_parallel) name += " with expert parallelism";
  if (option.hardware) name += " on " + option.hardware->device.name;
  return name;
}

// What an engine serves, in words; GGUF files by one.
std::string served_by(const Catalog& catalog, const EngineSupport& engine) {
  std::vector<std::string> names;
  bool gguf = false;
  for (const llm::Scheme& scheme : catalog.schemes.all()) {
    if (!engine.serves(scheme)) continue;
    if (scheme.format_class.starts_with("gguf-")) {
      gguf = true;
    } else {
      names.push_back(scheme.id);
    }
  }
  if (gguf) names.push_back("GGUF formats");
  return listed(names);
}

// Engines that no row of data/schemes.toml speaks of may serve everything.
void check_engine(Reader& reader, const Catalog& catalog, const cases::Case& c, const llm::Scheme& scheme) {
  const auto engine = std::ranges::find(catalog.engine_support, c.engine.name, &EngineSupport::engine);
  if (engine == catalog.engine_support.end() || engine->serves(scheme)) return;
  std::vector<std::string> others;
  for (const EngineSupport& other : catalog.engine_support) {
    if (other.serves(scheme)) others.push_back(other.engine);
  }
  reader.fail(
      "scheme", ErrorKind::unsupported,
      format("{} does not serve {}: it serves {}", c.engine.name, scheme.id, served_by(catalog, *engine)),
      others.empty() ? "choose another scheme"
                     : format("choose another scheme, or an engine that serves it: {}", listed(others)));
}

// A device without the units of a scheme runs its fallback, which needs 16-bit units only.
void resolve_units(Reader& reader, const Catalog& catalog, cases::Case& c, cases::Option& option) {
  option.runs_as = option.scheme;
  const hardware::Device& device = option.hardware ? option.hardware->device : c.hardware.device;
  if (device.id.empty() || hardware::peak_rate(device, option.scheme.compute)) return;
  const std::string lacks = format("it has no {} units", llm::to_text(option.scheme.compute));
  const llm::Scheme* fallback = catalog.schemes.find(option.scheme.fallback);
  if (fallback == nullptr) {
    reader.fail("scheme", ErrorKind::inconsistent,
                format("{} does not run on {}: {}", upper(option.scheme.id), device.name, lacks),
                "choose another scheme or device");
    return;
  }
  option.runs_as = *fallback;
  const std::string warning =
      format("{} runs as {} on {}: {}", upper(option.scheme.id), upper(fallback->id), device.name, lacks);
  if (std::ranges::find(c.warnings, warning) == c.warnings.end()) c.warnings.push_back(warning);
}

// A device of the option's own: the rest is had as the case says, at that device's price.
void read_own_device(Reader& reader, const Catalog& catalog, const cases::Case& c, cases::Option& option) {
  const auto price = reader.estimate("price_per_gpu_hour", kinds::dollars_per_hour,
                                     catalog.defaults.spread("hardware.price_per_gpu_hour"));
  if (!reader.has("device")) {
    if (price)
      reader.fail("price_per_gpu_hour", ErrorKind::inconsistent,
                  "price_per_gpu_hour is given, but the option has no device of its own",
                  "write device, or leave the price to [hardware]");
    return;
  }
  cases::Hardware hardware = c.hardware;
  hardware.tenure = cases::Tenure::on_demand;
  hardware.reserved_price_per_gpu_hour.reset();
  hardware.owned.reset();
  hardware.committed_gpus.reset();
  hardware.committed_months = 0;
  hardware.device = read_named_device(reader, catalog);
  hardware.price_per_gpu_hour = price ? price : catalog.price_per_gpu_hour(hardware.device.id);
  if (!hardware.price_per_gpu_hour && !hardware.device.id.empty())
    reader.fail("device", ErrorKind::usage, format("no price is known for {}", hardware.device.name),
                "write price_per_gpu_hour beside it");
  option.hardware = std::make_shared<const cases::Hardware>(std::move(hardware));
}

// Scheme, KV cache, GPUs and how they divide experts, which baseline and options share.
enum class Who { baseline, option };

cases::Option read_formats(Reader& reader, const Catalog& catalog, cases::Case& c, Who who) {
  cases::Option option;
  if (who == Who::option) read_own_device(reader, catalog, c, option);
  const std::string& published = c.architecture.published_as;
  const std::string usual = published.empty() ? catalog.defaults.text("baseline.scheme") : published;
  const std::string scheme_name = reader.text("scheme").value_or(reader ? usual : "");
  const llm::Scheme* scheme =
      resolved(reader, "scheme", "scheme", scheme_name, catalog.schemes, "bitworth schemes");
  if (scheme != nullptr) {
    option.scheme = *scheme;
    check_engine(reader, catalog, c, *scheme);
  }
  std::string kv_name = option.scheme.kv_cache;
  if (kv_name.empty()) kv_name = catalog.defaults.text("option.kv_cache");
  kv_name = reader.text("kv_cache").value_or(kv_name);
  const llm::KvFormat* kv_cache =
      resolved(reader, "kv_cache", "KV cache format", kv_name, catalog.kv_formats, "");
  if (kv_cache != nullptr) option.kv_cache = *kv_cache;
  option.gpus_per_replica = reader.integer("gpus_per_replica", gpus);
  const int most = std::min(c.hardware.max_gpus_per_replica,
                            c.hardware.instance_sizes.empty() ? 1024 : c.hardware.instance_sizes.back());
  if (option.gpus_per_replica.value_or(1) > most)
    reader.fail(
        "gpus_per_replica", ErrorKind::inconsistent,
        format("gpus_per_replica is {}, but a replica can have {} here", *option.gpus_per_replica, most),
        "raise max_gpus_per_replica, or the last of instance_sizes");
  option.expert_parallel = reader.boolean("expert_parallel").value_or(false);
  if (option.expert_parallel && !c.architecture.id.empty() && !c.architecture.moe)
    reader.fail("expert_parallel", ErrorKind::inconsistent,
                format("expert_parallel is true, but {} has no experts", c.architecture.name),
                "leave it out");
  if (scheme != nullptr) resolve_units(reader, catalog, c, option);
  if (const hardware::EngineCosts* engine = c.hardware.kernels->engine(c.engine.name))
    option.kernels =
        hardware::find_step_kernels(*c.hardware.kernels, *engine, c.architecture, option.runs_as,
                                    option.hardware ? option.hardware->device : c.hardware.device);
  option.name = reader.text("name").value_or(default_name(option));
  return option;
}

void read_checkpoint(Reader& reader, const Catalog& catalog, cases::Option& option) {
  const std::string checkpoint =
      reader.choice("checkpoint", checkpoints).value_or(catalog.defaults.text("option.checkpoint"));
  option.ready_made = checkpoint == "ready-made";
  const auto gpu_hours = reader.estimate("quantization_gpu_hours", kinds::hours,
                                         catalog.defaults.spread("option.quantization_gpu_hours"));
  const auto hours = reader.estimate("quantization_hours", kinds::hours,
                                     catalog.defaults.spread("option.quantization_hours"));
  if (!option.ready_made) {
    option.quantization_hours = hours.value_or(catalog.defaults.estimate("option.quantization_hours"));
    option.quantization_gpu_hours =
        gpu_hours.value_or(catalog.defaults.estimate("option.quantization_gpu_hours"));
    return;
  }
  option.quantization_gpu_hours = certain(0, Provenance::exact, "a ready-made checkpoint");
  option.quantization_hours = certain(0, Provenance::exact, "a ready-made checkpoint");
  for (const std::string_view key : {"quantization_hours", "quantization_gpu_hours"}) {
    if (reader.has(key))
      reader.fail(key, ErrorKind::inconsistent, format("{} is given, but the checkpoint is ready-made", key),
                  "write checkpoint = \"self-quantized\", or leave the hours out");
  }
}

std::string device_of(const cases::Option& option) {
  return option.hardware ? option.hardware->device.id : "";
}

bool same_question(const cases::Option& a, const cases::Option& b) {
  return !a.api && !b.api && device_of(a) == device_of(b) && a.scheme.id == b.scheme.id &&
         a.kv_cache.id == b.kv_cache.id && a.gpus_per_replica == b.gpus_per_replica &&
         a.expert_parallel == b.expert_parallel;
}

// A quantized model that thinks before it answers may think longer.
Estimate token_inflation(Reader& reader, const Catalog& catalog, const cases::Case& c,
                         const cases::Option& option) {
  if (const auto stated = reader.estimate("token_inflation", inflation, 1)) return *stated;
  if (option.runs_as.id == c.baseline.runs_as.id)
    return certain(1, Provenance::exact, "the same weights as the baseline");
  Estimate length = option.answer_length.value_or(certain(1, Provenance::prior, "no prior"));
  const auto before = catalog.answer_length(c.baseline.runs_as, c.quality.task);
  if (!before) return length;
  length.value /= before->value;
  length.p10 /= before->value;
  length.p90 /= before->value;
  return length;
}

// Served by somebody else: its formats are not known, its price is.
cases::Option read_api_option(Reader& reader, const Catalog& catalog, cases::Case& c) {
  cases::Option option = c.baseline;
  Reader api = reader.table("api", "{ dollars_per_million_input = 0.2, dollars_per_million_output = 0.6 }");
  api.require({{"dollars_per_million_input", "dollars_per_million_input = 0.2"},
               {"dollars_per_million_output", "dollars_per_million_output = 0.6"}});
  const Estimate free = certain(0, Provenance::stated, "the case");
  option.api = {api.estimate("dollars_per_million_input", dollars_per_million, 1).value_or(free),
                api.estimate("dollars_per_million_output", dollars_per_million, 1).value_or(free)};
  api.finish();
  option.name = reader.text("name").value_or("hosted API");
  option.token_inflation = reader.estimate("token_inflation", inflation, 1).value_or(option.token_inflation);
  read_option_quality(reader, catalog, c, option);
  return option;
}

void check_distinct(Reader& reader, const cases::Case& c, const cases::Option& option) {
  if (option.scheme.id.empty() || option.kv_cache.id.empty()) return;  // reported already
  if (same_question(option, c.baseline)) {
    reader.fail("", ErrorKind::inconsistent, "this option is the baseline: same scheme, KV cache and GPUs",
                "change one of them, or take the option out");
    return;
  }
  // One problem each, or a thousand options that are alike would make a million of them.
  for (const cases::Option& other : c.options) {
    if (same_question(option, other)) {
      reader.fail("", ErrorKind::inconsistent, format("this option is \"{}\" again", other.name),
                  "change its scheme, KV cache or GPUs, or take it out");
      return;
    }
    if (option.name == other.name) {
      reader.fail("name", ErrorKind::inconsistent, format("two options are named \"{}\"", option.name),
                  "give each a name of its own");
      return;
    }
  }
}

}  // namespace

void read_options(Reader& root, const Catalog& catalog, cases::Case& c) {
  TomlNode empty;
  Problems unused;
  Reader silent(empty, "", unused);
  Reader stated = root.table("baseline");
  Reader& baseline = stated ? stated : silent;
  c.baseline = read_formats(baseline, catalog, c, Who::baseline);
  c.baseline.quantization_hours = certain(0, Provenance::exact, "the baseline");
  c.baseline.quality_loss = certain(0, Provenance::exact, "the baseline");
  c.baseline.quantization_gpu_hours = certain(0, Provenance::exact, "the baseline");
  baseline.finish();

  if (root.kind("option") == TomlKind::array && root.tables("option").empty())
    root.fail("option", ErrorKind::usage, "option is an empty list", "write [[option]], then its scheme");
  for (Reader& reader : root.tables("option")) {
    if (reader.has("api")) {
      cases::Option option = read_api_option(reader, catalog, c);
      reader.finish();
      check_distinct(reader, c, option);
      c.options.push_back(std::move(option));
      continue;
    }
    reader.require({{"scheme", "scheme = \"w8a8-fp8\""}});
    cases::Option option = read_formats(reader, catalog, c, Who::option);
    read_checkpoint(reader, catalog, option);
    read_option_quality(reader, catalog, c, option);
    option.token_inflation = token_inflation(reader, catalog, c, option);
    reader.finish();
    check_distinct(reader, c, option);
    c.options.push_back(std::move(option));
  }
}

}  // namespace bitworth::formats
