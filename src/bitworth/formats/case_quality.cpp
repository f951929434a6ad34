#include <algorithm>
#include <cmath>
#include <utility>

#include "bitworth/formats/case_sections.hpp"
#include "bitworth/formats/quality_evidence.hpp"
#include "bitworth/quality/loss.hpp"

namespace bitworth::formats {
namespace {

constexpr Kind margin{.words = "a share above 0 and at most 1",
                      .example = "0.01 or \"1 %\"",
                      .low = 0,
                      .high = 1,
                      .above_low = true};
constexpr Kind level{.words = "a share from 0.0001 to 0.2", .example = "0.025", .low = 1e-4, .high = 0.2};
constexpr Kind power{.words = "a share from 0.5 to 0.999", .example = "0.8", .low = 0.5, .high = 0.999};
constexpr Kind loss{
    .words = "a loss of accuracy from -1 to 1", .example = "0.01 or \"1 %\"", .low = -1, .high = 1};
constexpr Kind share_or_none{
    .words = "a share from 0 to 1", .example = "0.2 or \"20 %\"", .low = 0, .high = 1};
constexpr Kind risk{.words = "a share from 0.001 to 0.5", .example = "0.1", .low = 1e-3, .high = 0.5};
constexpr Kind nats{.words = "nats per token from 0 to 100, or a file",
                    .example = "0.03 or \"kld.txt\"",
                    .low = 0,
                    .high = 100};

const std::vector<std::string> observed = {"measured", "imported"};

// How much more is lost; both are independent, so their spreads add in quadrature.
Estimate minus(const Estimate& a, const Estimate& b) {
  Estimate result = a;
  result.value = a.value - b.value;
  result.p10 = result.value - std::hypot(a.value - a.p10, b.p90 - b.value);
  result.p90 = result.value + std::hypot(a.p90 - a.value, b.value - b.p10);
  result.provenance = worst(a.provenance, b.provenance);
  return result;
}

Estimate plus(const Estimate& a, const Estimate& b) {
  Estimate result = a;
  result.value = a.value + b.value;
  result.p10 = result.value - std::hypot(a.value - a.p10, b.value - b.p10);
  result.p90 = result.value + std::hypot(a.p90 - a.value, b.p90 - b.value);
  result.source = a.source + "; " + b.source;
  result.date = std::min(a.date, b.date);
  return result;
}

// The size that priors go by: between what a mixture of experts holds and what it computes with.
double sized_parameters(const llm::Architecture& architecture) {
  const llm::ParameterCounts counts = llm::count_parameters(architecture);
  if (!architecture.moe || architecture.moe->experts <= 0) return counts.total();
  const double share = static_cast<double>(architecture.moe->experts_per_token) / architecture.moe->experts;
  const double active = counts.total() - counts.experts * (1 - share);
  return std::sqrt(counts.total() * active);
}

// The formats that the option answers in. What somebody else serves has a prior of its own.
llm::Scheme answering_formats(const cases::Option& option) {
  if (!option.api) return option.runs_as;
  llm::Scheme unknown;
  unknown.id = unknown.format_class = "hosted";
  return unknown;
}

// What is lost against the baseline: nothing where it has the same format; 16 bits are the reference
// themselves, and so is the format that the model is published in.
std::optional<Estimate> prior_loss(const Catalog& catalog, const cases::Case& c,
                                   const cases::Option& option) {
  const double parameters = sized_parameters(c.architecture);
  const std::string& task = c.quality.task;
  const llm::Scheme scheme = answering_formats(option);
  const llm::Scheme& old_scheme = c.baseline.runs_as;
  const Estimate nothing = certain(0, Provenance::exact, "the same formats as the baseline");
  const auto loss_of = [&](const llm::Scheme& each) {
    if (each.id != c.architecture.published_as) return catalog.scheme_loss(each, task, parameters);
    return std::optional(certain(0, Provenance::exact, "the format that the model is published in"));
  };
  std::optional<Estimate> of_scheme = nothing, of_kv = nothing;
  if (scheme.id != old_scheme.id) {
    of_scheme = loss_of(scheme);
    const std::optional<Estimate> old = loss_of(old_scheme);
    if (of_scheme && old_scheme.quantizes_weights())
      of_scheme = old ? std::optional(minus(*of_scheme, *old)) : old;
  }
  if (option.kv_cache.id != c.baseline.kv_cache.id) {
    of_kv = catalog.kv_loss(option.kv_cache, task, parameters);
    const std::optional<Estimate> old = catalog.kv_loss(c.baseline.kv_cache, task, parameters);
    if (of_kv && c.baseline.kv_cache.bits < 16) of_kv = old ? std::optional(minus(*of_kv, *old)) : old;
  }
  if (!of_scheme || !of_kv) return std::nullopt;
  if (of_scheme->provenance == Provenance::exact) return of_kv;
  return of_kv->provenance == Provenance::exact ? of_scheme : plus(*of_scheme, *of_kv);
}

std::variant<std::monostate, double, std::string> divergence_of(Reader& table, std::string_view key) {
  if (!table.has(key)) return {};
  if (table.kind(key) == TomlKind::text) {
    if (const std::optional<std::string> path = table.path(key)) return *path;
    return {};
  }
  if (const std::optional<double> value = table.number(key, nats)) return *value;
  return {};
}

// One side alone, or the same thing said twice.
bool consistent(Reader& table, const QualityFiles& files) {
  if (files.baseline.empty() != files.candidate.empty()) {
    table.fail("", ErrorKind::inconsistent,
               format("{} has the answers of one model only",
                      table.name(files.baseline.empty() ? "candidate" : "baseline")),
               "give both: quality = { baseline = \"runs/bf16\", candidate = \"runs/fp8\" }");
    return false;
  }
  if (!files.pairs.empty() && !files.baseline.empty()) {
    table.fail("pairs", ErrorKind::inconsistent, "pairs are given, and so are baseline and candidate",
               "keep one of them");
    return false;
  }
  if (files.pairs.empty() && files.baseline.empty() && !table.has("kld")) {
    table.fail("", ErrorKind::usage, "quality holds no evidence",
               "write quality = { baseline = \"runs/bf16\", candidate = \"runs/fp8\" }, { pairs = "
               "\"pairs.jsonl\" } or { kld = \"kld.txt\" }");
    return false;
  }
  return true;
}

void read_evidence(Reader& option_reader, cases::Case& c, cases::Option& option) {
  if (!option_reader.has("quality")) return;
  Reader table = option_reader.table("quality", "{ baseline = \"runs/bf16\", candidate = \"runs/fp8\" }");
  if (!table) return;
  QualityFiles files;
  files.baseline = table.path("baseline").value_or("");
  files.candidate = table.path("candidate").value_or("");
  files.pairs = table.path("pairs").value_or("");
  files.kld = divergence_of(table, "kld");
  files.noise_floor = divergence_of(table, "noise_floor");
  files.choice = {table.text("metric").value_or(""), table.text("filter").value_or("")};
  const bool measured = table.choice("provenance", observed).value_or("imported") == "measured";
  const std::string date = table.date("date").value_or("");
  table.finish();
  const bool told = (table.has("baseline") && files.baseline.empty()) ||
                    (table.has("candidate") && files.candidate.empty()) ||
                    (table.has("pairs") && files.pairs.empty());
  if (told || !consistent(table, files)) return;
  auto evidence = read_quality_evidence(files);
  if (!evidence) {
    for (Error& problem : evidence.error()) option_reader.add(std::move(problem));
    return;
  }
  evidence->provenance = measured ? Provenance::measured : Provenance::imported;
  evidence->date = date;
  for (const std::string& warning : evidence->warnings)
    c.warnings.push_back(format("{}: {}", option.name, warning));
  option.evidence = *std::move(evidence);
}

void check_slices(Reader& reader, const cases::Case& c, const cases::Option& option) {
  if (!option.evidence || !option.evidence->whole) return;
  std::vector<std::string> names;
  for (const cases::OutcomeSlice& slice : option.evidence->slices) names.push_back(slice.name);
  for (const std::string& wanted : c.quality.slices) {
    if (std::ranges::find(names, wanted) != names.end()) continue;
    const std::string hint = did_you_mean(wanted, names);
    reader.fail("quality", ErrorKind::inconsistent,
                format("the outcomes have no slice \"{}\", which [quality] slices names", wanted),
                !hint.empty()   ? hint
                : names.empty() ? "they are of one kind"
                                : "there are " + listed(names));
  }
}

}  // namespace

void read_quality(Reader& root, const Catalog& catalog, cases::Case& c) {
  Reader quality = root.table("quality");
  std::vector<std::string> tasks;
  for (const TaskClass& task : catalog.task_classes) tasks.push_back(task.id);
  const Defaults& defaults = catalog.defaults;
  c.quality.margin = quality.number("margin", margin).value_or(defaults.number("quality.margin"));
  c.quality.alpha = quality.number("alpha", level).value_or(defaults.number("quality.alpha"));
  c.quality.power = quality.number("power", power).value_or(defaults.number("quality.power"));
  c.quality.slices = quality.texts("slices");
  c.quality.screen = catalog.divergence_screen;
  c.quality.task = quality.choice("task", tasks).value_or(defaults.text("quality.task"));
  c.quality.dollars_per_error = quality.number("dollars_per_error", kinds::dollars);
  c.quality.critical = quality.boolean("critical");
  c.quality.tolerated_risk =
      quality.number("tolerated_risk", risk).value_or(defaults.number("quality.tolerated_risk"));
  c.quality.accuracy = quality.number("accuracy", kinds::share).value_or(defaults.number("quality.accuracy"));
  c.quality.non_english_share = quality.number("non_english_share", share_or_none).value_or(0);
  c.quality.tool_calls = quality.boolean("tool_calls").value_or(false);
  quality.finish();
}

void read_option_quality(Reader& reader, const Catalog& catalog, cases::Case& c, cases::Option& option) {
  const auto stated_loss = reader.estimate("quality_loss", loss, 1);
  read_evidence(reader, c, option);
  check_slices(reader, c, option);
  const llm::Scheme formats = answering_formats(option);
  option.discordance = catalog.scheme_discordance(formats, sized_parameters(c.architecture));
  option.answer_length = catalog.answer_length(formats, c.quality.task);
  const bool outcomes = option.evidence && option.evidence->whole;
  if (outcomes && stated_loss)
    reader.fail("quality_loss", ErrorKind::inconsistent, "quality_loss is given, and so are outcomes",
                "leave it out: what was observed replaces it");
  std::optional<Estimate> known = stated_loss;
  if (outcomes) known = quality::loss_estimate(*option.evidence);
  if (!known) known = prior_loss(catalog, c, option);
  if (!known && !option.scheme.id.empty() && !option.kv_cache.id.empty())
    reader.fail("scheme", ErrorKind::usage, format("what {} loses is not known here", option.name),
                "write quality_loss, for example quality_loss = 0.01");
  option.quality_loss = known.value_or(Estimate());
}

}  // namespace bitworth::formats
