#include "bitworth/formats/paired_outcomes.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

std::string title(const std::string& task) {
  return task.empty() ? "all items" : shown(task);
}

void count(cases::PairedCounts& counts, bool baseline_right, bool candidate_right) {
  ++counts.items;
  counts.baseline_only += baseline_right && !candidate_right;
  counts.candidate_only += candidate_right && !baseline_right;
}

/// Outcomes of one slice, by cluster.
struct Gathered {
  cases::PairedCounts counts;
  std::map<std::string, cases::PairedCounts> clusters;

  void add(const std::string& cluster, bool baseline_right, bool candidate_right) {
    count(counts, baseline_right, candidate_right);
    count(clusters[cluster], baseline_right, candidate_right);
  }

  cases::OutcomeSlice slice(std::string name) const {
    cases::OutcomeSlice result{std::move(name), counts, {}, {}};
    if (static_cast<std::int64_t>(clusters.size()) == counts.items) return result;
    for (const auto& [key, cluster] : clusters) result.clusters.push_back(cluster);
    return result;
  }
};

/// Walks two sheets side by side.
class Joiner {
 public:
  Joiner(const AnswerSheet& baseline, const AnswerSheet& candidate)
      : baseline_(baseline), candidate_(candidate) {}

  std::expected<cases::QualityEvidence, Problems> join() {
    // A single task is the same one, however the files are named.
    if (baseline_.tasks.size() == 1 && candidate_.tasks.size() == 1) {
      const auto& [name, answers] = *baseline_.tasks.begin();
      join_task(name.empty() ? candidate_.tasks.begin()->first : name, answers,
                candidate_.tasks.begin()->second);
    } else {
      check_tasks(baseline_, candidate_);
      check_tasks(candidate_, baseline_);
      for (const auto& [name, answers] : baseline_.tasks) {
        const auto other = candidate_.tasks.find(name);
        if (other != candidate_.tasks.end()) join_task(name, answers, other->second);
      }
    }
    if (!problems_.empty()) return std::unexpected(std::move(problems_));
    evidence_.whole = whole_.slice("all items");
    if (slices_.size() > 1) evidence_.slices = std::move(slices_);
    return std::move(evidence_);
  }

 private:
  using Answers = std::map<ItemKey, ScoredAnswer>;

  void refuse(const std::string& file, std::string message, std::string hint) {
    problems_.push_back({ErrorKind::inconsistent, {file, 0, 0}, std::move(message), std::move(hint)});
  }

  void check_tasks(const AnswerSheet& sheet, const AnswerSheet& other) {
    for (const auto& [name, answers] : sheet.tasks) {
      if (!other.tasks.contains(name))
        refuse(other.file, format("has no answers of {}, which {} has", title(name), sheet.file),
               "run both models on the same tasks");
    }
  }

  void check_items(const std::string& task, const Answers& answers, const Answers& other,
                   const AnswerSheet& sheet, const AnswerSheet& other_sheet) {
    std::size_t missing = 0;
    const ItemKey* first = nullptr;
    for (const auto& [key, answer] : answers) {
      if (other.contains(key)) continue;
      if (missing++ == 0) first = &key;
    }
    if (missing == 0) return;
    refuse(other_sheet.file,
           format("{}: {} of the {} items that {} answered are not in it, the first is {}", title(task),
                  missing, answers.size(), sheet.file, shown(first->item)),
           "run both models on the same items (the same --limit)");
  }

  void join_task(const std::string& task, const Answers& baseline, const Answers& candidate) {
    check_items(task, baseline, candidate, baseline_, candidate_);
    check_items(task, candidate, baseline, candidate_, baseline_);
    Gathered gathered;
    std::size_t other_questions = 0, other_prompts = 0;
    const ItemKey* first = nullptr;
    for (const auto& [key, answer] : baseline) {
      const auto found = candidate.find(key);
      if (found == candidate.end()) continue;
      const ScoredAnswer& other = found->second;
      if (answer.question.differs_from(other.question) || answer.target.differs_from(other.target)) {
        if (other_questions++ == 0) first = &key;
      }
      other_prompts += answer.prompt.differs_from(other.prompt);
      // A name of the user's and an item's own must not meet.
      const std::string cluster =
          answer.cluster.empty() ? "item\n" + task + '\n' + key.item : "cluster\n" + answer.cluster;
      gathered.add(cluster, answer.right, other.right);
      whole_.add(cluster, answer.right, other.right);
    }
    if (other_questions > 0)
      refuse(
          candidate_.file,
          format("{}: {} of {} items are other questions than in {} (their hashes differ), the first is {}",
                 title(task), other_questions, baseline.size(), baseline_.file, shown(first->item)),
          "run both models on the same version of the task");
    if (other_prompts > 0)
      evidence_.warnings.push_back(
          format("{}: {} of {} prompts differ between the runs: the template moves scores more than most "
                 "formats do",
                 title(task), other_prompts, baseline.size()));
    if (gathered.counts.items > 0) slices_.push_back(gathered.slice(title(task)));
  }

  const AnswerSheet& baseline_;
  const AnswerSheet& candidate_;
  Problems problems_;
  cases::QualityEvidence evidence_;
  Gathered whole_;
  std::vector<cases::OutcomeSlice> slices_;
};

cases::OutcomeSlice difference(const std::string& name, const TaskScore& baseline,
                               const TaskScore& candidate) {
  cases::OutcomeSlice slice;
  slice.name = title(name);
  slice.counts.items = std::min(baseline.items, candidate.items);
  slice.unpaired = cases::ScoreDifference{baseline.score - candidate.score,
                                          std::hypot(baseline.standard_error, candidate.standard_error)};
  return slice;
}

// Tasks together: each weighs as much as it has items, or all the same where one does not say.
cases::OutcomeSlice together(const std::vector<cases::OutcomeSlice>& slices) {
  const bool known = std::ranges::all_of(slices, [](const auto& slice) { return slice.counts.items > 0; });
  cases::OutcomeSlice whole;
  whole.name = "all items";
  double weights = 0, loss = 0, variance = 0;
  for (const cases::OutcomeSlice& slice : slices) {
    const double weight = known ? static_cast<double>(slice.counts.items) : 1;
    weights += weight;
    loss += weight * slice.unpaired->loss;
    variance += weight * weight * slice.unpaired->standard_error * slice.unpaired->standard_error;
    whole.counts.items += slice.counts.items;
  }
  whole.unpaired = cases::ScoreDifference{loss / weights, std::sqrt(variance) / weights};
  return whole;
}

}  // namespace

std::expected<cases::QualityEvidence, Problems> pair_answers(const AnswerSheet& baseline,
                                                             const AnswerSheet& candidate) {
  return Joiner(baseline, candidate).join();
}

std::expected<cases::QualityEvidence, Problems> compare_scores(const ScoreSheet& baseline,
                                                               const ScoreSheet& candidate) {
  Problems problems;
  const auto missing = [&](const ScoreSheet& in, const ScoreSheet& other, const std::string& task) {
    problems.push_back({ErrorKind::inconsistent,
                        {in.file, 0, 0},
                        format("has no score of {}, which {} has", title(task), other.file),
                        "run both models on the same tasks"});
  };
  cases::QualityEvidence evidence;
  for (const auto& [task, score] : baseline.tasks) {
    const auto found = candidate.tasks.find(task);
    if (found == candidate.tasks.end()) {
      missing(candidate, baseline, task);
    } else {
      evidence.slices.push_back(difference(task, score, found->second));
      if (score.items != found->second.items)
        evidence.warnings.push_back(format("{}: {} items in one run, {} in the other", title(task),
                                           score.items, found->second.items));
    }
  }
  for (const auto& [task, score] : candidate.tasks) {
    if (!baseline.tasks.contains(task)) missing(baseline, candidate, task);
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  evidence.whole = together(evidence.slices);
  if (evidence.slices.size() < 2) evidence.slices.clear();
  return evidence;
}

}  // namespace bitworth::formats
