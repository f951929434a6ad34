#include "bitworth/formats/lm_eval_results.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/score_metric.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

using Json = nlohmann::json;

constexpr double most_items = 1e9;

const Json* find(const Json& object, const std::string& key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

bool is_group(const Json& document, const std::string& task) {
  if (const Json* groups = find(document, "groups"); groups != nullptr && find(*groups, task) != nullptr)
    return true;
  const Json* members = find(document, "group_subtasks");
  const Json* own = members == nullptr ? nullptr : find(*members, task);
  return own != nullptr && own->is_array() && !own->empty();
}

// How many items were asked; 0: the file does not say.
std::int64_t items_of(const Json& document, const std::string& task, const Json& scores) {
  const Json* samples = find(document, "n-samples");
  const Json* own = samples == nullptr ? nullptr : find(*samples, task);
  const Json* count = own == nullptr ? find(scores, "sample_len") : find(*own, "effective");
  if (count == nullptr || !count->is_number()) return 0;
  const double items = count->get<double>();
  return items >= 1 && items <= most_items ? static_cast<std::int64_t>(items) : 0;
}

/// One task's keys are "metric,filter": the metrics of the chosen filter.
class TaskReader {
 public:
  TaskReader(const Json& document, const std::string& task, const Json& scores, const ScoreChoice& choice,
             const std::string& file)
      : document_(document), task_(task), scores_(scores), choice_(choice), file_(file) {}

  TaskScore read() {
    const std::string filter = chosen_filter();
    const std::string suffix = filter.empty() ? "" : "," + filter;
    const std::vector<std::string> metrics = metrics_of(suffix);
    const std::string metric = chosen_metric(choice_.metric, metrics);
    if (metric.empty()) refuse("which score is meant is not clear", metric_hint(metrics));
    TaskScore result;
    result.score = scores_.at(metric + suffix).get<double>();
    if (!(result.score >= 0 && result.score <= 1))
      refuse(format("{} is {}, not a share of right answers", shown(metric), result.score), "");
    result.items = items_of(document_, task_, scores_);
    result.standard_error = standard_error(result, find(scores_, metric + "_stderr" + suffix));
    return result;
  }

 private:
  [[noreturn]] void refuse(const std::string& message, std::string hint) const {
    fail(ErrorKind::malformed, {file_, 0, 0}, format("task {}: {}", shown(task_), message), std::move(hint));
  }

  std::string chosen_filter() const {
    std::set<std::string> filters;
    for (const auto& [key, value] : scores_.items()) {
      const std::size_t comma = key.find(',');
      if (comma != key.npos && value.is_number()) filters.insert(key.substr(comma + 1));
    }
    if (!choice_.filter.empty()) {
      if (!filters.contains(choice_.filter))
        refuse(format("has no filter \"{}\"", shown(choice_.filter)), "");
      return choice_.filter;
    }
    if (filters.size() > 1)
      refuse(format("answers were cut out by the filters \"{}\" and \"{}\"", shown(*filters.begin()),
                    shown(*filters.rbegin())),
             "choose one of them beforehand: the filter");
    return filters.empty() ? "" : *filters.begin();
  }

  std::vector<std::string> metrics_of(const std::string& suffix) const {
    std::vector<std::string> result;
    for (const auto& [key, value] : scores_.items()) {
      if (!value.is_number() || !key.ends_with(suffix)) continue;
      const std::string metric = key.substr(0, key.size() - suffix.size());
      const bool other = metric.ends_with("_stderr") || metric == "sample_len" || metric == "sample_count" ||
                         metric.find(',') != metric.npos;
      if (!other) result.push_back(metric);
    }
    return result;
  }

  // None, or 0 because all were right or wrong, is taken as with one more item of either kind (Agresti and
  // Caffo 2000): that is not certain.
  double standard_error(const TaskScore& score, const Json* stated) const {
    if (stated != nullptr && stated->is_number()) {
      const double result = stated->get<double>();
      if (!(result >= 0 && result <= 1)) refuse("its standard error is not between 0 and 1", "");
      if (result > 0) return result;
    }
    if (score.items == 0)
      refuse("has neither a standard error nor a number of items", "log its samples (--log_samples)");
    const double n = static_cast<double>(score.items) + 2;
    const double share = (score.score * static_cast<double>(score.items) + 1) / n;
    return std::sqrt(share * (1 - share) / n);
  }

  const Json& document_;
  const std::string& task_;
  const Json& scores_;
  const ScoreChoice& choice_;
  const std::string& file_;
};

}  // namespace

ScoreSheet read_lm_eval_results(const Json& document, const ScoreChoice& choice, const std::string& file) {
  const Json* results = find(document, "results");
  if (results == nullptr || !results->is_object() || results->empty())
    fail(ErrorKind::unsupported, {file, 0, 0}, "is JSON without \"results\"",
         "give what lm-evaluation-harness writes, or one answer a line (docs/formats/quality.md)");
  ScoreSheet sheet{file, {}};
  for (const auto& [task, scores] : results->items()) {
    if (!scores.is_object())
      fail(ErrorKind::malformed, {file, 0, 0}, format("results of {} are no object", shown(task)));
    if (!is_group(document, task))
      sheet.tasks[task] = TaskReader(document, task, scores, choice, file).read();
  }
  if (sheet.tasks.empty()) fail(ErrorKind::malformed, {file, 0, 0}, "holds groups, but no task");
  return sheet;
}

}  // namespace bitworth::formats
