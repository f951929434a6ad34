#pragma once

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bitworth {

/// fmt's. An object, so that texts among its arguments do not bring std::format in beside it.
inline constexpr auto format = []<class... T>(fmt::format_string<T...> text, T&&... values) {
  return fmt::format(text, std::forward<T>(values)...);
};

std::string joined(std::span<const std::string> items, std::string_view separator);

/// "a, b and c".
std::string listed(std::span<const std::string> items, std::string_view last = "and");

/// The candidate that a person most likely meant, if one is near: at most a third of its letters differ.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// "did you mean "x"?" where a candidate is near, else "" .
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// The number of letters to insert, delete, replace or swap to turn one word into the other.
int edit_distance(std::string_view a, std::string_view b);

/// Lower case, and every run of other than letters, digits, '.' and '+' as one '-': "H100 80GB" is
/// "h100-80gb".
std::string slug(std::string_view text);

}  // namespace bitworth
