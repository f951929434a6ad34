#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

#include "app/cli/command.hpp"
#include "app/cli/validate_run.hpp"
#include "bitworth/base/text.hpp"
#include "bitworth/formats/catalog.hpp"
#include "bitworth/formats/measured_pairs.hpp"
#include "bitworth/report/table.hpp"
#include "bitworth/units/print.hpp"
#include "bitworth/validation/score.hpp"

namespace bitworth::cli {
namespace {

using Json = nlohmann::ordered_json;
using validation::Score;

struct Group {
  std::string key;
  std::string title;
  std::string cases::MeasuredPair::*word;
};

const std::vector<Group>& groups() {
  using cases::MeasuredPair;
  static const std::vector<Group> all = {{"phase", "phase", &MeasuredPair::phase},
                                         {"regime", "regime", &MeasuredPair::regime},
                                         {"format_class", "format class", &MeasuredPair::format_class},
                                         {"device", "device", &MeasuredPair::hardware},
                                         {"engine", "engine", &MeasuredPair::engine},
                                         {"source", "source", &MeasuredPair::source}};
  return all;
}

Json number_or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

Json json_of(const Score& score) {
  return {{"rows", score.rows},
          {"cells", score.cells},
          {"median_abs_log_error", number_or_null(score.median_abs_log_error)},
          {"p90_abs_log_error", number_or_null(score.p90_abs_log_error)},
          {"bias", number_or_null(score.bias)},
          {"direction_right", number_or_null(score.direction_right)},
          {"coverage_80", number_or_null(score.coverage_80)}};
}

Json json_of(const validation::ScoredPair& scored) {
  const cases::MeasuredPair& pair = scored.pair->pair;
  return {{"line", pair.line},
          {"model", pair.model},
          {"device", pair.hardware},
          {"engine", pair.engine},
          {"format", pair.format},
          {"phase", pair.phase},
          {"kernel", hardware::to_text_of_origin(scored.pair->quantized.kernels)},
          {"approximate", scored.pair->approximate},
          {"measured", pair.speedup},
          {"predicted", scored.prediction.speedup},
          {"p10", scored.prediction.p10},
          {"p90", scored.prediction.p90},
          {"baseline_seconds", scored.prediction.baseline_seconds},
          {"quantized_seconds", scored.prediction.quantized_seconds},
          {"weight", scored.weight}};
}

std::string shown(const std::optional<double>& value) {
  return value ? format("{:.3f}", *value) : "-";
}

std::string share(const std::optional<double>& value) {
  return value ? format("{:.1f} %", 100 * *value) : "-";
}

std::vector<std::string> line_of(std::string name, const Score& score) {
  constexpr std::size_t widest = 44;
  if (name.size() > widest) name = name.substr(0, widest - 3) + "...";
  return {std::move(name),
          std::to_string(score.rows),
          std::to_string(score.cells),
          shown(score.median_abs_log_error),
          shown(score.p90_abs_log_error),
          score.bias ? format("{:+.3f}", *score.bias) : "-",
          share(score.direction_right),
          share(score.coverage_80)};
}

std::string text_of(const validation::Validation& result) {
  const std::vector<std::string> header = {"",         "rows", "cells",           "median |ln|",
                                           "p90 |ln|", "bias", "direction right", "inside 80 %"};
  std::vector<std::vector<std::string>> rows = {header, line_of("all", validation::score(result.pairs))};
  for (const Group& group : groups()) {
    rows.push_back({"by " + group.title, "", "", "", "", "", "", ""});
    const auto scores = validation::score_by(result.pairs, group.word);
    std::vector<std::pair<std::string, Score>> sorted(scores.begin(), scores.end());
    std::ranges::stable_sort(sorted, std::greater(), [](const auto& each) { return each.second.cells; });
    for (const auto& [name, score] : sorted)
      rows.push_back(line_of("  " + (name.empty() ? "not stated" : name), score));
  }
  std::string text = report::table(rows) + format("\nrefused: {} row{}\n", result.refused.size(),
                                                  result.refused.size() == 1 ? "" : "s");
  for (const cases::RefusedPair& refused : result.refused)
    text += format("  line {}: {}\n", refused.line, refused.reason);
  return text +
         "\n|ln|: of predicted over measured speed-up; each cell (source, device, model, engine, format, "
         "phase) weighs 1.\nDirection: of the speed-ups outside 0.95 to 1.05. "
         "Inside 80 %: measured within the predicted p10 to p90.\n";
}

std::string rows_of(const validation::Validation& result) {
  std::vector<std::vector<std::string>> rows = {{"line", "model", "device", "engine", "format", "phase",
                                                 "measured", "predicted", "80 % interval", "kernel"}};
  for (const validation::ScoredPair& scored : result.pairs) {
    const cases::MeasuredPair& pair = scored.pair->pair;
    const validation::Prediction& p = scored.prediction;
    rows.push_back({std::to_string(pair.line), pair.model, pair.hardware, pair.engine, pair.format,
                    pair.phase, format("{:.3f}", pair.speedup), format("{:.3f}", p.speedup),
                    format("{:.3f} to {:.3f}", p.p10, p.p90),
                    hardware::to_text_of_origin(scored.pair->quantized.kernels)});
  }
  return report::table(rows) + "\n";
}

Json json_of(const validation::Validation& result, bool with_rows) {
  Json json = {{"schema", "bitworth.validate"}, {"schema_version", 1}};
  json["overall"] = json_of(validation::score(result.pairs));
  json["overall"]["refused"] = result.refused.size();
  for (const Group& group : groups()) {
    json["by"][group.key] = Json::object();
    for (const auto& [name, score] : validation::score_by(result.pairs, group.word))
      json["by"][group.key][name] = json_of(score);
  }
  json["refused_rows"] = Json::array();
  for (const cases::RefusedPair& refused : result.refused)
    json["refused_rows"].push_back({{"line", refused.line}, {"reason", refused.reason}});
  if (!with_rows) return json;
  json["rows"] = Json::array();
  for (const validation::ScoredPair& scored : result.pairs) json["rows"].push_back(json_of(scored));
  return json;
}

Answer validate_file(const std::string& path, bool with_rows) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    throw Failure{{to_text(Error{ErrorKind::unsupported,
                                 {path, 0, 0},
                                 "it is a folder: simulating request logs comes later",
                                 "give a file of measured pairs (docs/validation.md)"})}};
  const auto file = formats::read_measured_pairs(path, formats::built_in_catalog());
  if (!file) throw Failure{{to_text(file.error())}};
  const validation::Validation result = validation::validate(file->pairs, file->refused);
  return {(with_rows ? rows_of(result) : "") + text_of(result), json_of(result, with_rows)};
}

}  // namespace

void add_validate(CLI::App& app) {
  struct Flags {
    std::string path;
    std::string device;
    bool rows = false;
  };
  const auto flags = std::make_shared<Flags>();
  CLI::App* command =
      add_command(app, "validate", "Score the time model against measured speed-ups", [flags] {
        return std::filesystem::is_directory(flags->path) ? validate_run(flags->path, flags->device)
                                                          : validate_file(flags->path, flags->rows);
      });
  command
      ->add_option(
          "file", flags->path,
          "Measured pairs: JSON lines or CSV; or a folder that records a vLLM run (docs/validation.md)")
      ->required();
  command->add_option("--device", flags->device, "The device of a recorded run that does not name it");
  command->add_flag("--rows", flags->rows, "Show each row's prediction too");
  command->footer(
      "Examples:\n  bitworth validate pairs.jsonl\n  bitworth validate pairs.jsonl --rows --json\n  bitworth "
      "validate runs/rtx4090\n");
}

}  // namespace bitworth::cli
