#include "bitworth/report/quality_text.hpp"

#include "bitworth/base/text.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

const std::string none = "-";

std::string points(double fraction) {
  return significant(fraction * 100, 2);
}

std::string count(std::int64_t number) {
  return significant(static_cast<double>(number), 12);
}

std::string probability(double p) {
  return p < 0.0001 ? "< 0.0001" : significant(p, 2);
}

std::string more_items(const quality::SliceTest& test) {
  if (test.outcome != quality::Outcome::inconclusive || !test.paired) return none;
  const std::optional<std::int64_t> more = test.more_items();
  return more ? count(*more) : none;
}

std::vector<std::string> row(const quality::SliceTest& test, bool of_slice) {
  const auto if_paired = [&](const std::string& text) { return test.paired ? text : none; };
  std::string name = of_slice ? "  " + test.name : test.name;
  if (test.decides) name += " (must hold)";
  return {name,
          test.counts.items > 0 ? count(test.counts.items) : none,
          if_paired(count(test.counts.baseline_only)),
          if_paired(count(test.counts.candidate_only)),
          points(test.loss),
          format("{} to {}", points(test.interval.low), points(test.interval.high)),
          probability(test.holm_accept),
          probability(test.holm_reject),
          test.paired && test.clusters == 0 ? probability(test.mcnemar.mid_p) : none,
          to_text(test.outcome),
          more_items(test)};
}

std::string notes(const quality::Assessment& assessment) {
  std::string text;
  const quality::SliceTest& whole = assessment.whole;
  if (whole.clusters > 0)
    text += format("{} items in {} clusters, which count as {} by themselves (design effect {}).\n",
                   count(whole.counts.items), count(whole.clusters),
                   significant(static_cast<double>(whole.counts.items) / whole.design_effect, 3),
                   significant(whole.design_effect, 3));
  if (whole.paired) text += "Lost: only the baseline is right. Won: only the candidate is.\n";
  if (!assessment.slices.empty()) text += "The p-values of slices are adjusted after Holm.\n";
  if (whole.paired && whole.clusters == 0 && whole.mcnemar.mid_p > 0.05 &&
      assessment.outcome != quality::Outcome::accept)
    text += "McNemar sees no difference; that does not say that there is none.\n";
  return text;
}

}  // namespace

std::string to_text(const quality::Assessment& assessment, const quality::Plan& plan) {
  std::vector<std::vector<std::string>> rows = {
      {"", "items", "lost", "won", "loss, pp",
       format("{} % interval", significant(100 * (1 - 2 * plan.alpha))), "p accept", "p reject", "McNemar",
       "outcome", "more items"},
      row(assessment.whole, false)};
  for (const quality::SliceTest& slice : assessment.slices) rows.push_back(row(slice, true));
  return table(rows) + "\n" + notes(assessment) +
         wrapped(format("{}: {}.", to_text(assessment.outcome), assessment.reason), page_width, "");
}

std::string to_text(const quality::Screening& screening, const cases::Divergence& divergence) {
  std::vector<std::string> figures = {format("mean KLD {} nat", significant(divergence.mean_kld, 3))};
  if (divergence.p99_kld) figures.push_back(format("99 % below {}", significant(*divergence.p99_kld, 3)));
  if (divergence.same_top_token)
    figures.push_back(format("the same first choice in {} of tokens", percent(*divergence.same_top_token)));
  if (divergence.log_perplexity_ratio)
    figures.push_back(format("ln of the perplexity ratio {} (shown, not judged; clipped at 16 nats)",
                             significant(*divergence.log_perplexity_ratio, 3)));
  return wrapped(joined(figures, ", ") + ".", page_width, "") +
         wrapped(format("{}: {}.", screening.rejects ? "REJECT" : "INCONCLUSIVE", screening.reason),
                 page_width, "");
}

}  // namespace bitworth::report
