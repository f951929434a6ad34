#include "bitworth/engine/base_file.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/engine/context_logits.hpp"
#include "bitworth/formats/perplexity_base_file.hpp"

namespace bitworth::engine {
namespace {

constexpr int usual_pass = 512;  // llama-perplexity's

quality::ScoredTokens scored(const measure::ComparisonJob& job, int context,
                             const std::vector<int>& documents) {
  const auto first = static_cast<std::size_t>(job.plan.scored_place(context, 0));
  return {
      .context = context,
      .tokens = std::span(job.text.tokens).subspan(first, static_cast<std::size_t>(job.plan.scored_tokens())),
      .documents = documents};
}

formats::BaseFileHeader header_of(const measure::ComparisonJob& job, int vocabulary) {
  const auto used = static_cast<std::ptrdiff_t>(job.plan.contexts) * job.plan.context_tokens;
  return {.context_tokens = job.plan.context_tokens,
          .vocabulary = vocabulary,
          .contexts = job.plan.contexts,
          .tokens = {job.text.tokens.begin(), job.text.tokens.begin() + used}};
}

// Runs the model over the contexts from `first` on, group by group as llama-perplexity does.
Result<void> for_each_context(
    const measure::ComparisonJob& job, ContextLogits& model, int first,
    const std::function<Result<void>(int context, std::span<const float> logits)>& use) {
  const int together = contexts_together(job.plan);
  for (int group = first / together * together; group < job.plan.contexts; group += together) {
    const int count = std::min(together, job.plan.contexts - group);
    if (const Result<void> done = model.run(job.text.tokens, group, count); !done) return done;
    for (int context = std::max(group, first); context < group + count; ++context) {
      if (const Result<void> done = use(context, model.of(context - group)); !done) return done;
    }
  }
  return {};
}

}  // namespace

Result<void> write_base_here(const measure::ComparisonJob& job, int threads,
                             const std::function<void(int)>& tell) {
  Result<ContextLogits> model = ContextLogits::open(job.baseline, job.plan, threads, usual_pass);
  if (!model) return std::unexpected(model.error());
  Result<formats::BaseFileWriter> file =
      formats::BaseFileWriter::open(job.base_file, header_of(job, model->vocabulary()));
  if (!file) return std::unexpected(file.error());
  std::vector<std::uint16_t> rows(static_cast<std::size_t>(job.plan.scored_tokens()) *
                                  quality::encoded_words(model->vocabulary()));
  const auto write = [&](int context, std::span<const float> logits) -> Result<void> {
    const auto sums = quality::encode_context(scored(job, context, {}), model->vocabulary(), logits, rows);
    if (!sums) return std::unexpected(sums.error());
    tell(context);
    return file->append(rows);
  };
  if (const Result<void> done = for_each_context(job, *model, file->contexts_written(), write); !done)
    return done;
  return file->finish();
}

Result<void> compare_with_base_here(const measure::ComparisonJob& job, int threads,
                                    const std::function<void(const quality::ContextScores&)>& tell) {
  Result<formats::BaseFileReader> base = formats::BaseFileReader::open(job.base_file);
  if (!base) return std::unexpected(base.error());
  Result<ContextLogits> model = ContextLogits::open(job.candidate, job.plan, threads, usual_pass);
  if (!model) return std::unexpected(model.error());
  if (base->header() != header_of(job, model->vocabulary()))
    return std::unexpected(
        Error{ErrorKind::inconsistent,
              {job.base_file, 0, 0},
              "it was made of another text, with other contexts, or by a model with other tokens",
              "give the text and the --context that it was made with, or another name"});
  std::vector<std::uint16_t> rows;
  return for_each_context(
      job, *model, job.first_context, [&](int context, std::span<const float> logits) -> Result<void> {
        if (const Result<void> done = base->read(context, rows); !done) return done;
        const std::vector<int> documents = quality::documents_of(job.plan, context, job.text.document_starts);
        const auto scores =
            quality::score_compat(scored(job, context, documents), model->vocabulary(), rows, logits);
        if (!scores) return std::unexpected(scores.error());
        tell(*scores);
        return {};
      });
}

}  // namespace bitworth::engine
