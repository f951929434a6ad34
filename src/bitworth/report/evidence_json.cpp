#include "bitworth/report/evidence_json.hpp"

#include "bitworth/measure/findings.hpp"

namespace bitworth::report {
namespace {

using Json = nlohmann::ordered_json;
using cases::Evidence;
using cases::TimedPhase;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json json_of(const cases::Machine& m) {
  return {{"cpu", m.cpu},
          {"cores", m.cores},
          {"threads", m.threads},
          {"memory_bytes", m.memory_bytes},
          {"system", m.system}};
}

Json json_of(const cases::EngineFacts& e) {
  return {{"name", e.name}, {"version", e.version}, {"build", e.build}, {"threads", e.threads}};
}

Json json_of(const llm::Architecture& a) {
  Json json = {{"layers", a.layers},
               {"hidden", a.hidden},
               {"heads", a.heads},
               {"kv_heads", a.kv_heads},
               {"head_dim", a.head_dim},
               {"ffn", a.ffn},
               {"vocab", a.vocab},
               {"experts", a.moe ? a.moe->experts : 0},
               {"max_context", a.max_context}};
  return json;
}

Json json_of(const cases::MeasuredModel& m) {
  return {{"name", m.name},
          {"file", m.file},
          {"sha256", text_or_null(m.sha256)},
          {"synthetic", m.synthetic},
          {"parameters", m.parameters},
          {"architecture", m.architecture ? json_of(*m.architecture) : Json()}};
}

Json json_of(const cases::TimingCell& c) {
  return {{"phase", c.phase == TimedPhase::decode ? "decode" : "prefill"},
          {"batch", c.batch},
          {"depth", c.depth},
          {"tokens", c.tokens},
          {"repeats", c.repeats}};
}

Json files_of(const Evidence& evidence) {
  Json files = Json::array();
  for (const cases::MeasuredFile& f : evidence.files)
    files.push_back({{"scheme", f.scheme},
                     {"baseline", files.empty()},
                     {"sha256", f.sha256},
                     {"file_bytes", f.file_bytes},
                     {"weight_bytes", f.weight_bytes},
                     {"bits_per_weight", f.bits_per_weight}});
  return files;
}

Json speedup_of(const Evidence& evidence, std::size_t file, std::size_t cell) {
  const auto ratio = file == 0 ? std::nullopt : measure::speed_ratio(evidence, file, cell);
  if (!ratio) return {};
  return {{"ratio", ratio->ratio},
          {"low", ratio->low},
          {"high", ratio->high},
          {"confidence", ratio->confidence},
          {"blocks", ratio->blocks}};
}

Json results_of(const Evidence& evidence) {
  Json results = Json::array();
  for (std::size_t file = 0; file < evidence.files.size(); ++file) {
    for (std::size_t cell = 0; cell < evidence.cells.size(); ++cell) {
      const auto time = measure::pass_time(evidence, file, cell);
      if (!time) continue;
      const double tokens = double(evidence.cells[cell].batch) * evidence.cells[cell].tokens;
      results.push_back({{"scheme", evidence.files[file].scheme},
                         {"cell", cell},
                         {"pass_seconds", {{"p10", time->p10}, {"p50", time->median}, {"p90", time->p90}}},
                         {"tokens_per_second", tokens / time->median},
                         {"speedup", speedup_of(evidence, file, cell)}});
    }
  }
  return results;
}

Json rates_of(const Evidence& evidence) {
  Json rates = Json::array();
  for (const cases::ProbedRate& r : evidence.rates)
    rates.push_back({{"of", r.of},
                     {"threads", r.threads},
                     {"unit", r.of == "read" ? "byte/s" : "FLOP/s"},
                     {"p10", r.p10},
                     {"p50", r.median},
                     {"p90", r.p90}});
  return rates;
}

Json json_of(const cases::Interval& i) {
  return {{"value", i.value}, {"low", i.low}, {"high", i.high}};
}

Json json_of(const Evidence& evidence, const cases::MeasuredQuality& q) {
  Json contexts = Json::array();
  for (const cases::ContextSums& c : q.contexts)
    contexts.push_back({{"tokens", c.tokens},
                        {"same_top", c.same_top},
                        {"kld", c.kld},
                        {"baseline_nll", c.baseline_nll},
                        {"candidate_nll", c.candidate_nll}});
  return {{"scheme", evidence.files[q.file].scheme},
          {"kld_nats", json_of(q.kld)},
          {"kld_p99_nats", q.kld_p99},
          {"kld_max_nats", q.largest_kld},
          {"share_above_tenth_nat", q.share_above_tenth_nat},
          {"same_top", json_of(q.same_top)},
          {"baseline_perplexity", q.baseline_perplexity},
          {"perplexity", q.perplexity},
          {"log_perplexity_ratio", json_of(q.log_perplexity_ratio)},
          {"rms_probability_change", json_of(q.rms_probability_change)},
          {"clusters", q.clusters},
          {"cluster_unit", q.cluster_unit},
          {"against_noise_floor", text_or_null(q.against_floor)},
          {"contexts", std::move(contexts)}};
}

Json quality_of(const Evidence& evidence) {
  if (!evidence.text) return {};
  const cases::ComparedText& t = *evidence.text;
  Json json = {{"text",
                {{"name", t.name},
                 {"sha256", t.sha256},
                 {"context_tokens", t.context_tokens},
                 {"scored_tokens", t.scored_tokens},
                 {"documents", t.documents}}},
               {"mode", t.compat ? "compat" : "exact"},
               {"noise_floor", evidence.noise_floor ? json_of(evidence, *evidence.noise_floor) : Json()},
               {"formats", Json::array()},
               {"ratios", Json::array()}};
  for (const cases::MeasuredQuality& q : evidence.quality) json["formats"].push_back(json_of(evidence, q));
  for (const cases::QualityRatio& r : evidence.quality_ratios)
    json["ratios"].push_back({{"scheme", evidence.files[r.file].scheme},
                              {"other", evidence.files[r.other].scheme},
                              {"kld_ratio", json_of(r.ratio)}});
  return json;
}

Json samples_of(const Evidence& evidence) {
  Json samples = Json::array();
  for (const cases::TimingSample& s : evidence.samples)
    samples.push_back({{"block", s.block},
                       {"scheme", evidence.files[s.file].scheme},
                       {"cell", s.cell},
                       {"seconds", s.seconds}});
  return samples;
}

}  // namespace

Json to_json(const Evidence& evidence) {
  Json json = {{"schema", "bitworth.evidence"}, {"schema_version", 1}, {"date", evidence.date}};
  json["machine"] = json_of(evidence.machine);
  json["engine"] = json_of(evidence.engine);
  json["model"] = evidence.files.empty() ? Json() : json_of(evidence.model);
  json["rates"] = rates_of(evidence);
  json["files"] = files_of(evidence);
  json["cells"] = Json::array();
  for (const cases::TimingCell& cell : evidence.cells) json["cells"].push_back(json_of(cell));
  json["results"] = results_of(evidence);
  json["quality"] = quality_of(evidence);
  json["samples"] = samples_of(evidence);
  json["warnings"] = evidence.warnings;
  return json;
}

}  // namespace bitworth::report
