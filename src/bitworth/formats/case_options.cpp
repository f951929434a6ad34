#include <algorithm>
#include <cctype>
#include <utility>

#include "bitworth/formats/case_sections.hpp"

namespace bitworth::formats {
namespace {

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
  return name;
}

// A device without the units of a scheme runs its fallback, which needs 16-bit units only.
void resolve_units(Reader& reader, const Catalog& catalog, cases::Case& c, cases::Option& option) {
  option.runs_as = option.scheme;
  const hardware::Device& device = c.hardware.device;
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

// Scheme, KV cache, GPUs and how they divide experts, which baseline and options share.
cases::Option read_formats(Reader& reader, const Catalog& catalog, cases::Case& c) {
  cases::Option option;
  const std::string scheme_name =
      reader.text("scheme").value_or(reader ? catalog.defaults.text("baseline.scheme") : "");
  const llm::Scheme* scheme =
      resolved(reader, "scheme", "scheme", scheme_name, catalog.schemes, "bitworth schemes");
  if (scheme != nullptr) option.scheme = *scheme;
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
    option.kernels = hardware::find_step_kernels(*c.hardware.kernels, *engine, c.architecture, option.runs_as,
                                                 c.hardware.device);
  option.name = reader.text("name").value_or(default_name(option));
  return option;
}

void read_checkpoint(Reader& reader, const Catalog& catalog, cases::Option& option) {
  const std::string checkpoint =
      reader.choice("checkpoint", checkpoints).value_or(catalog.defaults.text("option.checkpoint"));
  option.ready_made = checkpoint == "ready-made";
  const auto hours = reader.estimate("quantization_hours", kinds::hours,
                                     catalog.defaults.spread("option.quantization_hours"));
  if (!option.ready_made) {
    option.quantization_hours = hours.value_or(catalog.defaults.estimate("option.quantization_hours"));
    return;
  }
  option.quantization_hours = certain(0, Provenance::exact, "a ready-made checkpoint");
  if (hours)
    reader.fail("quantization_hours", ErrorKind::inconsistent,
                "quantization_hours is given, but the checkpoint is ready-made",
                "write checkpoint = \"self-quantized\", or leave the hours out");
}

bool same_question(const cases::Option& a, const cases::Option& b) {
  return a.scheme.id == b.scheme.id && a.kv_cache.id == b.kv_cache.id &&
         a.gpus_per_replica == b.gpus_per_replica && a.expert_parallel == b.expert_parallel;
}

void check_distinct(Reader& reader, const cases::Case& c, const cases::Option& option) {
  if (option.scheme.id.empty() || option.kv_cache.id.empty()) return;  // reported already
  if (same_question(option, c.baseline)) {
    reader.fail("", ErrorKind::inconsistent, "this option is the baseline: same scheme, KV cache and GPUs",
                "change one of them, or take the option out");
    return;
  }
  for (const cases::Option& other : c.options) {
    if (same_question(option, other)) {
      reader.fail("", ErrorKind::inconsistent, format("this option is \"{}\" again", other.name),
                  "change its scheme, KV cache or GPUs, or take it out");
    } else if (option.name == other.name) {
      reader.fail("name", ErrorKind::inconsistent, format("two options are named \"{}\"", option.name),
                  "give each a name of its own");
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
  c.baseline = read_formats(baseline, catalog, c);
  c.baseline.quantization_hours = certain(0, Provenance::exact, "the baseline");
  c.baseline.quality_loss = certain(0, Provenance::exact, "the baseline");
  baseline.finish();

  if (root.kind("option") == TomlKind::array && root.tables("option").empty())
    root.fail("option", ErrorKind::usage, "option is an empty list", "write [[option]], then its scheme");
  for (Reader& reader : root.tables("option")) {
    reader.require({{"scheme", "scheme = \"w8a8-fp8\""}});
    cases::Option option = read_formats(reader, catalog, c);
    read_checkpoint(reader, catalog, option);
    read_option_quality(reader, catalog, c, option);
    reader.finish();
    check_distinct(reader, c, option);
    c.options.push_back(std::move(option));
  }
}

}  // namespace bitworth::formats
