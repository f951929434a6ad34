#include "bitworth/engine/comparison.hpp"

#include "bitworth/base/text.hpp"
#include "bitworth/engine/context_logits.hpp"

namespace bitworth::engine {
namespace {

// llama-perplexity's; the baseline against itself runs with half of it.
constexpr int usual_pass = 512;

quality::ScoredTokens scored(const measure::ComparisonJob& job, int context,
                             const std::vector<int>& documents) {
  const auto first = static_cast<std::size_t>(job.plan.scored_place(context, 0));
  return {
      .context = context,
      .tokens = std::span(job.text.tokens).subspan(first, static_cast<std::size_t>(job.plan.scored_tokens())),
      .documents = documents};
}

}  // namespace

Result<void> compare_here(const measure::ComparisonJob& job, int threads,
                          const std::function<void(const quality::ContextScores&)>& tell) {
  Result<ContextLogits> baseline = ContextLogits::open(job.baseline, job.plan, threads, usual_pass);
  if (!baseline) return std::unexpected(baseline.error());
  Result<ContextLogits> candidate =
      ContextLogits::open(job.candidate, job.plan, threads, job.other_passes ? usual_pass / 2 : usual_pass);
  if (!candidate) return std::unexpected(candidate.error());
  if (baseline->vocabulary() != candidate->vocabulary())
    return std::unexpected(
        Error{ErrorKind::inconsistent,
              {job.candidate, 0, 0},
              format("it has {} tokens, the baseline {}", candidate->vocabulary(), baseline->vocabulary()),
              ""});
  const int together = contexts_together(job.plan);
  for (int group = job.first_context / together * together; group < job.plan.contexts; group += together) {
    const int count = std::min(together, job.plan.contexts - group);
    for (ContextLogits* model : {&*baseline, &*candidate}) {
      if (const Result<void> done = model->run(job.text.tokens, group, count); !done) return done;
    }
    for (int context = std::max(group, job.first_context); context < group + count; ++context) {
      const std::vector<int> documents = quality::documents_of(job.plan, context, job.text.document_starts);
      const auto scores = quality::score_exact(scored(job, context, documents), baseline->vocabulary(),
                                               baseline->of(context - group), candidate->of(context - group));
      if (!scores) return std::unexpected(scores.error());
      tell(*scores);
    }
  }
  return {};
}

}  // namespace bitworth::engine
