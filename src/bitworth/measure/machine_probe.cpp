#include "bitworth/measure/machine_probe.hpp"

#include "bitworth/base/text.hpp"
#include "bitworth/measure/blocks.hpp"

namespace bitworth::measure {

Result<std::vector<cases::ProbedRate>> probe_rates(Engine& engine, const Surroundings& around) {
  std::vector<cases::ProbedRate> rates;
  const Result<void> done = engine.probe([&](const cases::ProbedRate& rate) {
    around.tell({.what = format("probing the machine: {}, {} threads", rate.of, rate.threads)});
    rates.push_back(rate);
  });
  if (!done) return std::unexpected(done.error());
  return rates;
}

Result<cases::Evidence> probe_machine(Engine& engine, const Surroundings& around) {
  cases::Evidence evidence;
  evidence.machine = around.machine;
  evidence.engine = engine.facts();
  evidence.warnings = doubts_about_load(around);
  auto rates = probe_rates(engine, around);
  if (around.stopped()) return std::unexpected(stopped_by_user());
  if (!rates) return std::unexpected(rates.error());
  evidence.rates = *std::move(rates);
  evidence.date = around.now();
  return evidence;
}

std::vector<std::string> doubts_about_load(const Surroundings& around) {
  constexpr double busy = 0.5;  // of the cores
  if (around.load_average <= busy * around.machine.cores) return {};
  return {format("other programs were at work when the run began: a load of {:.1f} on {} cores",
                 around.load_average, around.machine.cores)};
}

}  // namespace bitworth::measure
