#include "bitworth/decision/samples.hpp"

namespace bitworth::decision {

Samples sample(Payoffs& payoffs, const Draws& draws) {
  const cases::Case& c = payoffs.asked();
  Samples samples;
  samples.options.resize(c.options.size());
  std::vector<Payoff> found(c.options.size());
  draws.for_each([&](const Inputs& in, std::size_t row) {
    if (!payoffs(in, found)) return;
    samples.rows.push_back(row);
    for (std::size_t i = 0; i < found.size(); ++i) {
      OptionSamples& option = samples.options[i];
      option.net_worth.push_back(found[i].net_worth);
      option.gpus_saved.push_back(found[i].gpus_saved);
      option.dollars_saved.push_back(found[i].dollars_saved_per_month);
      option.once.push_back(found[i].once);
      option.breaks.push_back(in.options[i].quality_loss > c.quality.margin ? 1 : 0);
      // What does not run here has no speed-up.
      if (found[i].served) option.speedup.push_back(found[i].speedup);
    }
  });
  return samples;
}

std::vector<double> kept(const std::vector<double>& column, const std::vector<std::size_t>& rows) {
  std::vector<double> result;
  result.reserve(rows.size());
  for (const std::size_t row : rows) result.push_back(column[row]);
  return result;
}

}  // namespace bitworth::decision
