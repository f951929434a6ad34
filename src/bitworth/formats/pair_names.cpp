#include "bitworth/formats/pair_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>
#include <vector>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

// Letters, digits, '.' and '+' in lower case: sources differ in everything else.
std::string bare(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '.' || c == '+') result += static_cast<char>(std::tolower(byte));
  }
  return result;
}

std::string without_brackets(std::string_view name) {
  const std::size_t open = name.find('('), close = name.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open)
    return std::string(name);
  return std::string(name.substr(0, open)) + std::string(name.substr(close + 1));
}

std::string without_tuning(std::string name) {
  for (const std::string_view suffix : {"instruct", "chat", "it", "base"}) {
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  }
  return name;
}

template <class T>
const T* find_bare(const Shelf<T>& shelf, const std::string& wanted) {
  for (const std::string& name : shelf.names()) {
    if (bare(name) == wanted) return shelf.find(name);
  }
  for (const T& thing : shelf.all()) {
    if (bare(thing.name) == wanted) return &thing;
  }
  return nullptr;
}

template <class T>
Named<T> shipped(const T* thing) {
  return {std::make_shared<const T>(*thing), false};
}

// "30B-A3B": the billions after 'a' that a token visits.
std::optional<double> active_parameters(const std::string& name) {
  const std::string word = bare(name);
  for (std::size_t at = word.rfind('a'); at != std::string::npos && at > 0; at = word.rfind('a', at - 1)) {
    double billions = 0;
    const auto [end, error] = std::from_chars(word.data() + at + 1, word.data() + word.size(), billions);
    if (error == std::errc() && end != word.data() + word.size() && *end == 'b' && billions > 0)
      return billions * 1e9;
  }
  return std::nullopt;
}

// The shipped architecture nearest in size, its depth and width stretched to that many parameters; a
// mixture's experts too, so that total and active parameters are right.
llm::Architecture shaped(const std::string& name, double parameters, const Catalog& catalog) {
  const std::optional<double> active = active_parameters(name);
  const bool mixture = active && *active < 0.9 * parameters;
  const llm::Architecture* nearest = nullptr;
  double distance = 0;
  for (const llm::Architecture& candidate : catalog.architectures.all()) {
    if (candidate.moe.has_value() != mixture || candidate.approximate) continue;
    const double away = std::abs(std::log(llm::count_parameters(candidate).total() / parameters));
    if (nearest == nullptr || away < distance) {
      nearest = &candidate;
      distance = away;
    }
  }
  llm::Architecture result = nearest == nullptr ? llm::Architecture() : *nearest;
  // Parameters grow with depth times the square of the width, both at the same pace.
  const double stretch = std::cbrt(parameters / llm::count_parameters(result).total());
  const auto stretched = [&](int size) { return std::max(1, static_cast<int>(std::lround(size * stretch))); };
  result.layers = stretched(result.layers);
  result.hidden = stretched(result.hidden);
  result.ffn = stretched(result.ffn);
  if (result.moe) result.moe->expert_ffn = stretched(result.moe->expert_ffn);
  result.id = slug(name);
  result.name = name;
  result.published_parameters = parameters;
  result.approximate = true;
  return result;
}

struct ClassWord {
  std::string_view word;
  std::string_view device_class;
};

// In this order: "RTX A6000 laptop CPU" is none of these, "iGPU" holds "gpu".
constexpr ClassWord class_words[] = {{"igpu", "igpu"},
                                     {"cpu", "cpu"},
                                     {"ryzen", "cpu"},
                                     {"epyc", "cpu"},
                                     {"xeon", "cpu"},
                                     {"snapdragon", "mobile"},
                                     {"apple", "apple"},
                                     {"m1", "apple"},
                                     {"m2", "apple"},
                                     {"m3", "apple"},
                                     {"m4", "apple"},
                                     {"geforce", "consumer-gpu"},
                                     {"radeon", "consumer-gpu"},
                                     {"rtxa", "workstation-gpu"},
                                     {"rtxpro", "workstation-gpu"},
                                     {"quadro", "workstation-gpu"},
                                     {"rtx", "consumer-gpu"},
                                     {"gtx", "consumer-gpu"},
                                     {"instinct", "datacenter-gpu"},
                                     {"tesla", "datacenter-gpu"},
                                     {"nvidia", "datacenter-gpu"},
                                     {"ascend", "accelerator"},
                                     {"gaudi", "accelerator"},
                                     {"tpu", "accelerator"},
                                     {"gpu", "datacenter-gpu"}};

const hardware::Device* middle_of_class(std::string_view device_class, const Catalog& catalog) {
  std::vector<const hardware::Device*> devices;
  for (const hardware::Device& device : catalog.devices.all()) {
    if (device.device_class == device_class) devices.push_back(&device);
  }
  if (devices.empty()) return nullptr;
  const auto middle = devices.begin() + static_cast<std::ptrdiff_t>(devices.size() / 2);
  std::ranges::nth_element(devices, middle, std::less(),
                           [](const hardware::Device* d) { return d->memory_bandwidth; });
  return *middle;
}

// By part of the name, the more telling first.
constexpr std::pair<std::string_view, std::string_view> engine_words[] = {{"ik_llama", "ik_llama.cpp"},
                                                                          {"llama.cpp", "llama.cpp"},
                                                                          {"tensorrt", "tensorrt-llm"},
                                                                          {"trtllm", "tensorrt-llm"},
                                                                          {"trt-llm", "tensorrt-llm"},
                                                                          {"sglang", "sglang"},
                                                                          {"vllm", "vllm"},
                                                                          {"openvino", "openvino"},
                                                                          {"bitsandbytes", "transformers"},
                                                                          {"transformers", "transformers"},
                                                                          {"gpt-fast", "torch.compile"},
                                                                          {"torchao", "torch.compile"},
                                                                          {"mindie", "mindie"},
                                                                          {"executorch", "executorch"}};

std::expected<cases::PairSide, std::string> side(const std::string& format_name, int gpus,
                                                 const cases::ResolvedPair& resolved,
                                                 const hardware::EngineCosts& engine,
                                                 const Catalog& catalog) {
  const llm::Scheme* scheme = catalog.schemes.find(format_name);
  if (scheme == nullptr) return std::unexpected("unknown format \"" + shown(format_name) + "\"");
  cases::PairSide result;
  result.scheme = *scheme;
  result.gpus = gpus;
  result.kernels = hardware::find_step_kernels(*catalog.kernels, engine, *resolved.architecture, *scheme,
                                               *resolved.device);
  const llm::KvFormat* kv_cache =
      catalog.kv_formats.find(scheme->kv_cache.empty() ? "bf16" : scheme->kv_cache);
  if (kv_cache != nullptr) result.kv_cache = *kv_cache;
  const auto brought =
      hardware::choose_kernel(*catalog.kernels, engine, *scheme, *resolved.device).kv_cache_bits;
  if (brought) result.kv_cache.bits = *brought;
  return result;
}

}  // namespace

Named<llm::Architecture> architecture_named(const std::string& name, std::optional<double> parameters,
                                            const Catalog& catalog) {
  const std::size_t slash = name.rfind('/');  // "meta-llama/Llama-3.1-70B"
  const std::string last = slash == std::string::npos ? name : name.substr(slash + 1);
  for (const std::string& spelling :
       {bare(name), bare(last), bare(without_brackets(last)), without_tuning(bare(last)),
        without_tuning(bare(without_brackets(last)))}) {
    if (const llm::Architecture* found = find_bare(catalog.architectures, spelling)) return shipped(found);
  }
  constexpr double smallest = 1e6, largest = 1e14;
  if (!parameters || !(*parameters >= smallest && *parameters <= largest)) return {};
  return {std::make_shared<const llm::Architecture>(shaped(name, *parameters, catalog)), true};
}

Named<hardware::Device> device_named(const std::string& name, const Catalog& catalog) {
  const std::string wanted = bare(name);
  if (const hardware::Device* found = find_bare(catalog.devices, wanted)) return shipped(found);
  for (const ClassWord& word : class_words) {
    if (wanted.find(word.word) == std::string::npos) continue;
    const hardware::Device* middle = middle_of_class(word.device_class, catalog);
    if (middle == nullptr) continue;
    Named<hardware::Device> result = shipped(middle);
    result.approximate = true;
    return result;
  }
  return {};
}

const hardware::EngineCosts* engine_named(std::string_view name, const Catalog& catalog) {
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const auto& [word, id] : engine_words) {
    if (lower.find(word) != std::string::npos) return catalog.kernels->engine(id);
  }
  return nullptr;
}

std::expected<cases::ResolvedPair, std::string> resolve(cases::MeasuredPair pair, const Catalog& catalog) {
  cases::ResolvedPair result;
  const hardware::EngineCosts* engine = engine_named(pair.engine, catalog);
  if (engine == nullptr) return std::unexpected("unknown engine \"" + shown(pair.engine) + "\"");
  const Named<hardware::Device> device = device_named(pair.hardware, catalog);
  if (!device.thing) return std::unexpected("unknown device \"" + shown(pair.hardware) + "\"");
  const Named<llm::Architecture> architecture = architecture_named(pair.model, pair.parameters, catalog);
  if (!architecture.thing)
    return std::unexpected("unknown model \"" + shown(pair.model) + "\", and its parameters are not stated");
  result.device = device.thing;
  result.architecture = architecture.thing;
  result.approximate = device.approximate || architecture.approximate;
  auto baseline = side(pair.baseline_format, pair.baseline_gpus, result, *engine, catalog);
  if (!baseline) return std::unexpected(baseline.error());
  auto quantized = side(pair.format, pair.gpus, result, *engine, catalog);
  if (!quantized) return std::unexpected(quantized.error());
  result.baseline = *std::move(baseline);
  result.quantized = *std::move(quantized);
  result.pair = std::move(pair);
  return result;
}

}  // namespace bitworth::formats
