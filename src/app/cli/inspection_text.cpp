#include <algorithm>
#include <sstream>
#include <vector>

#include "app/cli/inspection.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/llm/footprint.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t label_width = 14;
constexpr std::size_t text_width = 96;

std::string fact(std::string label, const std::string& value) {
  label.resize(label_width, ' ');
  return "  " + report::wrapped(label + value, text_width, std::string(label_width + 2, ' '));
}

std::string whole(double value) {
  return significant(value, 15);
}

// Three digits are enough for billions; small networks are counted whole.
std::string parameters(double value) {
  if (value < 1e6) return whole(value);
  return value < 1e9 ? significant(value / 1e6) + " million" : significant(value / 1e9) + " billion";
}

std::string bytes_text(std::uint64_t bytes) {
  return to_text(Bytes(static_cast<double>(bytes)));
}

std::string attention_text(const llm::Architecture& a) {
  if (!a.mla) return format("{} heads of {}, {} KV heads", a.heads, a.head_dim, a.kv_heads);
  return format("{} heads, one cached latent of {} + {} values{}", a.heads, a.mla->kv_rank, a.mla->rope_dim,
                a.mla->q_rank > 0 ? format(", queries through {}", whole(a.mla->q_rank)) : "");
}

std::string window_text(const llm::SlidingWindow& w) {
  return format("{} tokens{}", whole(w.window),
                w.pattern == 0 ? " on every layer" : format("; one layer in {} sees everything", w.pattern));
}

std::string experts_text(const llm::MixtureOfExperts& moe) {
  std::string text =
      format("{} of width {}, {} per token", moe.experts, whole(moe.expert_ffn), moe.experts_per_token);
  if (moe.shared_ffn > 0) text += format(", {} shared by all tokens", whole(moe.shared_ffn));
  if (moe.first_dense_layers > 0) text += format("; {} layers without", moe.first_dense_layers);
  return text;
}

double active_share(const llm::Architecture& a) {
  const llm::ParameterCounts counts = llm::count_parameters(a);
  const double visited = a.moe ? double(a.moe->experts_per_token) / a.moe->experts : 1;
  return 1 - counts.experts * (1 - visited) / counts.total();
}

std::string parameters_text(const llm::Architecture& a) {
  const double total = a.published_parameters.value_or(llm::count_parameters(a).total());
  const std::string text = (a.approximate ? "about " : "") + parameters(total);
  return a.moe ? text + format(", {} of them for each token", parameters(total * active_share(a))) : text;
}

std::string kv_text(const llm::Architecture& a) {
  std::vector<std::string> parts;
  for (const char* id : {"bf16", "fp8"}) {
    if (const llm::KvFormat* kv = formats::built_in_catalog().kv_formats.find(id))
      parts.push_back(format("{} in {}", to_text(llm::kv_bytes_per_token(a, *kv)), id));
  }
  return listed(parts) + " per token" + (a.sliding_window ? ", while no window is full" : "");
}

std::string architecture_text(const llm::Architecture& a) {
  std::string text = fact("layers", whole(a.layers)) + fact("hidden", whole(a.hidden));
  text += fact("attention", attention_text(a));
  if (a.sliding_window) text += fact("window", window_text(*a.sliding_window));
  if (a.ffn > 0) text += fact("feed-forward", whole(a.ffn) + (a.gated_ffn ? ", gated" : ", not gated"));
  if (a.moe) text += fact("experts", experts_text(*a.moe));
  text += fact("vocabulary", whole(a.vocab) + (a.tied_embeddings ? ", lm_head tied to the embedding"
                                                                 : ", lm_head of its own"));
  if (a.max_context > 0) text += fact("context", whole(a.max_context) + " tokens");
  text += fact("parameters", parameters_text(a));
  return text + fact("KV cache", kv_text(a));
}

std::string types_text(const llm::ClassBytes& row) {
  std::vector<std::string> types;
  for (const llm::TypeBytes& type : row.types) types.emplace_back(type.type);
  return listed(types);
}

// The last column is text and reads better flush left.
std::string with_last_column(const std::string& table, const std::vector<std::string>& column) {
  std::istringstream lines(table);
  std::string result, line;
  for (std::size_t i = 0; std::getline(lines, line); ++i) {
    result += line + (i < column.size() && !column[i].empty() ? "  " + column[i] : "") + '\n';
  }
  return result;
}

std::string tensors_text(const llm::TensorSummary& summary) {
  Rows rows = {{"tensors", "number", "parameters", "bits/weight", "bytes", "share"}};
  std::vector<std::string> types = {"stored as"};
  const auto total = static_cast<double>(summary.total_bytes());
  const auto share = [&](std::uint64_t bytes) {
    return percent(total > 0 ? static_cast<double>(bytes) / total : 0);
  };
  for (const llm::ClassBytes& row : summary.classes) {
    const std::optional<double> bits = llm::bits_per_weight(row);
    rows.push_back({std::string(to_text(row.tensor_class)), whole(static_cast<double>(row.tensors)),
                    parameters(static_cast<double>(row.weights)), bits ? significant(*bits, 4) : "-",
                    bytes_text(row.bytes), share(row.bytes)});
    types.push_back(types_text(row));
  }
  rows.push_back({"[header]", "", "", "", bytes_text(summary.header_bytes), share(summary.header_bytes)});
  rows.push_back({"[padding]", "", "", "", bytes_text(summary.padding_bytes), share(summary.padding_bytes)});
  rows.push_back({"total", "", parameters(static_cast<double>(summary.parameters())), "",
                  bytes_text(summary.total_bytes()), share(summary.total_bytes())});
  return with_last_column(report::table(rows, "  "), types);
}

std::string kept_text(const llm::Architecture& a, const llm::Scheme& scheme) {
  if (!scheme.quantizes_weights()) return "all";
  std::vector<std::string> kept;
  if (scheme.embedding_bits >= 16) kept.emplace_back("embedding");
  if (scheme.lm_head_bits >= 16 && !a.tied_embeddings) kept.emplace_back("lm_head");
  if (a.moe) kept.emplace_back("router");
  return kept.empty() ? "-" : listed(kept);
}

// Schemes of one class behave alike: the first stands for its class.
std::string schemes_text(const llm::Architecture& a) {
  Rows rows = {{"scheme", "bits/weight", "weights", "of 16 bits"}};
  std::vector<std::string> kept = {"stays at 16 bits"}, classes;
  const double reference = llm::weight_bytes(a, llm::Scheme{}).total().value();
  for (const llm::Scheme& scheme : formats::built_in_catalog().schemes.all()) {
    const bool is_own = scheme.id == a.published_as;
    if (std::ranges::count(classes, scheme.format_class) > 0 && !is_own) continue;
    classes.push_back(scheme.format_class);
    const Bytes bytes = llm::weight_bytes(a, scheme).total();
    rows.push_back(
        {scheme.id, significant(scheme.weight_bits, 4), to_text(bytes), percent(bytes.value() / reference)});
    kept.push_back(kept_text(a, scheme));
  }
  return with_last_column(report::table(rows, "  "), kept);
}

// K-quants pack 256 weights of a row.
std::string row_warning(const llm::Architecture& a) {
  constexpr int block = 256;
  const std::int64_t widths[] = {a.hidden, std::int64_t{a.heads} * (a.mla ? a.mla->v_dim : a.head_dim), a.ffn,
                                 a.moe ? a.moe->expert_ffn : 0};
  for (const std::int64_t width : widths) {
    if (width % block != 0)
      return format(
          "rows of {} weights do not divide by {}: K-quants (q2_k to q6_k) fall back to larger types there",
          whole(static_cast<double>(width)), block);
  }
  return "";
}

}  // namespace

std::string inspection_text(const formats::ModelFiles& model) {
  const std::string name = model.architecture ? model.architecture->name : model.path;
  std::string text = format("{}, from {}", name, model.what);
  text += model.tensors ? format(", {}\n", bytes_text(model.tensors->total_bytes())) : "\n";
  std::vector<std::string> notes = model.warnings;
  if (model.quantization) {
    const std::string& scheme = model.quantization->scheme;
    text += format("Already quantized: {}{}\n", model.quantization->description,
                   scheme.empty() ? "" : format(" (scheme {})", scheme));
  }
  if (model.architecture) text += "\n" + architecture_text(*model.architecture);
  if (model.tensors) text += "\n" + tensors_text(*model.tensors);
  if (model.architecture) {
    text += format("\nWeights in each kind of scheme{}:\n",
                   model.quantization ? ", made from a 16-bit original" : "");
    text += schemes_text(*model.architecture);
    if (const std::string warning = row_warning(*model.architecture); !warning.empty())
      notes.push_back(warning);
    if (model.architecture->approximate) notes.push_back("the dimensions are approximate");
  }
  if (!notes.empty()) text += '\n';
  for (const std::string& note : notes) text += report::wrapped("Note: " + note, text_width, "      ");
  return text;
}

}  // namespace bitworth::cli
