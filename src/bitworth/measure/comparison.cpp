#include "bitworth/measure/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/divergence_checkpoint.hpp"
#include "bitworth/formats/embedded.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/untrusted.hpp"
#include "bitworth/measure/blocks.hpp"
#include "bitworth/measure/sha256.hpp"
#include "bitworth/quality/divergence_summary.hpp"

namespace bitworth::measure {
namespace {

using Scores = std::vector<quality::ContextScores>;
constexpr std::string_view shipped_text = "stories.txt";

Result<std::string> read_text(const Settings& settings) try {
  constexpr std::uint64_t longest = 256ULL << 20;
  if (settings.text.empty()) return std::string(formats::embedded_file(shipped_text));
  return formats::read_text_file(settings.text, longest);
} catch (const formats::InputFailure& failure) {
  return std::unexpected(failure.error);
}

std::string name_of_text(const Settings& settings) {
  return settings.text.empty() ? std::string(shipped_text)
                               : std::filesystem::path(settings.text).filename().string();
}

std::string word(quality::AgainstFloor place) {
  switch (place) {
    case quality::AgainstFloor::above:
      return "above";
    case quality::AgainstFloor::indistinguishable:
      return "indistinguishable";
    case quality::AgainstFloor::unclear:
      break;
  }
  return "unclear";
}

cases::Interval interval(const quality::ClusteredValue& value) {
  return {value.value, value.low, value.high};
}

std::vector<cases::ContextSums> by_context(const Scores& scores) {
  std::vector<cases::ContextSums> result;
  for (const quality::ContextScores& context : scores) {
    const quality::DivergenceSums sums = context.total();
    result.push_back({.tokens = sums.tokens,
                      .same_top = sums.same_top,
                      .kld = sums.kld,
                      .baseline_nll = sums.baseline_nll,
                      .candidate_nll = sums.candidate_nll});
  }
  return result;
}

cases::MeasuredQuality findings_of(std::size_t file, const Scores& scores) {
  const quality::DivergenceSummary s = quality::summarize(scores);
  cases::MeasuredQuality q;
  q.file = file;
  q.clusters = s.clusters;
  q.cluster_unit = quality::to_text(s.unit);
  q.kld = interval(s.kld);
  q.same_top = interval(s.same_top);
  q.log_perplexity_ratio = interval(s.log_perplexity_ratio);
  q.rms_probability_change = interval(s.rms_probability_change);
  q.baseline_perplexity = s.baseline_perplexity();
  q.perplexity = s.candidate_perplexity();
  const auto p99 = std::ranges::find(s.kld_percentiles, 99.0, &quality::Percentile::percent);
  if (p99 != s.kld_percentiles.end()) q.kld_p99 = p99->value;
  q.largest_kld = s.largest_kld;
  q.share_above_tenth_nat = s.share_above_tenth_nat;
  q.contexts = by_context(scores);
  return q;
}

// A file against the baseline over all contexts, from the journal as far as it goes. File 0 is the baseline
// itself.
class Comparison {
 public:
  Comparison(Engine& engine, const TextPlan& text, const Surroundings& around, Journal& journal,
             const std::vector<std::string>& paths, const std::string& base_file)
      : engine_(engine),
        text_(text),
        around_(around),
        journal_(journal),
        paths_(paths),
        base_file_(base_file) {}

  Result<void> write_base() {
    std::error_code ignored;
    if (base_file_.empty() || std::filesystem::exists(base_file_, ignored)) return {};
    const Result<void> done = engine_.write_base(job(0), [&](int context) {
      around_.tell({.what = "writing the baseline's log-probabilities",
                    .share = (context + 1.0) / text_.plan.contexts});
    });
    return around_.stopped() ? std::unexpected(stopped_by_user()) : done;
  }

  Result<Scores> of(std::size_t file, const std::string& scheme) {
    Scores scores = from_journal(file);
    ComparisonJob job = this->job(file);
    job.first_context = static_cast<int>(scores.size());
    if (job.first_context >= text_.plan.contexts) return scores;
    Result<void> kept;
    const auto take = [&](const quality::ContextScores& context) {
      if (kept) kept = journal_.append(prefix(file) + formats::to_json_line(context));
      scores.push_back(context);
      const double share = static_cast<double>(scores.size()) / text_.plan.contexts;
      around_.tell({.what = file == 0 ? "comparing the baseline with itself"
                                      : "comparing " + scheme + " with the baseline",
                    .share = share});
    };
    const Result<void> done = engine_.compare(job, take);
    if (around_.stopped()) return std::unexpected(stopped_by_user());
    if (!done) return std::unexpected(done.error());
    if (!kept) return std::unexpected(kept.error());
    return scores;
  }

 private:
  ComparisonJob job(std::size_t file) const {
    return {.baseline = paths_[0],
            .candidate = paths_[file],
            .text = text_.text,
            .plan = text_.plan,
            .other_passes = file == 0,
            .base_file = base_file_};
  }

  static std::string prefix(std::size_t file) { return format("scores {} ", file); }

  Scores from_journal(std::size_t file) const {
    Scores scores;
    for (const std::string& line : journal_.lines()) {
      if (!line.starts_with(prefix(file))) continue;
      const auto read =
          formats::read_context_scores(std::string_view(line).substr(prefix(file).size()), "journal");
      if (read && read->context == static_cast<int>(scores.size())) scores.push_back(*read);
    }
    return scores;
  }

  Engine& engine_;
  const TextPlan& text_;
  const Surroundings& around_;
  Journal& journal_;
  const std::vector<std::string>& paths_;
  const std::string& base_file_;
};

// Each file against the next one in KLD.
void add_ratios(const FileScores& scores, cases::Evidence& evidence) {
  std::vector<std::size_t> order(evidence.quality.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::size_t i) { return evidence.quality[i].kld.value; });
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    const std::size_t file = evidence.quality[order[i + 1]].file, other = evidence.quality[order[i]].file;
    const auto ratio = quality::compare(scores[file], scores[other]);
    if (ratio && *ratio)
      evidence.quality_ratios.push_back(
          {file, other, {(*ratio)->ratio(), (*ratio)->ratio_low(), (*ratio)->ratio_high()}});
  }
}

}  // namespace

Result<TextPlan> plan_text(Engine& engine, const Settings& settings, const std::string& model_path) {
  const Result<std::string> text = read_text(settings);
  if (!text) return std::unexpected(text.error());
  const std::string name = settings.text.empty() ? "the shipped text" : settings.text;
  Result<TokenizedText> tokens = engine.tokenize(model_path, *text, name);
  if (!tokens) return std::unexpected(tokens.error());
  const auto plan = quality::plan_contexts(static_cast<std::int64_t>(tokens->tokens.size()),
                                           settings.context_tokens, settings.contexts, name);
  if (!plan) return std::unexpected(plan.error());
  TextPlan result = {.text = *std::move(tokens), .plan = *plan, .facts = {}};
  const std::int64_t used = std::int64_t{plan->contexts} * plan->context_tokens;
  result.facts = {.name = name_of_text(settings),
                  .sha256 = sha256_of(*text),
                  .compat = settings.compat,
                  .context_tokens = plan->context_tokens,
                  .scored_tokens = plan->all_scored_tokens(),
                  .documents = static_cast<int>(std::ranges::count_if(
                      result.text.document_starts, [&](std::int64_t start) { return start < used; }))};
  return result;
}

Result<FileScores> compare_files(Engine& engine, const TextPlan& text, const Surroundings& around,
                                 Journal& journal, const std::vector<std::string>& paths,
                                 const std::string& base_file, cases::Evidence& evidence) {
  Comparison comparison(engine, text, around, journal, paths, base_file);
  if (const Result<void> done = comparison.write_base(); !done) return std::unexpected(done.error());
  FileScores scores;
  for (std::size_t file = 0; file < paths.size(); ++file) {
    Result<Scores> of_file = comparison.of(file, evidence.files[file].scheme);
    if (!of_file) return std::unexpected(of_file.error());
    scores.push_back(*std::move(of_file));
    cases::MeasuredQuality findings = findings_of(file, scores.back());
    if (file == 0) {
      evidence.noise_floor = std::move(findings);
      continue;
    }
    const auto place = quality::against_floor(scores[file], scores[0],
                                              formats::built_in_catalog().divergence_screen.floor_multiple);
    if (!place) return std::unexpected(place.error());
    findings.against_floor = word(*place);
    evidence.quality.push_back(std::move(findings));
  }
  evidence.text = text.facts;
  add_ratios(scores, evidence);
  return scores;
}

}  // namespace bitworth::measure
