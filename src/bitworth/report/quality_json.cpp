#include "bitworth/report/quality_json.hpp"

#include <nlohmann/json.hpp>

#include "bitworth/report/json_object.hpp"

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json json_of(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json json_of(const quality::SliceTest& test) {
  const auto if_paired = [&](const Json& value) { return test.paired ? value : Json(); };
  return object(
      {{"name", test.name},
       {"paired", test.paired},
       {"must_hold", test.decides},
       {"items", test.counts.items},
       {"baseline_only_right", if_paired(test.counts.baseline_only)},
       {"candidate_only_right", if_paired(test.counts.candidate_only)},
       {"discordance", if_paired(test.paired ? test.counts.discordance() : 0)},
       {"clusters", test.clusters == 0 ? Json() : Json(test.clusters)},
       {"design_effect", test.design_effect},
       {"loss", test.loss},
       {"loss_low", test.interval.low},
       {"loss_high", test.interval.high},
       {"p_accept", test.p_accept},
       {"p_accept_holm", test.holm_accept},
       {"p_reject", test.p_reject},
       {"p_reject_holm", test.holm_reject},
       {"mcnemar_exact", test.clusters == 0 ? if_paired(test.mcnemar.exact) : Json()},
       {"mcnemar_mid_p", test.clusters == 0 ? if_paired(test.mcnemar.mid_p) : Json()},
       {"outcome", to_text(test.outcome)},
       {"items_needed_if_nothing_is_lost", json_of(test.items_needed)},
       {"items_needed_at_the_loss_seen", json_of(test.items_needed_as_seen)},
       {"more_items", test.outcome == quality::Outcome::inconclusive ? json_of(test.more_items()) : Json()}});
}

}  // namespace

Json to_json(const quality::Assessment& assessment, const quality::Plan& plan) {
  Json slices = Json::array();
  for (const quality::SliceTest& slice : assessment.slices) slices.push_back(json_of(slice));
  return object({{"outcome", to_text(assessment.outcome)},
                 {"reason", assessment.reason},
                 {"margin", plan.margin},
                 {"alpha", plan.alpha},
                 {"power", plan.power},
                 {"whole", json_of(assessment.whole)},
                 {"slices", std::move(slices)}});
}

Json to_json(const quality::Screening& screening, const cases::Divergence& divergence) {
  return object({{"rejects", screening.rejects},
                 {"within_noise", screening.within_noise},
                 {"mean_kld_nats", divergence.mean_kld},
                 {"standard_error_nats", json_of(divergence.standard_error)},
                 {"p99_kld_nats", json_of(divergence.p99_kld)},
                 {"same_top_token", json_of(divergence.same_top_token)},
                 {"log_perplexity_ratio", json_of(divergence.log_perplexity_ratio)},
                 {"least_loss", screening.least_loss},
                 {"reason", screening.reason}});
}

}  // namespace bitworth::report
