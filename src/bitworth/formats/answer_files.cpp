#include "bitworth/formats/answer_files.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <vector>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/answer_rows.hpp"
#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/line_source.hpp"
#include "bitworth/formats/llama_perplexity.hpp"
#include "bitworth/formats/lm_eval_results.hpp"
#include "bitworth/formats/python_json.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::uint64_t largest_document = std::uint64_t{256} << 20;
constexpr std::size_t most_entries = 10'000;
constexpr const char* known_formats =
    "give samples or results of lm-evaluation-harness, or one JSON object a line (docs/formats/quality.md)";

bool blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\xEF\xBB\xBF") == line.npos;
}

// "samples_gsm8k_2025-01-02T03-04-05.123.jsonl" is of the task gsm8k; "": the name does not say.
std::string task_of(const std::string& path) {
  static const std::regex pattern(R"(samples_(.+)_\d{4}-\d{2}-\d{2}T[^/]*\.jsonl(\.gz)?)");
  const std::string name = fs::path(path).filename().string();
  std::smatch parts;
  return name.size() < 1024 && std::regex_match(name, parts, pattern) ? parts[1].str() : "";
}

std::string rest_of(LineSource& source, std::string_view first) {
  std::string text(first);
  for (std::string_view line; source.next(line);) {
    text += '\n';
    text += line;
    if (text.size() > largest_document)
      fail(ErrorKind::malformed, {source.name(), 0, 0}, format("larger than {} MiB", largest_document >> 20),
           "is this the file that was meant?");
  }
  return text;
}

// One document over several lines: a list of samples, or results.
bool is_one_document(std::string_view first_line) {
  const std::string_view start = first_line.substr(first_line.find_first_not_of(" \t\r\xEF\xBB\xBF"));
  if (start.front() == '[') return true;
  const std::size_t last = start.find_last_not_of(" \t\r");
  return start.front() == '{' && (start[last] != '}' || start == "{}");
}

[[noreturn]] void refuse_text(LineSource& source, std::string_view first) {
  if (is_llama_perplexity(rest_of(source, first)))
    fail(ErrorKind::unsupported, {source.name(), 0, 0},
         "is what llama-perplexity prints: it holds divergences, not answers",
         "give it by itself, as the KLD");
  fail(ErrorKind::unsupported, {source.name(), 0, 0}, "holds no answers in a format that bitworth knows",
       known_formats);
}

/// Reads a source whose first line is found.
class SheetReader {
 public:
  SheetReader(LineSource source, const ScoreChoice& choice) : source_(std::move(source)), choice_(choice) {
    std::string_view line;
    while (source_.next(line) && blank(line)) {
    }
    if (blank(line)) fail(ErrorKind::malformed, {source_.name(), 0, 0}, "is empty", known_formats);
    first_ = line.starts_with("\xEF\xBB\xBF") ? line.substr(3) : line;
    first_number_ = source_.number();
  }

  /// Into the sheet, and pairs into both. Returns the scores where it is a results file.
  std::optional<ScoreSheet> read(AnswerSheet& sheet, AnswerSheet* other) {
    const char start = first_[first_.find_first_not_of(" \t\r")];
    const bool perplexity = first_.starts_with("[1]");
    if ((start != '{' && start != '[') || perplexity) refuse_text(source_, first_);
    if (is_one_document(first_)) return read_document(sheet, other);
    Json row = parse_python_json(first_, source_.name(), first_number_);
    if (row.contains("results") && row.at("results").is_object())
      return read_lm_eval_results(row, choice_, source_.name());
    AnswerRows rows = rows_like(row, sheet, other);
    rows.add(row, first_number_);
    for (std::string_view line; source_.next(line);) {
      if (!blank(line)) rows.add(parse_python_json(line, source_.name(), source_.number()), source_.number());
    }
    rows.finish();
    return std::nullopt;
  }

 private:
  AnswerRows rows_like(const Json& row, AnswerSheet& sheet, AnswerSheet* other) {
    const std::optional<RowFormat> found = row.is_object() ? row_format(row) : std::nullopt;
    const Position place{source_.name(), static_cast<std::uint32_t>(first_number_), 1};
    if (!found)
      fail(ErrorKind::unsupported, place, "its keys are of no format that bitworth knows", known_formats);
    if ((*found == RowFormat::pairs) != (other != nullptr))
      fail(ErrorKind::usage, place,
           other == nullptr ? "holds both models' answers" : "holds one model's answers",
           other == nullptr ? "give this file alone, as the pairs" : "give the baseline and the candidate");
    return AnswerRows(*found, choice_, task_of(source_.name()), source_.name(), sheet, other);
  }

  std::optional<ScoreSheet> read_document(AnswerSheet& sheet, AnswerSheet* other) {
    const std::string text = rest_of(source_, first_);
    const Json document = parse_python_json(text, source_.name(), first_number_);
    if (document.is_object() && other == nullptr)
      return read_lm_eval_results(document, choice_, source_.name());
    if (!document.is_array() || document.empty())
      fail(ErrorKind::unsupported, {source_.name(), 0, 0}, "holds no answers", known_formats);
    AnswerRows rows = rows_like(document.front(), sheet, other);
    for (const Json& row : document) rows.add(row, first_number_);
    rows.finish();
    return std::nullopt;
  }

  LineSource source_;
  const ScoreChoice& choice_;
  std::string first_;
  std::uint64_t first_number_ = 0;
};

Sheet read_sheet(LineSource source, const ScoreChoice& choice) {
  AnswerSheet sheet;
  sheet.file = source.name();
  std::optional<ScoreSheet> scores = SheetReader(std::move(source), choice).read(sheet, nullptr);
  if (scores) return *std::move(scores);
  return sheet;
}

SheetPair read_pair(LineSource source) {
  SheetPair pair;
  pair.baseline.file = pair.candidate.file = source.name();
  SheetReader(std::move(source), {}).read(pair.baseline, &pair.candidate);
  return pair;
}

/// What lm-evaluation-harness wrote into a folder, itself or one below it.
struct OutputFolder {
  std::vector<std::string> samples;
  std::vector<std::string> results;
};

OutputFolder list_folder(const std::string& path) {
  OutputFolder found;
  std::error_code problem;
  std::size_t entries = 0;
  fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, problem), end;
  for (; !problem && entry != end && ++entries < most_entries; entry.increment(problem)) {
    if (entry.depth() > 0) entry.disable_recursion_pending();
    const std::string name = entry->path().filename().string();
    const bool lines = name.ends_with(".jsonl") || name.ends_with(".jsonl.gz");
    if (name.starts_with("samples_") && lines) found.samples.push_back(entry->path().string());
    if (name.starts_with("results") && name.ends_with(".json"))
      found.results.push_back(entry->path().string());
  }
  std::ranges::sort(found.samples);
  std::ranges::sort(found.results);
  return found;
}

Sheet read_folder(const std::string& path, const ScoreChoice& choice) {
  const OutputFolder found = list_folder(path);
  if (found.samples.empty() && found.results.size() == 1)
    return read_sheet(LineSource::file(found.results.front()), choice);
  if (found.samples.empty())
    fail(ErrorKind::unsupported, {path, 0, 0},
         found.results.empty() ? "holds neither samples_*.jsonl nor results_*.json"
                               : format("holds {} results files", found.results.size()),
         found.results.empty() ? "give the output folder of lm-evaluation-harness" : "name one of them");
  AnswerSheet sheet;
  sheet.file = path;
  for (const std::string& file : found.samples) {
    if (sheet.tasks.contains(task_of(file)))
      fail(ErrorKind::inconsistent, {file, 0, 0}, "the folder holds samples of this task already",
           "two runs in one folder? name the files of one of them");
    SheetReader(LineSource::file(file), choice).read(sheet, nullptr);
  }
  return sheet;
}

}  // namespace

Result<Sheet> read_answers(const std::string& path, const ScoreChoice& choice) try {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return read_folder(path, choice);
  return read_sheet(LineSource::file(path), choice);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<SheetPair> read_answer_pairs(const std::string& path) try {
  return read_pair(LineSource::file(path));
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<Sheet> parse_answers(std::string_view text, const std::string& name, const ScoreChoice& choice) try {
  return read_sheet(LineSource::text(text, name), choice);
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<SheetPair> parse_answer_pairs(std::string_view text, const std::string& name) try {
  return read_pair(LineSource::text(text, name));
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

}  // namespace bitworth::formats
