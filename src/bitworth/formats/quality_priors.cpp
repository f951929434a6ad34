#include <algorithm>
#include <array>

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
  row.ignore({"label", "basis", "kld", "long_context", "note"});
  row.finish();
  return prior;
}

const QualityPrior* find_prior(const std::vector<QualityPrior>& priors, std::string_view applies_to) {
  const auto found = std::ranges::find(priors, applies_to, &QualityPrior::applies_to);
  return found == priors.end() ? nullptr : &*found;
}

std::optional<Estimate> sized(const QualityPrior* prior, std::string_view task, double parameters,
                              const std::vector<SizeFactor>& factors) {
  if (prior == nullptr) return std::nullopt;
  Estimate result = task == "reasoning" ? prior->reasoning : prior->knowledge;
  const auto factor =
      std::ranges::find_if(factors, [&](const SizeFactor& f) { return parameters < f.below_parameters; });
  if (factor == factors.end()) return result;
  result.value *= factor->loss;
  result.p10 *= factor->loss;
  result.p90 *= factor->loss;
  return result;
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
                            row.number("loss", kinds::positive).value_or(1)};
    if (!catalog.size_factors.empty() &&
        factor.below_parameters <= catalog.size_factors.back().below_parameters)
      row.fail("below_billion", ErrorKind::inconsistent, "size factors ascend");
    catalog.size_factors.push_back(factor);
    row.ignore({"kld", "label", "sources", "date", "note"});
    row.finish();
  }
  root.ignore({"workload_factor"});  // kinds of traffic that a case cannot name yet
}

std::optional<Estimate> Catalog::scheme_loss(const llm::Scheme& scheme, std::string_view task,
                                             double parameters) const {
  const QualityPrior* prior = find_prior(scheme_priors, scheme.id);
  if (prior == nullptr) prior = find_prior(class_priors, scheme.format_class);
  return sized(prior, task, parameters, size_factors);
}

std::optional<Estimate> Catalog::kv_loss(const llm::KvFormat& kv_format, std::string_view task,
                                         double parameters) const {
  return sized(find_prior(kv_priors, kv_format.id), task, parameters, size_factors);
}

}  // namespace bitworth::formats
