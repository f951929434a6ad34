#include "bitworth/formats/divergence_checkpoint.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/json_fields.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

using quality::ContextScores;
using quality::DivergenceSums;
using quality::DocumentSums;
using quality::ScoreMode;

constexpr std::pair<const char*, double DivergenceSums::*> sums_by_name[] = {
    {"baseline_nll", &DivergenceSums::baseline_nll},
    {"baseline_nll_squared", &DivergenceSums::baseline_nll_squared},
    {"candidate_nll", &DivergenceSums::candidate_nll},
    {"candidate_nll_squared", &DivergenceSums::candidate_nll_squared},
    {"nll_product", &DivergenceSums::nll_product},
    {"kld", &DivergenceSums::kld},
    {"kld_squared", &DivergenceSums::kld_squared},
    {"change", &DivergenceSums::change},
    {"change_squared", &DivergenceSums::change_squared},
    {"change_fourth", &DivergenceSums::change_fourth},
};

constexpr double largest_sum = 1e18;  // a billion tokens of 700 nats, squared, are less

bool is_square(std::string_view name) {
  return name.ends_with("_squared") || name.ends_with("_fourth");
}

/// The shortest text that reads as the same number; JSON would take "-0" for a whole number without a sign.
template <class Number>
std::string exactly(Number value) {
  return value == 0 && std::signbit(value) ? "-0.0" : format("{}", value);
}

std::string list(std::span<const float> values) {
  std::string text = "[";
  for (const float value : values) text += (text.size() > 1 ? "," : "") + exactly(value);
  return text + "]";
}

/// One line, with its place for errors.
class LineReader {
 public:
  LineReader(std::string_view line, Position place) : place_(std::move(place)), json_(parse(line)) {}

  ContextScores read() const {
    ContextScores scores;
    scores.context = static_cast<int>(whole(json_, "context", 1'000'000'000));
    scores.mode = mode();
    for (const nlohmann::json& part : array("documents")) scores.documents.push_back(document(part));
    scores.kld = floats("kld");
    scores.probability_changes = floats("probability_changes");
    check_counts(scores);
    return scores;
  }

 private:
  nlohmann::json parse(std::string_view line) const try {
    return parse_json_object(line, place_.file);
  } catch (InputFailure& failure) {
    failure.error.position.line = place_.line;
    throw;
  }

  [[noreturn]] void fail(std::string message) const {
    formats::fail(ErrorKind::malformed, place_, std::move(message), "delete the checkpoint and begin anew");
  }

  std::int64_t whole(const nlohmann::json& object, const char* key, std::int64_t most) const {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer())
      fail(format("\"{}\" is not a whole number", key));
    if (found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(most))
      fail(format("\"{}\" is too large", key));
    const auto value = found->get<std::int64_t>();
    if (value < 0) fail(format("\"{}\" is negative", key));
    return value;
  }

  ScoreMode mode() const {
    const auto found = json_.find("mode");
    if (found != json_.end() && *found == "exact") return ScoreMode::exact;
    if (found != json_.end() && *found == "compat") return ScoreMode::compat;
    fail("\"mode\" is neither \"exact\" nor \"compat\"");
  }

  const nlohmann::json& array(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end() || !found->is_array()) fail(format("\"{}\" is not a list", key));
    return *found;
  }

  DocumentSums document(const nlohmann::json& part) const {
    if (!part.is_object()) fail("\"documents\" holds something other than objects");
    DocumentSums result;
    result.document = static_cast<int>(whole(part, "document", 1'000'000'000));
    result.sums.tokens = whole(part, "tokens", 1'000'000'000);
    result.sums.same_top = whole(part, "same_top", result.sums.tokens);
    for (const auto& [name, member] : sums_by_name) {
      const auto found = part.find(name);
      if (found == part.end() || !found->is_number()) fail(format("\"{}\" is not a number", name));
      const auto value = found->get<double>();
      if (std::abs(value) > largest_sum || (value < 0 && is_square(name)))
        fail(format("\"{}\" is {}, which no tokens add up to", name, value));
      result.sums.*member = value;
    }
    return result;
  }

  std::vector<float> floats(const char* key) const {
    std::vector<float> result;
    for (const nlohmann::json& value : array(key)) {
      if (!value.is_number()) fail(format("\"{}\" holds something other than numbers", key));
      const auto number = value.get<double>();
      if (std::abs(number) > static_cast<double>(std::numeric_limits<float>::max()))
        fail(format("\"{}\" holds a number that is too large", key));
      result.push_back(static_cast<float>(number));
    }
    return result;
  }

  void check_counts(const ContextScores& scores) const {
    const std::int64_t tokens = scores.total().tokens;
    if (tokens < 1 || tokens != std::ssize(scores.kld) || tokens != std::ssize(scores.probability_changes))
      fail(format("the documents have {} tokens, \"kld\" {} and \"probability_changes\" {}", tokens,
                  scores.kld.size(), scores.probability_changes.size()));
  }

  Position place_;
  nlohmann::json json_;
};

}  // namespace

std::string to_json_line(const ContextScores& scores) {
  std::string text = format(R"({{"context":{},"mode":"{}","documents":[)", scores.context,
                            scores.mode == ScoreMode::exact ? "exact" : "compat");
  for (const DocumentSums& part : scores.documents) {
    text += format(R"({}{{"document":{},"tokens":{},"same_top":{})", text.back() == '[' ? "" : ",",
                   part.document, part.sums.tokens, part.sums.same_top);
    for (const auto& [name, member] : sums_by_name)
      text += format(R"(,"{}":{})", name, exactly(part.sums.*member));
    text += "}";
  }
  return text + format(R"(],"kld":{},"probability_changes":{}}})", list(scores.kld),
                       list(scores.probability_changes));
}

Result<ContextScores> read_context_scores(std::string_view line, const std::string& file_name,
                                          std::uint32_t line_number) try {
  return LineReader(line, {file_name, line_number, line_number > 0 ? 1U : 0U}).read();
} catch (const InputFailure& failure) {
  return std::unexpected(failure.error);
}

Result<std::vector<ContextScores>> read_divergence_checkpoint(std::string_view text,
                                                              const std::string& file_name) {
  std::vector<ContextScores> contexts;
  std::uint32_t number = 0;
  for (std::size_t begin = 0, end = 0; (end = text.find('\n', begin)) != text.npos; begin = end + 1) {
    Result<ContextScores> scores = read_context_scores(text.substr(begin, end - begin), file_name, ++number);
    if (!scores) return std::unexpected(scores.error());
    if (scores->context != static_cast<int>(contexts.size()) ||
        (!contexts.empty() && scores->mode != contexts.front().mode))
      return std::unexpected(
          Error{ErrorKind::inconsistent,
                {file_name, number, 1},
                format("context {} of another run, where {} should follow", scores->context, contexts.size()),
                "delete the checkpoint and begin anew"});
    contexts.push_back(std::move(*scores));
  }
  return contexts;
}

}  // namespace bitworth::formats
