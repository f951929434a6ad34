#include "bitworth/formats/answer_rows.hpp"

#include <algorithm>
#include <functional>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/score_metric.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t most_rows = 20'000'000;
constexpr std::size_t longest_name = 4096;

std::uint64_t hash_of(std::string_view text) {
  return std::max<std::uint64_t>(1, std::hash<std::string_view>{}(text));
}

Fingerprint fingerprint(const Json& row, const char* stated, const char* value) {
  Fingerprint result;
  if (const auto found = row.find(stated); found != row.end() && found->is_string())
    result.stated = hash_of(found->get_ref<const std::string&>());
  if (const auto found = row.find(value); found != row.end() && !found->is_null())
    result.value = hash_of(found->dump());
  return result;
}

std::vector<std::string> score_keys(const Json& row) {
  static const std::set<std::string> others = {
      "doc_id", "doc",     "target",   "arguments",   "resps",      "filtered_resps",
      "filter", "metrics", "doc_hash", "prompt_hash", "target_hash"};
  std::vector<std::string> keys;
  for (const auto& [key, value] : row.items()) {
    if (!others.contains(key) && (value.is_number() || value.is_boolean() || value.is_null()))
      keys.push_back(key);
  }
  return keys;
}

}  // namespace

std::optional<RowFormat> row_format(const Json& row) {
  if (row.contains("doc_id")) return RowFormat::lm_eval;
  if (row.contains("baseline") && row.contains("candidate")) return RowFormat::pairs;
  if (row.contains("score")) return RowFormat::scores;
  return std::nullopt;
}

AnswerRows::AnswerRows(RowFormat format, const ScoreChoice& choice, std::string task, std::string file,
                       AnswerSheet& sheet, AnswerSheet* other)
    : format_(format),
      choice_(choice),
      task_(std::move(task)),
      file_(std::move(file)),
      sheet_(sheet),
      other_(other) {}

void AnswerRows::fail_at(std::string message, std::string hint) const {
  fail(ErrorKind::malformed, {file_, static_cast<std::uint32_t>(std::min<std::uint64_t>(line_, ~0U)), 1},
       std::move(message), std::move(hint));
}

// A name or a whole number; "" where no key is there.
std::string AnswerRows::name_of(const Json& row, std::initializer_list<const char*> keys) const {
  for (const char* key : keys) {
    const auto found = row.find(key);
    if (found == row.end() || found->is_null()) continue;
    if (found->is_number_integer()) return found->dump();
    if (!found->is_string()) fail_at(format("{} is neither a text nor a whole number", key));
    if (found->get_ref<const std::string&>().size() > longest_name)
      fail_at(format("{} is longer than {} bytes", key, longest_name));
    return found->get<std::string>();
  }
  return "";
}

bool AnswerRows::right(const Json& row, const std::string& key) const {
  const auto found = row.find(key);
  if (found == row.end()) fail_at(format("{} is absent", shown(key)));
  if (found->is_boolean()) return found->get<bool>();
  if (found->is_null()) fail_at(format("{} is not a number", shown(key)), "write 0 for wrong, 1 for right");
  const double value = found->is_number() ? found->get<double>() : -1;
  if (value != 0 && value != 1)
    fail_at(format("{} is {}, neither 0 nor 1", shown(key), shown(found->dump())),
            "the test is of answers that are right or wrong: choose such a metric");
  return value == 1;
}

const std::string& AnswerRows::metric_of(const Json& row) {
  const std::vector<std::string> present = score_keys(row);
  if (!choice_.metric.empty() && std::ranges::find(present, choice_.metric) != present.end())
    return choice_.metric;
  const std::string found = chosen_metric(choice_.metric, present);
  if (found.empty())
    fail_at(choice_.metric.empty() ? "which score is meant is not clear"
                                   : format("has no score \"{}\"", shown(choice_.metric)),
            metric_hint(present));
  choice_.metric = found;
  return choice_.metric;
}

// Filters cut the answer out of the text in different ways: each is an outcome of its own.
bool AnswerRows::of_wanted_filter(const Json& row) {
  const std::string filter = name_of(row, {"filter"});
  if (!choice_.filter.empty()) return filter == choice_.filter;
  filters_.insert(filter);
  if (filters_.size() > 1)
    fail_at(format("answers were cut out by the filters \"{}\" and \"{}\"", shown(*filters_.begin()),
                   shown(*filters_.rbegin())),
            "choose one of them beforehand: the filter");
  return true;
}

void AnswerRows::put(AnswerSheet& sheet, const std::string& task, const ItemKey& key, ScoredAnswer answer) {
  if (sheet.tasks[task].emplace(key, std::move(answer)).second) return;
  if (duplicates_++ == 0) {
    first_duplicate_ = line_;
    duplicate_of_ = key.item;
  }
}

void AnswerRows::add_sample(const Json& row) {
  if (!of_wanted_filter(row)) return;
  ++rows_;
  ScoredAnswer answer;
  answer.right = right(row, metric_of(row));
  answer.question = fingerprint(row, "doc_hash", "doc");
  answer.target = fingerprint(row, "target_hash", "target");
  answer.prompt = fingerprint(row, "prompt_hash", "arguments");
  const std::string item = name_of(row, {"doc_id"});
  if (item.empty()) fail_at("doc_id is empty");
  put(sheet_, task_, {item, ""}, std::move(answer));
}

void AnswerRows::add_scores(const Json& row) {
  ++rows_;
  const ItemKey key{name_of(row, {"item", "id"}), name_of(row, {"repeat"})};
  if (key.item.empty()) fail_at("item is absent or empty", "name the question that was asked");
  const std::string named = name_of(row, {"slice", "task"});
  const std::string& task = named.empty() ? task_ : named;
  ScoredAnswer answer;
  answer.cluster = name_of(row, {"cluster"});
  answer.prompt = fingerprint(row, "prompt_hash", "prompt");
  answer.right = right(row, format_ == RowFormat::pairs ? "baseline" : "score");
  put(sheet_, task, key, answer);
  if (format_ != RowFormat::pairs) return;
  answer.right = right(row, "candidate");
  other_->tasks[task].emplace(key, std::move(answer));
}

void AnswerRows::add(const Json& row, std::uint64_t line) {
  line_ = line;
  if (!row.is_object()) fail_at("not a JSON object", "write one object a line");
  if (row_format(row) != format_) fail_at("has other keys than the lines before it");
  if (rows_ > most_rows) fail_at(format("more than {} answers", most_rows));
  format_ == RowFormat::lm_eval ? add_sample(row) : add_scores(row);
}

void AnswerRows::finish() const {
  if (rows_ == 0)
    fail(ErrorKind::malformed, {file_, 0, 0},
         choice_.filter.empty() ? "holds no answer"
                                : format("holds no answer of the filter \"{}\"", shown(choice_.filter)));
  if (duplicates_ > 0)
    fail(ErrorKind::inconsistent, {file_, static_cast<std::uint32_t>(first_duplicate_), 1},
         format("item {} is answered twice{}", shown(duplicate_of_),
                duplicates_ > 1 ? format(", and so are {} others", duplicates_ - 1) : ""),
         "two runs in one file? keep one of them; a repeat on purpose has its number under \"repeat\"");
}

}  // namespace bitworth::formats
