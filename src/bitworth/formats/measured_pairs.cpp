#include "bitworth/formats/measured_pairs.hpp"

#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/pair_names.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::uint64_t largest_file = 256'000'000;
constexpr int most_gpus = 4096;
constexpr double most_tokens = 1e8;
constexpr double most_times = 1e6;  // faster or slower than that is no speed-up

/// Why a row is no pair; private to this file.
struct NoPair {
  std::string reason;
};

using Json = nlohmann::json;

// Names are shown in tables: whatever is not printable becomes a question mark.
std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  return text;
}

std::string text_of(const Json& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end() || !found->is_string()) throw NoPair{format("{} is absent or no text", key)};
  return printable(found->get<std::string>());
}

std::string text_or_nothing(const Json& row, const char* key) {
  const auto found = row.find(key);
  return found == row.end() || !found->is_string() ? "" : printable(found->get<std::string>());
}

std::optional<double> number_of(const Json& row, const char* key, double low, double high) {
  const auto found = row.find(key);
  if (found == row.end() || found->is_null()) return std::nullopt;
  if (!found->is_number()) throw NoPair{format("{} is no number", key)};
  const double value = found->get<double>();
  if (!(value >= low && value <= high)) throw NoPair{format("{} is {}, not {} to {}", key, value, low, high)};
  return value;
}

int gpus_of(const Json& row, const char* key) {
  return static_cast<int>(number_of(row, key, 1, most_gpus).value_or(1));
}

cases::MeasuredPair pair_of(const Json& row) {
  cases::MeasuredPair pair;
  pair.source = text_or_nothing(row, "source");
  pair.hardware = text_of(row, "hardware");
  pair.model = text_of(row, "model");
  pair.engine = text_of(row, "engine");
  pair.baseline_format = text_of(row, "baseline_format");
  pair.format = text_of(row, "format");
  pair.format_class = text_or_nothing(row, "format_class");
  pair.phase = text_of(row, "phase");
  pair.regime = text_or_nothing(row, "regime");
  pair.metric = text_or_nothing(row, "metric");
  pair.batch = number_of(row, "batch", 1, most_tokens);
  pair.prompt_tokens = number_of(row, "input_len", 0, most_tokens);
  pair.output_tokens = number_of(row, "output_len", 0, most_tokens);
  pair.baseline_gpus = gpus_of(row, "n_gpus_base");
  pair.gpus = gpus_of(row, "n_gpus_quant");
  if (const auto billions = number_of(row, "params_b", 0, 1e5)) pair.parameters = *billions * 1e9;
  std::optional<double> speedup = number_of(row, "speedup", 1 / most_times, most_times);
  if (pair.baseline_gpus != pair.gpus) {
    const auto per_gpu = number_of(row, "speedup_per_gpu", 1 / most_times, most_times);
    speedup = per_gpu   ? per_gpu
              : speedup ? std::optional(*speedup * pair.baseline_gpus / pair.gpus)
                        : std::nullopt;
  }
  if (!speedup) throw NoPair{"speedup is absent"};
  pair.speedup = *speedup;
  pair.cell = pair.source + '\n' + pair.hardware + '\n' + pair.model + '\n' + pair.engine + '\n' +
              pair.format + '\n' + pair.phase;
  return pair;
}

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> result(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      result.emplace_back();
    } else if (c != '\r') {
      result.back() += c;
    }
  }
  return result;
}

/// One line of CSV under the names of its header.
class CsvRow {
 public:
  CsvRow(const std::vector<std::string>& header, std::string_view line) {
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() != header.size())
      throw NoPair{format("it has {} fields, the header {}", fields.size(), header.size())};
    for (std::size_t i = 0; i < header.size(); ++i) fields_[header[i]] = fields[i];
  }

  std::string text(const std::string& column) const {
    const auto found = fields_.find(column);
    if (found == fields_.end() || found->second.empty()) throw NoPair{format("{} is absent", column)};
    return shown(found->second);
  }

  double number(const std::string& column, double low, double high) const {
    const std::string field = text(column);
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc() || end != field.data() + field.size() || !(value >= low && value <= high))
      throw NoPair{format("{} is \"{}\", not a number from {} to {}", column, shown(field), low, high)};
    return value;
  }

 private:
  std::map<std::string, std::string> fields_;
};

cases::MeasuredPair pair_of(const CsvRow& row) {
  cases::MeasuredPair pair;
  pair.model = row.text("fam");
  pair.hardware = row.text("system");
  pair.engine = row.text("backend");
  pair.baseline_format = row.text("base");
  pair.format = row.text("quant");
  pair.format_class = pair.format;
  pair.source = "published time per output token, " + pair.engine;
  pair.phase = "published-tpot";
  pair.metric = "tpot";
  pair.batch = row.number("batch_size", 1, most_tokens);
  pair.prompt_tokens = row.number("isl", 1, most_tokens);
  pair.output_tokens = row.number("osl", 1, most_tokens);
  pair.baseline_gpus = pair.gpus = static_cast<int>(row.number("tp_size", 1, most_gpus));
  pair.regime = format("{} GPU{}", pair.gpus, pair.gpus == 1 ? "" : "s");
  pair.speedup = row.number("tpot_speedup", 1 / most_times, most_times);
  pair.cell = pair.model + '\n' + pair.hardware + '\n' + pair.engine + '\n' + std::to_string(pair.gpus);
  return pair;
}

// Published points do not say the type of their cache.
void assume_cache(cases::ResolvedPair& pair) {
  const double bits = pair.quantized.kernels.engine.name == "tensorrt-llm" ? 8 : 16;
  pair.baseline.kv_cache.bits = pair.quantized.kv_cache.bits = bits;
}

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

bool blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

MeasuredPairs parse_measured_pairs(std::string_view text, const Catalog& catalog) {
  MeasuredPairs result;
  const bool csv =
      !text.empty() &&
      text[text.find_first_not_of(" \t\r\n") == std::string_view::npos ? 0
                                                                       : text.find_first_not_of(" \t\r\n")] !=
          '{';
  std::vector<std::string> header;
  int number = 0;
  while (!text.empty()) {
    const std::string_view line = next_line(text);
    ++number;
    if (blank(line)) continue;
    if (csv && header.empty()) {
      header = fields_of(line);
      continue;
    }
    try {
      const Json json = csv ? Json() : Json::parse(line, nullptr, false);
      if (!csv && !json.is_object()) throw NoPair{"it is no JSON object"};
      cases::MeasuredPair pair = csv ? pair_of(CsvRow(header, line)) : pair_of(json);
      pair.line = number;
      auto resolved = resolve(std::move(pair), catalog);
      if (!resolved) throw NoPair{resolved.error()};
      if (csv) assume_cache(*resolved);
      result.pairs.push_back(*std::move(resolved));
    } catch (const NoPair& no_pair) {
      result.refused.push_back({number, no_pair.reason});
    }
  }
  return result;
}

Result<MeasuredPairs> read_measured_pairs(const std::string& path, const Catalog& catalog) {
  try {
    MeasuredPairs result = parse_measured_pairs(read_text_file(path, largest_file), catalog);
    if (!result.pairs.empty() || !result.refused.empty()) return result;
    return std::unexpected(Error{ErrorKind::malformed,
                                 {path, 0, 0},
                                 "holds no pair",
                                 "write one JSON object a line; docs/validation.md has the keys"});
  } catch (const InputFailure& failure) {
    return std::unexpected(failure.error);
  }
}

}  // namespace bitworth::formats
