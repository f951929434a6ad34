#include "app/cli/inspection.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/llm/footprint.hpp"

namespace bitworth::cli {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json json_of(const llm::MixtureOfExperts& moe) {
  return {{"experts", moe.experts},
          {"experts_per_token", moe.experts_per_token},
          {"expert_ffn", moe.expert_ffn},
          {"shared_ffn", moe.shared_ffn},
          {"first_dense_layers", moe.first_dense_layers}};
}

Json json_of(const llm::LatentAttention& mla) {
  return {{"kv_rank", mla.kv_rank},
          {"q_rank", mla.q_rank},
          {"rope_dim", mla.rope_dim},
          {"nope_dim", mla.nope_dim},
          {"v_dim", mla.v_dim}};
}

Json json_of(const llm::SlidingWindow& window) {
  return {{"window", window.window}, {"pattern", window.pattern}};
}

Json json_of(const llm::Architecture& a) {
  return {{"id", a.id},
          {"name", a.name},
          {"layers", a.layers},
          {"hidden", a.hidden},
          {"heads", a.heads},
          {"kv_heads", a.kv_heads},
          {"head_dim", a.head_dim},
          {"ffn", a.ffn},
          {"gated_ffn", a.gated_ffn},
          {"vocab", a.vocab},
          {"tied_embeddings", a.tied_embeddings},
          {"max_context", a.max_context > 0 ? Json(a.max_context) : Json()},
          {"moe", a.moe ? json_of(*a.moe) : Json()},
          {"mla", a.mla ? json_of(*a.mla) : Json()},
          {"sliding_window", a.sliding_window ? json_of(*a.sliding_window) : Json()},
          {"published_parameters", or_null(a.published_parameters)},
          {"approximate", a.approximate},
          {"source", a.source},
          {"date", a.date.empty() ? Json() : Json(a.date)}};
}

Json json_of(const llm::ParameterCounts& counts) {
  return {{"attention", counts.attention}, {"dense_ffn", counts.dense_ffn}, {"experts", counts.experts},
          {"router", counts.router},       {"embedding", counts.embedding}, {"lm_head", counts.lm_head},
          {"total", counts.total()}};
}

Json json_of(const llm::ClassBytes& row) {
  Json types = Json::array();
  for (const llm::TypeBytes& type : row.types) {
    types.push_back(
        {{"type", type.type}, {"tensors", type.tensors}, {"weights", type.weights}, {"bytes", type.bytes}});
  }
  return {{"class", to_text(row.tensor_class)},
          {"tensors", row.tensors},
          {"weights", row.weights},
          {"bytes", row.bytes},
          {"bits_per_weight", or_null(llm::bits_per_weight(row))},
          {"types", types}};
}

Json json_of(const llm::TensorSummary& summary) {
  Json classes = Json::array();
  for (const llm::ClassBytes& row : summary.classes) classes.push_back(json_of(row));
  return {{"classes", classes},
          {"header_bytes", summary.header_bytes},
          {"padding_bytes", summary.padding_bytes},
          {"total_bytes", summary.total_bytes()}};
}

Json json_of(const llm::ExistingQuantization& q) {
  return {{"method", q.method},
          {"bits", or_null(q.bits)},
          {"group_size", or_null(q.group_size)},
          {"scheme", q.scheme.empty() ? Json() : Json(q.scheme)},
          {"description", q.description},
          {"kept_modules", q.kept}};
}

// A path may hold any bytes, JSON only UTF-8.
Json printable(const std::string& path) {
  return Json::parse(Json(path).dump(-1, ' ', false, Json::error_handler_t::replace));
}

Json kv_json(const llm::Architecture& a) {
  Json result = Json::object();
  for (const llm::KvFormat& kv : formats::built_in_catalog().kv_formats.all())
    result[kv.id] = llm::kv_bytes_per_token(a, kv).value();
  return result;
}

Json schemes_json(const llm::Architecture& a) {
  Json result = Json::array();
  for (const llm::Scheme& scheme : formats::built_in_catalog().schemes.all()) {
    const llm::WeightBytes bytes = llm::weight_bytes(a, scheme);
    result.push_back({{"id", scheme.id},
                      {"weight_bits", scheme.weight_bits},
                      {"embedding_bits", scheme.embedding_bits},
                      {"lm_head_bits", a.tied_embeddings ? Json() : Json(scheme.lm_head_bits)},
                      {"weight_bytes", bytes.total().value()}});
  }
  return result;
}

}  // namespace

nlohmann::ordered_json inspection_json(const formats::ModelFiles& model) {
  Json json = {{"schema", "bitworth.inspect"},
               {"schema_version", 1},
               {"path", printable(model.path)},
               {"read", model.what}};
  json["architecture"] = model.architecture ? json_of(*model.architecture) : Json();
  json["parameters"] = model.architecture ? json_of(llm::count_parameters(*model.architecture)) : Json();
  json["tensors"] = model.tensors ? json_of(*model.tensors) : Json();
  json["quantization"] = model.quantization ? json_of(*model.quantization) : Json();
  json["storage_type"] = model.storage_type.empty() ? Json() : Json(model.storage_type);
  json["kv_bytes_per_token"] = model.architecture ? kv_json(*model.architecture) : Json();
  json["schemes"] = model.architecture ? schemes_json(*model.architecture) : Json::array();
  json["warnings"] = model.warnings;
  return json;
}

}  // namespace bitworth::cli
