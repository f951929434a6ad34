#include "bitworth/formats/score_metric.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {

std::string chosen_metric(const std::string& wanted, const std::vector<std::string>& present) {
  const auto has = [&](const std::string& name) { return std::ranges::find(present, name) != present.end(); };
  if (!wanted.empty()) return has(wanted) ? wanted : "";
  for (const char* usual : {"exact_match", "acc", "pass@1"}) {
    if (has(usual)) return usual;
  }
  return present.size() == 1 ? present.front() : "";
}

std::string metric_hint(const std::vector<std::string>& present) {
  if (present.empty()) return "it holds no score that is a number";
  std::vector<std::string> names;
  for (const std::string& name : present) {
    if (names.size() < 8) names.push_back(format("\"{}\"", shown(name)));
  }
  return format("choose the metric: it has {}", listed(names));
}

}  // namespace bitworth::formats
