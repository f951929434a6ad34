#include "bitworth/base/text.hpp"
#include "bitworth/formats/data_files.hpp"

namespace bitworth::formats {
namespace {

llm::MixtureOfExperts read_moe(Reader moe) {
  moe.require({{"experts", "experts = 8"},
               {"experts_per_token", "experts_per_token = 2"},
               {"expert_ffn", "expert_ffn = 14336"}});
  llm::MixtureOfExperts result;
  result.experts = moe.integer("experts").value_or(1);
  result.experts_per_token = moe.integer("experts_per_token").value_or(1);
  result.expert_ffn = moe.integer("expert_ffn").value_or(1);
  result.shared_ffn = moe.integer("shared_ffn", kinds::count_or_none).value_or(0);
  result.first_dense_layers = moe.integer("first_dense_layers", kinds::count_or_none).value_or(0);
  moe.finish();
  return result;
}

llm::LatentAttention read_mla(Reader mla) {
  mla.require({{"kv_rank", "kv_rank = 512"},
               {"rope_dim", "rope_dim = 64"},
               {"nope_dim", "nope_dim = 128"},
               {"v_dim", "v_dim = 128"}});
  llm::LatentAttention result;
  result.kv_rank = mla.integer("kv_rank").value_or(1);
  result.q_rank = mla.integer("q_rank", kinds::count_or_none).value_or(0);
  result.rope_dim = mla.integer("rope_dim").value_or(1);
  result.nope_dim = mla.integer("nope_dim").value_or(1);
  result.v_dim = mla.integer("v_dim").value_or(1);
  mla.finish();
  return result;
}

llm::SlidingWindow read_window(Reader window) {
  window.require({{"window", "window = 4096"}, {"pattern", "pattern = 2"}});
  llm::SlidingWindow result;
  result.window = window.integer("window").value_or(1);
  result.pattern = window.integer("pattern", kinds::count_or_none).value_or(0);
  window.finish();
  return result;
}

llm::Architecture read_architecture(Reader& row) {
  row.require({{"id", "id = \"llama-3.1-8b\""},
               {"name", "name = \"Llama 3.1 8B\""},
               {"layers", "layers = 32"},
               {"hidden", "hidden = 4096"},
               {"heads", "heads = 32"},
               {"kv_heads", "kv_heads = 8"},
               {"head_dim", "head_dim = 128"},
               {"ffn", "ffn = 14336"},
               {"vocab", "vocab = 128256"},
               {"source", "source = \"...\""},
               {"date", "date = \"2026-11-21\""}});
  llm::Architecture a;
  a.id = row.text("id").value_or("");
  a.name = row.text("name").value_or("");
  a.layers = row.integer("layers").value_or(1);
  a.hidden = row.integer("hidden").value_or(1);
  a.heads = row.integer("heads").value_or(1);
  a.kv_heads = row.integer("kv_heads").value_or(1);
  a.head_dim = row.integer("head_dim").value_or(1);
  a.ffn = row.integer("ffn", kinds::count_or_none).value_or(0);
  a.gated_ffn = row.boolean("gated_ffn").value_or(true);
  a.vocab = row.integer("vocab").value_or(1);
  a.tied_embeddings = row.boolean("tied_embeddings").value_or(false);
  a.max_context = row.integer("max_context", kinds::count_or_none).value_or(0);
  if (row.has("moe")) a.moe = read_moe(row.table("moe"));
  if (row.has("mla")) a.mla = read_mla(row.table("mla"));
  if (row.has("sliding_window")) a.sliding_window = read_window(row.table("sliding_window"));
  a.published_parameters = row.number("parameters", kinds::positive);
  a.approximate = row.boolean("approximate").value_or(false);
  a.published_as = row.text("published_as").value_or("");
  a.source = row.text("source").value_or("");
  a.date = row.date("date").value_or("");
  // Biases weigh below 0.1 %; active parameters follow from the dimensions.
  row.ignore({"qkv_bias", "active_parameters"});
  return a;
}

}  // namespace

void read_architectures(Reader& root, Catalog& catalog) {
  root.require({{"architecture", "[[architecture]]"}});
  for (Reader& row : root.tables("architecture")) {
    llm::Architecture architecture = read_architecture(row);
    if (architecture.moe && architecture.moe->first_dense_layers >= architecture.layers)
      row.fail("moe", ErrorKind::inconsistent, "moe leaves no layer with experts");
    const std::string taken = catalog.architectures.add(std::move(architecture), row.texts("aliases"));
    if (!taken.empty())
      row.fail("aliases", ErrorKind::inconsistent, format("\"{}\" names another architecture too", taken));
    row.finish();
  }
}

}  // namespace bitworth::formats
