#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "app/cli/optional_json.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/economics/corrected.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

using economics::CorrectedPayback;
using economics::Payback;
using economics::PaybackTiming;

// Why money never comes back, for the figure before and after discounting.
std::string never_reason(const Payback& article) {
  return article.monthly_savings > 0   ? "the savings never catch up with what was spent and its interest"
         : article.monthly_savings < 0 ? "the quantized model is slower, so the bill grows"
                                       : "nothing is saved";
}

nlohmann::ordered_json to_json(const Payback& article, const PaybackTiming& timing,
                               const CorrectedPayback& better) {
  const std::string reason = never_reason(article);
  nlohmann::ordered_json json = {{"schema", "bitworth.payback"},
                                 {"schema_version", 1},
                                 {"monthly_savings", article.monthly_savings},
                                 {"engineering_investment", article.engineering_investment}};
  put(json, "payback_months", article.payback_months, reason);
  json["year_1_net"] = article.year_1_net;
  nlohmann::ordered_json& corrected = json["corrected"];
  corrected = {{"delay_months", timing.delay_months},
               {"discount_rate", timing.discount_rate},
               {"horizon_months", timing.horizon_months}};
  put(corrected, "payback_months", better.payback_months, reason);
  put(corrected, "discounted_payback_months", better.discounted_payback_months, reason);
  corrected["year_1_net"] = better.year_1_net;
  corrected["net_present_value"] = better.net_present_value;
  corrected["reason"] = better.reason;
  return json;
}

std::string months(const std::optional<double>& count) {
  if (!count) return "never";
  if (*count == 0) return "at once";
  return significant(*count) + (significant(*count) == "1" ? " month" : " months");
}

std::string dollars(double amount) {
  return to_text(Dollars(amount));
}

std::string to_text(const Payback& article, const PaybackTiming& timing, const CorrectedPayback& better) {
  const std::vector<std::vector<std::string>> rows = {
      {"", "article", "better founded"},
      {"saved per month", dollars(article.monthly_savings), dollars(article.monthly_savings)},
      {"engineering", dollars(article.engineering_investment), dollars(article.engineering_investment)},
      {"paid back after", months(article.payback_months), months(better.payback_months)},
      {"  with interest", "", months(better.discounted_payback_months)},
      {"first year's net", dollars(article.year_1_net), dollars(better.year_1_net)},
      {format("worth today, over {}", months(timing.horizon_months)), "", dollars(better.net_present_value)},
  };
  return report::table(rows) + "\n" + report::wrapped(better.reason, 100, "");
}

Answer answer(const NumberFlags& flags) {
  const NumberFlags::Reading reading = flags.read();
  const std::vector<double>& v = reading.values;
  const economics::PaybackInput input{v[0], v[1], v[2], v[3]};
  const PaybackTiming timing{v[4], v[5], v[6]};
  Problems problems = check(input);
  for (Error& problem : check(timing)) problems.push_back(std::move(problem));
  refuse("payback", reading.problems, problems);
  const Payback article = total_cost_analysis(input);
  const CorrectedPayback better = corrected_payback(input, timing);
  return {to_text(article, timing, better), to_json(article, timing, better)};
}

}  // namespace

void add_payback(CLI::App& app) {
  const auto flags = std::make_shared<NumberFlags>();
  CLI::App* command =
      add_command(app, "payback", "When the engineering has paid for itself, and what remains after a year",
                  [flags] { return answer(*flags); });
  const formats::Defaults& defaults = formats::built_in_catalog().defaults;
  using namespace flag_units;
  const NumberFlag delay{"--delay-months", "Months before the first saving", flag_units::months,
                         defaults.number("money.delay_months"), false};
  const NumberFlag rate{"--discount-rate", "What money costs per year", share,
                        defaults.number("money.discount_rate"), false};
  const NumberFlag horizon{"--horizon-months", "Months until the model is replaced", flag_units::months,
                           defaults.number("money.horizon_months"), false};
  flags->add_to(*command,
                {{"--monthly-compute-cost", "What the GPUs cost per month today", dollars_per_month, 20000},
                 {"--engineering-hours", "Work to quantize, test and roll out", hours, 40},
                 {"--engineer-price-per-hour", "What an hour of it costs", dollars_per_hour, 120},
                 {"--speedup", "Speed-up of the whole, as from \"bitworth roi\"", factor, 1.4},
                 delay,
                 rate,
                 horizon});
  command->footer(
      "The first four are required; units may be written. The article knows no delay, interest or "
      "horizon.\n\n"
      "Examples:\n"
      "  bitworth payback --monthly-compute-cost 20000 --engineering-hours 40 --engineer-price-per-hour 120 "
      "--speedup 1.4\n"
      "  bitworth payback --monthly-compute-cost 8000 --engineering-hours '60 h' --engineer-price-per-hour "
      "95 "
      "--speedup 1.2 --delay-months 2 --discount-rate '8 %' --json\n");
}

}  // namespace bitworth::cli
