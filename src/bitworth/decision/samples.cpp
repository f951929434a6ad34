#include "bitworth/decision/samples.hpp"

namespace bitworth::decision {

namespace {

void add_cash(const std::vector<double>& worth, std::vector<std::vector<double>>& cash) {
  cash.resize(worth.size());
  for (std::size_t month = 0; month < worth.size(); ++month) cash[month].push_back(worth[month]);
}

}  // namespace

Samples sample(Payoffs& payoffs, const Draws& draws, const std::function<bool(double)>& keep_going) {
  constexpr std::size_t draws_between_reports = 64;
  bool is_stopped = false;
  const cases::Case& c = payoffs.asked();
  Samples samples;
  samples.options.resize(c.options.size());
  std::vector<Payoff> found(c.options.size());
  std::vector<double> worth;
  samples.draws = draws.rows();
  draws.for_each([&](const Inputs& in, std::size_t row) {
    if (keep_going && !is_stopped && row % draws_between_reports == 0)
      is_stopped = !keep_going(static_cast<double>(row) / static_cast<double>(draws.rows()));
    if (is_stopped || !payoffs(in, found)) return;
    samples.rows.push_back(row);
    for (std::size_t i = 0; i < found.size(); ++i) {
      OptionSamples& option = samples.options[i];
      option.net_worth.push_back(found[i].net_worth);
      option.gpus_saved.push_back(found[i].gpus_saved);
      option.dollars_saved.push_back(found[i].dollars_saved_per_month);
      option.once.push_back(found[i].once);
      option.breaks.push_back(in.options[i].quality_loss > c.quality.margin ? 1 : 0);
      option.unserved.push_back(found[i].served ? 0 : 1);
      if (samples.rows.size() <= most_cash_draws) {
        payoffs.add_up(in, i, found[i], worth);
        add_cash(worth, option.cash);
      }
      // What does not run here has no speed-up.
      if (found[i].served) option.speedup.push_back(found[i].speedup);
    }
  });
  samples.scores = draws.scores(samples.rows);
  return samples;
}

std::vector<ServingSamples> sample_serving(Payoffs& payoffs, const Draws& draws) {
  const cases::Case& c = payoffs.asked();
  std::vector<ServingSamples> result(c.options.size());
  draws.for_each([&](const Inputs& in, std::size_t) {
    for (std::size_t i = 0; i < result.size(); ++i) {
      const std::optional<double> dollars = payoffs.cost_of_serving(in, i);
      if (dollars) result[i].dollars.push_back(*dollars);
      result[i].unserved += dollars ? 0 : 1;
      result[i].breaks += in.options[i].quality_loss > c.quality.margin ? 1 : 0;
    }
  });
  for (ServingSamples& option : result) {
    option.unserved /= static_cast<double>(draws.rows());
    option.breaks /= static_cast<double>(draws.rows());
  }
  return result;
}

}  // namespace bitworth::decision
