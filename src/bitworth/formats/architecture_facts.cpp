#include "bitworth/formats/architecture_facts.hpp"

#include <algorithm>
#include <cmath>

#include "bitworth/base/text.hpp"

namespace bitworth::formats {
namespace {

void check_experts(const llm::Architecture& a, std::vector<std::string>& problems) {
  const llm::MixtureOfExperts& moe = *a.moe;
  if (moe.experts_per_token > moe.experts)
    problems.push_back(format("a token visits {} experts of {}", moe.experts_per_token, moe.experts));
  if (moe.first_dense_layers >= a.layers)
    problems.push_back(format("{} of {} layers are dense, which leaves none with experts",
                              moe.first_dense_layers, a.layers));
}

}  // namespace

std::vector<std::string> contradictions(const llm::Architecture& a) {
  std::vector<std::string> problems;
  if (a.layers > most_layers) problems.push_back(format("{} layers; the limit is {}", a.layers, most_layers));
  if (a.kv_heads > a.heads) {
    problems.push_back(format("more KV heads ({}) than heads ({})", a.kv_heads, a.heads));
  } else if (a.kv_heads > 0 && a.heads % a.kv_heads != 0) {
    problems.push_back(format("{} heads cannot share {} KV heads evenly", a.heads, a.kv_heads));
  }
  if (a.moe) check_experts(a, problems);
  return problems;
}

std::string set_window(llm::Architecture& a, int window, int global_layers) {
  // A window as wide as the context holds nothing back.
  if (global_layers >= a.layers || (a.max_context > 0 && window >= a.max_context)) return "";
  if (global_layers == 0) {
    a.sliding_window = {.window = window, .pattern = 0};
    return "";
  }
  const int pattern = static_cast<int>(std::lround(double(a.layers) / global_layers));
  for (const int p : {a.layers / global_layers, pattern, pattern + 1}) {
    if (p < 2 || a.layers / p != global_layers) continue;
    a.sliding_window = {.window = window, .pattern = p};
    return "";
  }
  a.approximate = true;
  if (pattern >= 2) a.sliding_window = {.window = window, .pattern = pattern};
  return format("{} of {} layers see the whole context; counted as {}", global_layers, a.layers,
                pattern >= 2 ? a.layers / pattern : a.layers);
}

int window_of_state(const llm::Architecture& a, double state_values) {
  const double per_token = 2.0 * a.kv_heads * a.head_dim;
  return static_cast<int>(std::clamp(std::round(state_values / per_token), 1.0, double(largest_dimension)));
}

}  // namespace bitworth::formats
