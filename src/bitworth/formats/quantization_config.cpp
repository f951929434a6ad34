#include "bitworth/formats/quantization_config.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"

namespace bitworth::formats {
namespace {

using llm::ExistingQuantization;

std::string in_groups(const ExistingQuantization& q) {
  return q.group_size ? format(" in groups of {}", *q.group_size) : "";
}

std::string whole(double value) {
  return format("{:g}", value);
}

// -1 stands for one group per row.
void read_group_size(const JsonFields& config, const char* key, ExistingQuantization& q) {
  if (const std::optional<double> size = config.number(key); size && *size > 0)
    q.group_size = config.dimension(key);
}

std::string integer_scheme(int bits, const std::optional<int>& group_size) {
  if (bits == 8) return "w8a16-int8";
  if (bits == 4) return group_size && *group_size <= 32 ? "w4a16-g32" : "w4a16";
  return "";
}

ExistingQuantization read_integer(const JsonFields& config, const std::string& name) {
  ExistingQuantization q;
  const int bits = config.dimension({"bits", "w_bit"}).value_or(4);
  q.bits = bits;
  for (const char* key : {"group_size", "q_group_size"}) read_group_size(config, key, q);
  q.scheme = integer_scheme(bits, q.group_size);
  q.description = format("{}, {}-bit weights{}", name, bits, in_groups(q));
  q.kept = config.texts("modules_to_not_convert");
  return q;
}

ExistingQuantization read_fp8(const JsonFields& config) {
  ExistingQuantization q;
  q.bits = 8;
  const std::vector<int> block = config.integers("weight_block_size");
  q.scheme = block.empty() ? "w8a8-fp8" : "w8a8-fp8-block";
  q.description = "FP8 weights and activations";
  if (block.size() == 2) q.description += format(", a scale per block of {} x {}", block[0], block[1]);
  q.kept = config.texts("modules_to_not_convert");
  return q;
}

ExistingQuantization read_mxfp4(const JsonFields& config) {
  ExistingQuantization q;
  q.bits = 4;
  q.group_size = 32;
  q.scheme = "w4a16-mxfp4";
  q.description = "MXFP4 weights in groups of 32";
  q.kept = config.texts("modules_to_not_convert");
  return q;
}

ExistingQuantization read_bitsandbytes(const JsonFields& config) {
  ExistingQuantization q;
  const bool four = config.boolean("load_in_4bit").value_or(config.boolean("_load_in_4bit").value_or(false));
  if (four) {
    const std::string type = config.text("bnb_4bit_quant_type");
    const bool twice = config.boolean("bnb_4bit_use_double_quant").value_or(false);
    q.bits = 4;
    q.scheme = type == "fp4" ? "" : twice ? "bnb-nf4-dq" : "bnb-nf4";
    q.description = format("bitsandbytes, {} weights{}", type == "fp4" ? "FP4" : "NF4",
                           twice ? ", scales quantized too" : "");
  } else {
    q.bits = 8;
    q.scheme = "bnb-int8-decomp";
    q.description = "bitsandbytes, INT8 weights";
  }
  q.kept = config.texts("llm_int8_skip_modules");
  return q;
}

struct CompressedGroup {
  int weight_bits = 0;
  bool is_float = false;
  std::string strategy;
  std::optional<int> group_size;
  std::optional<int> activation_bits;
};

std::string scheme_of(const CompressedGroup& g) {
  const bool activations = g.activation_bits.value_or(16) < 16;
  if (g.is_float && g.weight_bits == 8) {
    if (!activations) return "w8a16-fp8";
    return g.strategy == "block" ? "w8a8-fp8-block" : "w8a8-fp8";
  }
  if (g.is_float && g.weight_bits == 4) {
    const bool mx = g.group_size.value_or(16) == 32;
    return activations ? (mx ? "mxfp4" : "nvfp4") : (mx ? "w4a16-mxfp4" : "w4a16-nvfp4");
  }
  if (g.is_float) return "";
  if (!activations) return integer_scheme(g.weight_bits, g.group_size);
  return g.weight_bits == 8 ? "w8a8-int8" : g.weight_bits == 4 ? "w4a8" : "";
}

ExistingQuantization read_compressed(const JsonFields& config, std::vector<std::string>& warnings) {
  ExistingQuantization q;
  q.kept = config.texts("ignore");
  q.description = "compressed-tensors";
  const std::optional<JsonFields> groups = config.object("config_groups");
  std::vector<CompressedGroup> found;
  for (const JsonFields& group : groups ? groups->members() : std::vector<JsonFields>()) {
    const std::optional<JsonFields> weights = group.object("weights");
    if (!weights) continue;
    CompressedGroup g;
    g.weight_bits = weights->dimension("num_bits").value_or(8);
    g.is_float = weights->text("type") == "float";
    g.strategy = weights->text("strategy");
    read_group_size(*weights, "group_size", q);
    g.group_size = q.group_size;
    if (const auto activations = group.object("input_activations"))
      g.activation_bits = activations->dimension("num_bits");
    found.push_back(g);
  }
  if (found.empty()) {
    warnings.push_back("quantization_config has no config_groups with weights: its bits are not known");
    return q;
  }
  if (found.size() > 1) warnings.push_back("quantized in several ways; the first of them is shown");
  const CompressedGroup& g = found.front();
  q.bits = g.weight_bits;
  q.group_size = g.group_size;
  q.scheme = scheme_of(g);
  const char* kind = g.is_float ? "FP" : "INT";
  q.description = format("compressed-tensors, {}{} weights{}", kind, g.weight_bits, in_groups(q));
  if (g.activation_bits) q.description += format(", {}{} activations", kind, *g.activation_bits);
  return q;
}

ExistingQuantization read_modelopt(const JsonFields& config) {
  ExistingQuantization q;
  const std::string algorithm = config.text("quant_algo");
  if (algorithm.find("FP4") != algorithm.npos) {
    q.bits = 4;
    q.group_size = 16;
    q.scheme = algorithm.find("W4A16") == algorithm.npos ? "nvfp4" : "w4a16-nvfp4";
  } else if (algorithm.find("FP8") != algorithm.npos) {
    q.bits = 8;
    q.scheme = "w8a8-fp8";
  }
  q.description = format("ModelOpt {}", algorithm.empty() ? "quantization" : algorithm);
  q.kept = config.texts(config.has("exclude_modules") ? "exclude_modules" : "ignore");
  return q;
}

ExistingQuantization read_unknown(const JsonFields& config, const std::string& method,
                                  std::vector<std::string>& warnings) {
  ExistingQuantization q;
  if (const std::optional<int> bits = config.dimension({"bits", "nbits", "num_bits"})) q.bits = *bits;
  q.description = format("{}{}", method, q.bits ? ", " + whole(*q.bits) + "-bit weights" : "");
  warnings.push_back(
      format("the quantization method \"{}\" is not known; its scales may be counted wrongly", method));
  return q;
}

std::string method_of(const JsonFields& config) {
  const std::string method = config.text("quant_method");
  if (!method.empty()) return method;
  if (config.has("config_groups")) return "compressed-tensors";
  if (config.has("load_in_4bit") || config.has("load_in_8bit")) return "bitsandbytes";
  if (config.has("quant_algo")) return "modelopt";
  return "unnamed";
}

}  // namespace

std::optional<ExistingQuantization> read_quantization(const JsonFields& config,
                                                      std::vector<std::string>& warnings) {
  const std::optional<JsonFields> part =
      config.object(config.has("quantization_config") ? "quantization_config" : "compression_config");
  if (!part) return std::nullopt;
  const std::string method = method_of(*part);
  ExistingQuantization q;
  if (method == "gptq") {
    q = read_integer(*part, "GPTQ");
  } else if (method == "awq") {
    q = read_integer(*part, "AWQ");
  } else if (method == "compressed-tensors" || method == "compressed_tensors") {
    q = read_compressed(*part, warnings);
  } else if (method == "fp8" || method == "fbgemm_fp8") {
    q = read_fp8(*part);
  } else if (method == "mxfp4") {
    q = read_mxfp4(*part);
  } else if (method == "bitsandbytes") {
    q = read_bitsandbytes(*part);
  } else if (method.starts_with("modelopt")) {
    q = read_modelopt(*part);
  } else {
    q = read_unknown(*part, method, warnings);
  }
  q.method = method;
  return q;
}

}  // namespace bitworth::formats
