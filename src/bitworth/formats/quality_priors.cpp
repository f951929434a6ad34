#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"

namespace bitworth::formats {
namespace {

constexpr Kind loss{
    .words = "a loss of accuracy from -1 to 1", .example = "0.01 or \"1 %\"", .low = -1, .high = 1};

QualityPrior read_prior(Reader& row, std::string_view applies_to, const Sources& sources) {
  const std::string example = format("{} = \"...\"", applies_to);
  row.require({{applies_to, example},
               {"knowledge", "knowledge = { p10 = 0, p50 = 0.01, p90 = 0.02 }"},
               {"reasoning", "reasoning = { p10 = 0, p50 = 0.01, p90 = 0.02 }"},
               {"discordance", "discordance = { p10 = 0, p50 = 0.01, p90 = 0.02 }"},
               {"sources", "sources = [\"...\"]"},
               {"date", "date = \"2026-11-21\""}});
  QualityPrior prior;
  prior.applies_to = row.text(applies_to).value_or("");
  const std::string source = joined_sources(row, sources), date = row.date("date").value_or("");
  const auto estimate = [&](std::string_view key) {
    Estimate result = row.estimate(key, loss, 1).value_or(Estimate());
    result.provenance = Provenance::prior;
    result.source = source;
    result.date = date;
    return result;
  };
  prior.knowledge = estimate("knowledge");
  prior.reasoning = estimate("reasoning");
  prior.discordance = estimate("discordance");
  if (row.has("long_context")) prior.long_context = estimate("long_context");
  row.ignore({"label", "basis", "kld", "note"});
  row.finish();
  return prior;
}

const QualityPrior* find_prior(const std::vector<QualityPrior>& priors, std::string_view applies_to) {
  const auto found = std::ranges::find(priors, applies_to, &QualityPrior::applies_to);
  return found == priors.end() ? nullptr : &*found;
}

Estimate scaled(Estimate estimate, double factor) {
  estimate.value *= factor;
  estimate.p10 *= factor;
  estimate.p90 *= factor;
  return estimate;
}

SizeFactor size_factor(const std::vector<SizeFactor>& factors, double parameters) {
  const auto found =
      std::ranges::find_if(factors, [&](const SizeFactor& f) { return parameters < f.below_parameters; });
  return found == factors.end() ? SizeFactor() : *found;
}

TaskClass read_task_class(Reader& row) {
  row.require({{"workload", "workload = \"code\""},
               {"axis", "axis = \"reasoning\""},
               {"factor", "factor = 1.2"},
               {"reason", "reason = \"...\""}});
  static const std::vector<std::string> axes = {"knowledge", "reasoning"};
  TaskClass task{row.text("workload").value_or(""), row.choice("axis", axes).value_or("") == "reasoning",
                 row.number("factor", kinds::positive).value_or(1), row.text("reason").value_or("")};
  row.finish();
  return task;
}

AnswerLength read_answer_length(Reader& row, const Sources& sources) {
  row.require({{"format_class", "format_class = \"fp8\""},
               {"ratio", "ratio = { p10 = 0.98, p50 = 1, p90 = 1.1 }"},
               {"sources", "sources = [\"...\"]"},
               {"date", "date = \"2026-11-21\""}});
  AnswerLength length{row.text("format_class").value_or(""),
                      row.estimate("ratio", kinds::positive, 1).value_or(Estimate())};
  length.ratio.provenance = Provenance::prior;
  length.ratio.source = joined_sources(row, sources);
  length.ratio.date = row.date("date").value_or("");
  row.ignore({"label", "basis", "note"});
  row.finish();
  return length;
}

cases::DivergenceScreen read_screen(Reader row, const Sources& sources) {
  row.require({{"least_loss_per_nat", "least_loss_per_nat = 0.08"},
               {"usual_noise_floor", "usual_noise_floor = 0.0005"},
               {"floor_multiple", "floor_multiple = 2"},
               {"standard_error_factor", "standard_error_factor = 10"},
               {"sources", "sources = [\"...\"]"},
               {"date", "date = \"2026-11-21\""}});
  cases::DivergenceScreen screen;
  screen.least_loss_per_nat = row.number("least_loss_per_nat", kinds::positive).value_or(0);
  screen.usual_noise_floor = row.number("usual_noise_floor", kinds::not_negative).value_or(0);
  screen.floor_multiple = row.number("floor_multiple", kinds::positive).value_or(1);
  screen.standard_error_factor = row.number("standard_error_factor", kinds::positive).value_or(1);
  screen.source = joined_sources(row, sources);
  row.date("date");
  row.ignore({"label", "note"});
  row.finish();
  return screen;
}

}  // namespace

void read_quality_priors(Reader& root, Catalog& catalog) {
  const Sources sources = read_sources(root);
  for (Reader& row : root.tables("class_prior"))
    catalog.class_priors.push_back(read_prior(row, "format_class", sources));
  for (Reader& row : root.tables("scheme_prior")) {
    catalog.scheme_priors.push_back(read_prior(row, "scheme", sources));
    if (catalog.schemes.find(catalog.scheme_priors.back().applies_to) == nullptr)
      row.fail("scheme", ErrorKind::inconsistent, "there is no such scheme");
  }
  for (Reader& row : root.tables("kv_prior")) {
    catalog.kv_priors.push_back(read_prior(row, "kv_cache", sources));
    if (catalog.kv_formats.find(catalog.kv_priors.back().applies_to) == nullptr)
      row.fail("kv_cache", ErrorKind::inconsistent, "there is no such KV cache format");
  }
  for (Reader& row : root.tables("size_factor")) {
    row.require({{"below_billion", "below_billion = 3"}, {"loss", "loss = 1.7"}});
    const SizeFactor factor{row.number("below_billion", kinds::positive).value_or(0) * 1e9,
                            row.number("loss", kinds::positive).value_or(1),
                            row.number("kld", kinds::positive).value_or(1)};
    if (!catalog.size_factors.empty() &&
        factor.below_parameters <= catalog.size_factors.back().below_parameters)
      row.fail("below_billion", ErrorKind::inconsistent, "size factors ascend");
    catalog.size_factors.push_back(factor);
    row.ignore({"label", "sources", "date", "note"});
    row.finish();
  }
  for (Reader& row : root.tables("workload_factor")) catalog.task_classes.push_back(read_task_class(row));
  for (Reader& row : root.tables("answer_length"))
    catalog.answer_lengths.push_back(read_answer_length(row, sources));
  catalog.divergence_screen = read_screen(root.table("kld_screen"), sources);
}

namespace {

const QualityPrior* scheme_prior(const Catalog& catalog, const llm::Scheme& scheme) {
  const QualityPrior* own = find_prior(catalog.scheme_priors, scheme.id);
  return own == nullptr ? find_prior(catalog.class_priors, scheme.format_class) : own;
}

const TaskClass& task_class(const Catalog& catalog, std::string_view task) {
  static const TaskClass knowledge;
  const auto found = std::ranges::find(catalog.task_classes, task, &TaskClass::id);
  return found == catalog.task_classes.end() ? knowledge : *found;
}

}  // namespace

std::optional<Estimate> Catalog::scheme_loss(const llm::Scheme& scheme, std::string_view task,
                                             double parameters) const {
  const QualityPrior* prior = scheme_prior(*this, scheme);
  if (prior == nullptr) return std::nullopt;
  const TaskClass& use = task_class(*this, task);
  return scaled(use.reasoning ? prior->reasoning : prior->knowledge,
                use.factor * size_factor(size_factors, parameters).loss);
}

std::optional<Estimate> Catalog::kv_loss(const llm::KvFormat& kv_format, std::string_view task,
                                         double parameters) const {
  const QualityPrior* prior = find_prior(kv_priors, kv_format.id);
  if (prior == nullptr) return std::nullopt;
  const double size = size_factor(size_factors, parameters).loss;
  if (task == "long-context" && prior->long_context) return scaled(*prior->long_context, size);
  const TaskClass& use = task_class(*this, task);
  return scaled(use.reasoning ? prior->reasoning : prior->knowledge, use.factor * size);
}

std::optional<Estimate> Catalog::scheme_discordance(const llm::Scheme& scheme, double parameters) const {
  const QualityPrior* prior = scheme_prior(*this, scheme);
  if (prior == nullptr) return std::nullopt;
  // Disagreement grows with the square root of the divergence.
  Estimate result = scaled(prior->discordance, std::sqrt(size_factor(size_factors, parameters).kld));
  for (double* value : {&result.value, &result.p10, &result.p90}) *value = std::min(1.0, *value);
  return result;
}

std::optional<Estimate> Catalog::answer_length(const llm::Scheme& scheme, std::string_view task) const {
  if (!task_class(*this, task).reasoning) return std::nullopt;
  const auto found = std::ranges::find(answer_lengths, scheme.format_class, &AnswerLength::format_class);
  return found == answer_lengths.end() ? std::nullopt : std::optional(found->ratio);
}

}  // namespace bitworth::formats
