#include "bitworth/formats/fit_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/pair_names.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::uint64_t largest_file = 256'000'000;
constexpr double most = 1e8;         // of rows, dimensions, tokens
constexpr double longest_run = 1e6;  // seconds

using Json = nlohmann::json;
using Names = std::initializer_list<const char*>;

/// Why a row does not count; private to this file.
struct NoPoint {
  std::string reason;
};

/// A row of a file: named texts and numbers.
class Row {
 public:
  explicit Row(Json fields) : fields_(std::move(fields)) {}

  std::string text(Names names) const {
    const Json* field = find(names);
    return field != nullptr && field->is_string() ? field->get<std::string>() : "";
  }
  std::optional<double> number(Names names, double low, double high) const {
    const Json* field = find(names);
    if (field == nullptr) return std::nullopt;
    double value = NAN;
    if (field->is_number()) {
      value = field->get<double>();
    } else if (field->is_string()) {
      const std::string& text = field->get_ref<const std::string&>();
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || end != text.data() + text.size()) value = NAN;
    }
    if (!(value >= low && value <= high))
      throw NoPoint{format("{} is not a number from {} to {}", *names.begin(), low, high)};
    return value;
  }
  double needed(Names names, double low, double high) const {
    const auto value = number(names, low, high);
    if (!value) throw NoPoint{format("{} is absent", *names.begin())};
    return *value;
  }

 private:
  const Json* find(Names names) const {
    for (const char* name : names) {
      const auto found = fields_.find(name);
      if (found != fields_.end() && !found->is_null()) return &*found;
    }
    return nullptr;
  }

  Json fields_;
};

/// Sorts rows into groups.
class Collector {
 public:
  Collector(const FitChoice& choice, const Catalog& catalog) : choice_(choice), catalog_(catalog) {}

  /// The row's group; null: the choice leaves it out.
  cases::FitGroup* group(const std::string& device_name, const std::string& engine_name,
                         const std::string& scheme_name) {
    const std::string key = device_name + '\n' + engine_name + '\n' + scheme_name;
    const auto known = by_name_.find(key);
    const Place place =
        known != by_name_.end() ? known->second : place_of(device_name, engine_name, scheme_name);
    by_name_.emplace(key, place);
    if (!place.reason.empty()) throw NoPoint{place.reason};
    return place.group ? &groups_[*place.group] : nullptr;
  }

  const Catalog& catalog() const { return catalog_; }
  const FitChoice& choice() const { return choice_; }
  void refuse(const std::string& reason) { ++refused_[reason]; }

  /// Fails: nothing was found, or two groups share a kernel.
  Result<FitFile> finish(const std::string& path) {
    std::erase_if(groups_, [](const cases::FitGroup& group) { return group.points() == 0; });
    if (groups_.empty()) {
      const std::string reason =
          refused_.empty() ? "no measurement in it that is asked for"
                           : format("no measurement in it that can be used: {}", refused_.begin()->first);
      return std::unexpected(Error{
          ErrorKind::malformed, {path, 0, 0}, reason, "bitworth fit --help tells which columns it needs"});
    }
    for (const cases::FitGroup& a : groups_) {
      for (const cases::FitGroup& b : groups_) {
        if (&a < &b && a.device.id == b.device.id && a.shipped.name == b.shipped.name)
          return std::unexpected(
              Error{ErrorKind::inconsistent,
                    {path, 0, 0},
                    format("{} in {} and {} in {} both run kernel {} on {}", a.scheme.id, a.engine.name,
                           b.scheme.id, b.engine.name, a.shipped.name, a.device.id),
                    format("choose one: --device {} --engine {} --scheme {}", a.device.id, a.engine.name,
                           a.scheme.id)});
      }
    }
    return FitFile{std::move(groups_), std::move(refused_)};
  }

 private:
  struct Place {
    std::optional<std::size_t> group;
    std::string reason;  ///< why there is none; empty: it is not asked for
  };

  const llm::Scheme* scheme_named(const std::string& name) const {
    if (name == "fp8_static")
      return catalog_.schemes.find("w8a8-fp8");                   // as published kernel timings call it
    if (name == "sq") return catalog_.schemes.find("w8a8-int8");  // SmoothQuant
    return catalog_.schemes.find(name);
  }

  static const std::string& stated(const std::string& name, const std::string& chosen) {
    return name.empty() ? chosen : name;
  }

  Place place_of(const std::string& device_name, const std::string& engine_name,
                 const std::string& scheme_name) {
    const std::string& device_text = stated(device_name, choice_.device);
    const std::string& engine_text = stated(engine_name, choice_.engine);
    const std::string& scheme_text = stated(scheme_name, choice_.scheme);
    if (device_text.empty()) return {{}, "no column names the device; give --device"};
    if (engine_text.empty()) return {{}, "no column names the engine; give --engine"};
    if (scheme_text.empty()) return {{}, "no column names the scheme; give --scheme"};
    const Named<hardware::Device> device = device_named(device_text, catalog_);
    const hardware::EngineCosts* engine = engine_named(engine_text, catalog_);
    const llm::Scheme* scheme = scheme_named(scheme_text);
    const bool known_device = device.thing && !device.approximate;
    // What is not known is not what was chosen.
    if ((!known_device && !choice_.device.empty()) || (engine == nullptr && !choice_.engine.empty()) ||
        (scheme == nullptr && !choice_.scheme.empty()))
      return {{}, ""};
    if (!known_device) return {{}, format("unknown device \"{}\"", shown(device_text))};
    if (engine == nullptr) return {{}, format("unknown engine \"{}\"", shown(engine_text))};
    if (scheme == nullptr) return {{}, format("unknown scheme \"{}\"", shown(scheme_text))};
    if (!is_chosen(*device.thing, *engine, *scheme)) return {{}, ""};
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      const cases::FitGroup& g = groups_[i];
      if (g.device.id == device.thing->id && g.engine.name == engine->name && g.scheme.id == scheme->id)
        return {i, ""};
    }
    const std::string kernel =
        hardware::choose_kernel(*catalog_.kernels, *engine, *scheme, *device.thing).kernel;
    const auto found = hardware::find_kernel(*catalog_.kernels, kernel, *device.thing);
    if (!found) return {{}, format("no constants of kernel {} to start from", kernel)};
    groups_.push_back({*device.thing, *engine, *scheme, found->kernel, {}, {}});
    groups_.back().shipped.name = kernel;
    return {groups_.size() - 1, ""};
  }

  bool is_chosen(const hardware::Device& device, const hardware::EngineCosts& engine,
                 const llm::Scheme& scheme) const {
    const auto asked = [](const std::string& chosen, const auto* thing, const std::string& id) {
      return chosen.empty() || (thing != nullptr && *thing == id);
    };
    const hardware::Device* wanted_device = catalog_.devices.find(choice_.device);
    const hardware::EngineCosts* wanted_engine = engine_named(choice_.engine, catalog_);
    const llm::Scheme* wanted_scheme = scheme_named(choice_.scheme);
    return asked(choice_.device, wanted_device ? &wanted_device->id : nullptr, device.id) &&
           asked(choice_.engine, wanted_engine ? &wanted_engine->name : nullptr, engine.name) &&
           asked(choice_.scheme, wanted_scheme ? &wanted_scheme->id : nullptr, scheme.id);
  }

  const FitChoice& choice_;
  const Catalog& catalog_;
  std::vector<cases::FitGroup> groups_;
  std::map<std::string, Place> by_name_;
  std::map<std::string, int> refused_;
};

constexpr Names device_names = {"device", "system", "gpu", "hardware"};
constexpr Names engine_names = {"engine", "backend", "framework"};
constexpr Names scheme_names = {"scheme", "quant", "dtype", "format"};

void add_timing(const Row& row, Collector& collector) {
  cases::FitGroup* group =
      collector.group(row.text(device_names), row.text(engine_names), row.text(scheme_names));
  if (group == nullptr) return;
  constexpr double microsecond = 1e-6, shortest = 1e-3;
  group->timings.push_back(
      {.rows = row.needed({"m", "rows"}, 1, most),
       .inner = row.needed({"k", "inner"}, 1, most),
       .outer = row.needed({"n", "outer"}, 1, most),
       .time = Seconds(row.needed({"latency_us", "time_us"}, shortest, longest_run / microsecond) *
                       microsecond)});
}

cases::RunPhase phase_named(const std::string& name) {
  if (name == "decode") return cases::RunPhase::decode;
  if (name == "prefill") return cases::RunPhase::prefill;
  if (name == "request" || name == "e2e-single" || name == "e2e-batch") return cases::RunPhase::request;
  throw NoPoint{format("phase \"{}\" is none of decode, prefill and request", shown(name))};
}

/// Tokens that the run makes: the unit of tokens per second.
double tokens_of(const cases::MeasuredRun& run) {
  if (run.phase == cases::RunPhase::decode) return run.batch;
  return run.batch * (run.phase == cases::RunPhase::prefill ? run.prompt_tokens : run.output_tokens);
}

cases::MeasuredRun run_of(const Row& row, const Catalog& catalog) {
  cases::MeasuredRun run;
  const auto billions = row.number({"params_b"}, 0, 1e5);
  const std::string model = row.text({"model"});
  run.architecture =
      architecture_named(model, billions ? std::optional(*billions * 1e9) : std::nullopt, catalog).thing;
  if (!run.architecture) throw NoPoint{format("unknown model \"{}\"", shown(model))};
  run.phase = phase_named(row.text({"phase"}));
  run.batch = row.number({"batch"}, 1, most).value_or(1);
  run.prompt_tokens = row.number({"prompt", "input_len"}, 0, most).value_or(0);
  run.output_tokens = row.number({"output", "output_len"}, 0, most).value_or(0);
  if (run.phase == cases::RunPhase::prefill && run.prompt_tokens < 1) throw NoPoint{"prompt is absent"};
  if (run.phase == cases::RunPhase::request && run.output_tokens < 1) throw NoPoint{"output is absent"};
  return run;
}

void add_run(const Row& row, Collector& collector, cases::MeasuredRun run, const std::string& scheme) {
  cases::FitGroup* group = collector.group(row.text(device_names), row.text(engine_names), scheme);
  if (group == nullptr) return;
  const Catalog& catalog = collector.catalog();
  const auto brought =
      hardware::choose_kernel(*catalog.kernels, group->engine, group->scheme, group->device).kv_cache_bits;
  std::string kv = row.text({"kv_cache"});
  if (kv.empty()) kv = group->scheme.kv_cache.empty() ? "bf16" : group->scheme.kv_cache;
  const llm::KvFormat* format_of_cache = catalog.kv_formats.find(kv);
  if (format_of_cache == nullptr) throw NoPoint{format("unknown KV cache format \"{}\"", shown(kv))};
  run.kv_cache = *format_of_cache;
  if (brought) run.kv_cache.bits = *brought;
  // Pairs repeat a baseline beside each of its formats.
  const bool known = std::ranges::any_of(group->runs, [&](const cases::MeasuredRun& other) {
    return other.architecture->id == run.architecture->id && other.phase == run.phase &&
           other.batch == run.batch && other.prompt_tokens == run.prompt_tokens &&
           other.output_tokens == run.output_tokens && other.gpus == run.gpus && other.time == run.time;
  });
  if (known) return;
  group->runs.push_back(std::move(run));
}

// Both sides of a pair, where their values are rates or times.
void add_pair(const Row& row, Collector& collector) {
  const auto asked = [&](const char* format_key) {
    return collector.group(row.text(device_names), row.text(engine_names), row.text({format_key})) != nullptr;
  };
  if (!asked("baseline_format") && !asked("format")) return;
  const std::string unit = row.text({"unit"});
  const double second = unit == "s" ? 1 : unit == "ms" ? 1e-3 : 0;
  if (unit != "tok/s" && second == 0) throw NoPoint{format("unit \"{}\" is no time", shown(unit))};
  struct Side {
    const char *format, *value, *gpus;
  };
  for (const auto& [format_key, value_key, gpus_key] : {Side{"baseline_format", "base_value", "n_gpus_base"},
                                                        Side{"format", "quant_value", "n_gpus_quant"}}) {
    cases::MeasuredRun run = run_of(row, collector.catalog());
    const double value = row.needed({value_key}, 1e-9, 1e9);
    run.gpus = static_cast<int>(row.number({gpus_key}, 1, 1024).value_or(1));
    run.time = Seconds(second > 0 ? value * second : tokens_of(run) / value);
    add_run(row, collector, std::move(run), row.text({format_key}));
  }
}

void add_line(const Row& row, Collector& collector) {
  if (!row.text({"baseline_format"}).empty()) return add_pair(row, collector);
  if (collector.group(row.text(device_names), row.text(engine_names), row.text(scheme_names)) == nullptr)
    return;
  cases::MeasuredRun run = run_of(row, collector.catalog());
  run.gpus = static_cast<int>(row.number({"gpus"}, 1, 1024).value_or(1));
  const auto seconds = row.number({"seconds"}, 1e-9, longest_run);
  run.time =
      seconds ? Seconds(*seconds) : Seconds(tokens_of(run) / row.needed({"tokens_per_second"}, 1e-9, 1e12));
  add_run(row, collector, std::move(run), row.text(scheme_names));
}

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> result(1);
  for (const char c : line) {
    if (c == ',') {
      result.emplace_back();
    } else if (c != '\r' && c != '"') {
      result.back() += c;
    }
  }
  return result;
}

Row csv_row(const std::vector<std::string>& header, std::string_view line) {
  const std::vector<std::string> fields = fields_of(line);
  if (fields.size() != header.size())
    throw NoPoint{format("it has {} fields, the header {}", fields.size(), header.size())};
  Json row = Json::object();
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (!fields[i].empty()) row[header[i]] = fields[i];
  }
  return Row(std::move(row));
}

// Why no row under the header can be a timing; empty: nothing is missing.
std::string missing_column(const std::vector<std::string>& header) {
  const auto has = [&](const char* name) { return std::ranges::find(header, name) != header.end(); };
  for (const auto& [name, other] :
       {std::pair("m", "rows"), {"n", "outer"}, {"k", "inner"}, {"latency_us", "time_us"}}) {
    if (!has(name) && !has(other)) return format("its header has no column {}", name);
  }
  return "";
}

Row json_row(std::string_view line) {
  constexpr std::size_t longest_line = 1 << 16;
  Json row = line.size() > longest_line ? Json() : Json::parse(line, nullptr, false);
  if (!row.is_object()) throw NoPoint{"it is no JSON object"};
  return Row(std::move(row));
}

}  // namespace

Result<FitFile> parse_fit_file(std::string_view text, const std::string& path, const FitChoice& choice,
                               const Catalog& catalog) {
  Collector collector(choice, catalog);
  std::vector<std::string> header;
  const bool csv = text.find_first_not_of(" \t\r\n") != text.find('{');
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    try {
      if (!csv) {
        add_line(json_row(line), collector);
      } else if (header.empty()) {
        header = fields_of(line);
        if (std::string reason = missing_column(header); !reason.empty()) {
          collector.refuse(reason);
          break;
        }
      } else {
        add_timing(csv_row(header, line), collector);
      }
    } catch (const NoPoint& problem) {
      collector.refuse(problem.reason);
    }
  }
  return collector.finish(path);
}

Result<FitFile> read_fit_file(const std::string& path, const FitChoice& choice, const Catalog& catalog) {
  try {
    return parse_fit_file(read_text_file(path, largest_file), path, choice, catalog);
  } catch (const InputFailure& failure) {
    return std::unexpected(failure.error);
  }
}

}  // namespace bitworth::formats
