#include "bitworth/report/header_text.hpp"

#include "bitworth/base/text.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::report {
namespace {

std::string gpu_price(const cases::Case& c) {
  const cases::Hardware& hardware = c.hardware;
  const auto per_hour = [](const Estimate& price) {
    return format("{} per GPU-hour ({})", bitworth::to_text(Dollars(price.value)),
                  bitworth::to_text(price.provenance));
  };
  switch (hardware.tenure) {
    case cases::Tenure::on_demand:
      return hardware.price_per_gpu_hour ? per_hour(*hardware.price_per_gpu_hour) : "";
    case cases::Tenure::reserved:
      return "reserved at " + per_hour(*hardware.reserved_price_per_gpu_hour);
    case cases::Tenure::owned:
      break;
  }
  return format("owned, {} a GPU ({}) and {} per kWh",
                bitworth::to_text(Dollars(hardware.owned->price.value)),
                bitworth::to_text(hardware.owned->price.provenance),
                bitworth::to_text(Dollars(hardware.owned->dollars_per_kwh.value)));
}

}  // namespace

std::string header_text(const cases::Case& c) {
  const workload::Workload& w = c.workload;
  const std::string what = format("{} on {}", c.architecture.name, c.hardware.device.name);
  const std::string title = format("{}, {}\n", c.name == what ? what : c.name + ": " + what, c.engine.name);
  const std::string traffic =
      format("{} requests/s (peak {} times that{}), prompts {} tokens (p95 {}), answers {} (p95 {})\n",
             significant(w.requests_per_second.value), significant(w.peak_to_mean),
             c.hardware.autoscaling ? ", autoscaled" : "", significant(w.prompt_tokens.p50, 4),
             significant(w.prompt_tokens.p95, 4), significant(w.output_tokens.p50, 4),
             significant(w.output_tokens.p95, 4));
  std::vector<std::string> terms;
  if (w.slo.ttft_p99) terms.push_back("TTFT <= " + bitworth::to_text(*w.slo.ttft_p99));
  if (w.slo.tpot_p99) terms.push_back("TPOT <= " + bitworth::to_text(*w.slo.tpot_p99));
  const std::string price = gpu_price(c);
  if (!price.empty()) terms.push_back(price);
  return title + traffic + joined(terms, ", ") + (terms.empty() ? "\n" : "\n\n");
}

}  // namespace bitworth::report
