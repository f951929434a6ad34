#include "app/serve/inputs_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bitworth/base/text.hpp"

namespace bitworth::serve {
namespace {

using Json = nlohmann::ordered_json;

Json number(std::string_view key, double value, double low, double high) {
  return {{"key", key}, {"value", value}, {"low", std::min(low, value)}, {"high", std::max(high, value)}};
}

template <class T>
Json choices_of(const formats::Shelf<T>& shelf) {
  Json result = Json::array();
  for (const T& each : shelf.all()) result.push_back({{"id", each.id}, {"name", each.name}});
  return result;
}

}  // namespace

Json inputs_json(const cases::Case& c, const formats::Catalog& catalog) {
  const double longest = c.architecture.max_context > 0 ? c.architecture.max_context : 131072;
  Json inputs = {number("workload.requests_per_second", c.workload.requests_per_second.value, 0.1, 1000),
                 number("workload.peak_to_mean", c.workload.peak_to_mean, 1, 10),
                 number("workload.prompt_tokens", c.workload.prompt_tokens.p50, 16, longest),
                 number("workload.output_tokens", c.workload.output_tokens.p50, 16, longest),
                 number("engine.max_num_seqs", c.engine.max_num_seqs, 1, 1024),
                 number("quality.margin", c.quality.margin, 0.001, 0.1),
                 number("money.engineering_hours", c.money.engineering_hours.value, 1, 2000)};
  constexpr std::string_view price = "hardware.price_per_gpu_hour";
  constexpr double low_price = 0.1, high_price = 20;
  if (c.hardware.price_per_gpu_hour) {
    inputs.push_back(number(price, c.hardware.price_per_gpu_hour->value, low_price, high_price));
  } else if (!c.hardware.priced()) {
    inputs.push_back({{"key", price}, {"value", nullptr}, {"low", low_price}, {"high", high_price}});
  }
  if (catalog.devices.find(c.hardware.device.id) != nullptr)
    inputs.push_back({{"key", "hardware.device"},
                      {"value", c.hardware.device.id},
                      {"choices", choices_of(catalog.devices)}});
  inputs.push_back({{"key", "baseline.scheme"},
                    {"value", c.baseline.scheme.id},
                    {"choices", choices_of(catalog.schemes)}});
  for (std::size_t i = 0; i < c.options.size(); ++i) {
    const cases::Option& option = c.options[i];
    // What others serve has no scheme to choose.
    if (!option.api) inputs.push_back({{"key", format("option.{}.scheme", i)}, {"value", option.scheme.id}});
  }
  return inputs;
}

}  // namespace bitworth::serve
