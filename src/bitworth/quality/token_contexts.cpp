#include "bitworth/quality/token_contexts.hpp"

#include <algorithm>
#include <limits>

#include "bitworth/base/text.hpp"

namespace bitworth::quality {
namespace {

constexpr int least_context = 8;

Error usage(std::string message, std::string hint) {
  return {ErrorKind::usage, {}, std::move(message), std::move(hint)};
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

Result<ContextPlan> plan_contexts(std::int64_t tokens, int context_tokens, std::optional<int> most_contexts,
                                  std::string_view text_name) {
  if (context_tokens < least_context)
    return std::unexpected(usage(format("a context of {} tokens is too short to score", context_tokens),
                                 format("take at least {}; 256 and 512 are usual", least_context)));
  if (most_contexts && *most_contexts < 1)
    return std::unexpected(
        usage(format("{} contexts leave nothing to score", *most_contexts), "take at least 1"));
  const std::int64_t least_tokens = std::int64_t{2} * context_tokens;
  if (tokens < least_tokens) {
    const std::int64_t fitting = tokens / 2;
    return std::unexpected(usage(format("{} has {} tokens; contexts of {} need at least {}", text_name,
                                        tokens, context_tokens, least_tokens),
                                 fitting < least_context
                                     ? std::string("take a longer text")
                                     : format("take a longer text, or contexts of at most {}", fitting)));
  }
  const std::int64_t whole = tokens / context_tokens;
  return ContextPlan{context_tokens, static_cast<int>(std::min<std::int64_t>(
                                         whole, most_contexts.value_or(std::numeric_limits<int>::max())))};
}

std::vector<std::size_t> find_documents(std::string_view text) {
  std::vector<std::size_t> begins = {0};
  bool has_content = false, after_blank = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (is_blank(text.substr(begin, end - begin))) {
      after_blank = true;
    } else {
      if (has_content && after_blank) begins.push_back(begin);
      has_content = true;
      after_blank = false;
    }
    begin = end + 1;
  }
  return begins;
}

std::vector<int> documents_of(const ContextPlan& plan, int context,
                              std::span<const std::int64_t> first_tokens) {
  std::vector<int> result;
  result.reserve(static_cast<std::size_t>(plan.scored_tokens()));
  for (int row = 0; row < plan.scored_tokens(); ++row) {
    const auto after = std::ranges::upper_bound(first_tokens, plan.scored_place(context, row));
    result.push_back(static_cast<int>(after - first_tokens.begin()) - 1);
  }
  return result;
}

}  // namespace bitworth::quality
