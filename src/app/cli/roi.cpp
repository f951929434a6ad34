#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/flags.hpp"
#include "app/cli/optional_json.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/economics/corrected.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"

namespace bitworth::cli {
namespace {

using economics::CorrectedRoi;
using economics::Roi;

constexpr const char* nothing_paid = "nothing is paid per hour, so there is nothing to reduce";
constexpr const char* no_cap = "all of the time is memory-bound, so nothing caps the speed-up";

nlohmann::ordered_json to_json(const Roi& article, const CorrectedRoi& better) {
  nlohmann::ordered_json json = {{"schema", "bitworth.roi"},
                                 {"schema_version", 1},
                                 {"speedup", article.speedup},
                                 {"tps_before", article.tps_before},
                                 {"tps_after", article.tps_after},
                                 {"cost_per_million_before", article.cost_per_million_before},
                                 {"cost_per_million_after", article.cost_per_million_after}};
  put(json, "cost_reduction_percent", article.cost_reduction_percent, nothing_paid);
  json["quality_cost"] = article.quality_cost;
  json["recommendation"] = article.recommendation;
  nlohmann::ordered_json& corrected = json["corrected"];
  corrected = {{"speedup", better.speedup},
               {"tps_after", better.tps_after},
               {"cost_per_million_after", better.cost_per_million_after}};
  put(corrected, "cost_reduction_percent", better.cost_reduction_percent, nothing_paid);
  put(corrected, "speedup_cap", better.speedup_cap, no_cap);
  corrected["memory_bound_fraction_after"] = better.memory_bound_fraction_after;
  corrected["recommendation"] = better.recommendation;
  corrected["reason"] = better.reason;
  return json;
}

std::string times(double factor) {
  return significant(factor) + "x";
}

std::string reduction(const std::optional<double>& percent_reduced) {
  return percent_reduced ? percent(*percent_reduced / 100) : "nothing paid";
}

std::string to_text(const Roi& article, const CorrectedRoi& better) {
  const auto rate = [](double tps) { return to_text(TokensPerSecond(tps)); };
  const auto price = [](double dollars) { return to_text(Dollars(dollars)); };
  const std::vector<std::vector<std::string>> rows = {
      {"", "today", "article", "better founded"},
      {"speed-up", "", times(article.speedup), times(better.speedup)},
      {"speed", rate(article.tps_before), rate(article.tps_after), rate(better.tps_after)},
      {"a million tokens", price(article.cost_per_million_before), price(article.cost_per_million_after),
       price(better.cost_per_million_after)},
      {"cost reduction", "", reduction(article.cost_reduction_percent),
       reduction(better.cost_reduction_percent)},
      {"speed-up at most", "", "", better.speedup_cap ? times(*better.speedup_cap) : "no limit"},
      {"recommendation", "", article.recommendation, better.recommendation},
  };
  return report::table(rows) + "\n" + report::wrapped(better.reason, 100, "") + "\n" +
         report::wrapped(
             format("Quality cost: {}. Both recommendations ask for more than 1.1x at less than 3 % "
                    "quality loss, whatever a lost answer costs; \"bitworth decide\" weighs it against "
                    "your own margin.",
                    article.quality_cost),
             100, "");
}

Answer answer(const NumberFlags& flags) {
  const NumberFlags::Reading reading = flags.read();
  const std::vector<double>& v = reading.values;
  const economics::RoiInput input{v[0], v[1], v[2], v[3], v[4]};
  refuse("roi", reading.problems, check(input));
  const Roi article = quantization_roi(input);
  const CorrectedRoi better = corrected_roi(input);
  return {to_text(article, better), to_json(article, better)};
}

}  // namespace

void add_roi(CLI::App& app) {
  const auto flags = std::make_shared<NumberFlags>();
  CLI::App* command = add_command(
      app, "roi", "Speed and cost per token after quantization: the article's formula and Amdahl's",
      [flags] { return answer(*flags); });
  using namespace flag_units;
  flags->add_to(*command,
                {{"--tps", "Tokens per second today", tokens_per_second, 30},
                 {"--cost-per-hour", "Price of the hardware per hour", dollars_per_hour, 4.5},
                 {"--memory-bound-fraction", "Share of today's time bound by memory, 0 to 1", share, 0.8},
                 {"--speedup", "Speed-up of the memory-bound part", factor, 1.5},
                 {"--quality-degradation", "Share of the quality lost, 0 to 1", share, 0.02}});
  command->footer(
      "All five are required; units may be written.\n\n"
      "Examples:\n"
      "  bitworth roi --tps 30 --cost-per-hour 4.50 --memory-bound-fraction 0.8 --speedup 1.5 "
      "--quality-degradation 0.02\n"
      "  bitworth roi --tps 2500 --cost-per-hour '$3.85/h' --memory-bound-fraction '45 %' --speedup 2 "
      "--quality-degradation '0.5 %' --json\n");
}

}  // namespace bitworth::cli
