#include "bitworth/formats/quality_evidence.hpp"

#include <iterator>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/answer_files.hpp"
#include "bitworth/formats/llama_perplexity.hpp"
#include "bitworth/formats/paired_outcomes.hpp"
#include "bitworth/formats/paths.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

using Evidence = std::expected<cases::QualityEvidence, Problems>;

std::string file_name(const std::string& path) {
  return shown(last_of_path(path));
}

Evidence read_both(const QualityFiles& files) {
  auto baseline = read_answers(files.baseline, files.choice);
  auto candidate = read_answers(files.candidate, files.choice);
  Problems problems;
  if (!baseline) problems.push_back(baseline.error());
  if (!candidate) problems.push_back(candidate.error());
  if (!problems.empty()) return std::unexpected(std::move(problems));
  if (baseline->index() != candidate->index()) {
    const bool candidate_has_scores = std::holds_alternative<ScoreSheet>(*candidate);
    return std::unexpected(Problems{{ErrorKind::inconsistent,
                                     {candidate_has_scores ? files.candidate : files.baseline, 0, 0},
                                     "holds mean scores, the other file single answers",
                                     "give both as samples (--log_samples), or both as results"}});
  }
  if (const auto* sheet = std::get_if<AnswerSheet>(&*baseline))
    return pair_answers(*sheet, std::get<AnswerSheet>(*candidate));
  return compare_scores(std::get<ScoreSheet>(*baseline), std::get<ScoreSheet>(*candidate));
}

Evidence read_outcomes(const QualityFiles& files) {
  if (!files.pairs.empty()) {
    const auto pairs = read_answer_pairs(files.pairs);
    if (!pairs) return std::unexpected(Problems{pairs.error()});
    Evidence evidence = pair_answers(pairs->baseline, pairs->candidate);
    if (evidence) evidence->source = file_name(files.pairs);
    return evidence;
  }
  if (files.baseline.empty()) return cases::QualityEvidence();
  Evidence evidence = read_both(files);
  if (evidence)
    evidence->source = format("{} against {}", file_name(files.candidate), file_name(files.baseline));
  return evidence;
}

std::optional<cases::Divergence> read_divergence(
    const std::variant<std::monostate, double, std::string>& stated, Problems& problems) {
  if (const auto* nats = std::get_if<double>(&stated))
    return cases::Divergence{.mean_kld = *nats, .source = "stated"};
  const auto* path = std::get_if<std::string>(&stated);
  if (path == nullptr) return std::nullopt;
  Result<cases::Divergence> read = read_llama_perplexity(*path);
  if (read) return *std::move(read);
  problems.push_back(std::move(read.error()));
  return std::nullopt;
}

}  // namespace

Evidence read_quality_evidence(const QualityFiles& files) {
  Problems problems;
  Evidence evidence = read_outcomes(files);
  if (!evidence) problems = std::move(evidence.error());
  std::optional<cases::Divergence> divergence = read_divergence(files.kld, problems);
  const std::optional<cases::Divergence> floor = read_divergence(files.noise_floor, problems);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  evidence->divergence = std::move(divergence);
  if (floor) evidence->noise_floor = floor->mean_kld;
  if (evidence->source.empty() && evidence->divergence) evidence->source = evidence->divergence->source;
  return evidence;
}

}  // namespace bitworth::formats
