#include "bitworth/formats/python_json.hpp"

#include <algorithm>
#include <limits>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/json_scanner.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::string_view not_numbers[] = {"-Infinity", "Infinity", "NaN"};

// "null" over each bare word, outside of texts. Blanks keep the columns where they were, but for NaN, which
// is a letter shorter.
std::string with_nulls(std::string_view text) {
  std::string result;
  result.reserve(text.size() + 16);
  bool quoted = false;
  for (std::size_t at = 0; at < text.size();) {
    if (quoted && text[at] == '\\') {
      result += text.substr(at, 2);
      at += 2;
      continue;
    }
    if (text[at] == '"') quoted = !quoted;
    const bool candidate = !quoted && (text[at] == 'N' || text[at] == 'I' || text[at] == '-');
    const auto word = !candidate ? std::end(not_numbers) : std::ranges::find_if(not_numbers, [&](auto each) {
      return text.substr(at).starts_with(each);
    });
    if (word == std::end(not_numbers)) {
      result += text[at++];
      continue;
    }
    result += "null";
    if (word->size() > 4) result.append(word->size() - 4, ' ');
    at += word->size();
  }
  return result;
}

}  // namespace

nlohmann::json parse_python_json(std::string_view text, const std::string& file_name,
                                 std::uint64_t first_line) try {
  const std::string plain = with_nulls(text);
  // First the cheap walk: it says better where the text goes wrong, and bounds the depth.
  JsonScanner walk(plain, file_name);
  walk.skip();
  walk.finish();
  return nlohmann::json::parse(plain);
} catch (const nlohmann::json::exception&) {
  fail(ErrorKind::malformed,
       {file_name, static_cast<std::uint32_t>(std::min<std::uint64_t>(first_line, ~0U)), 1},
       "not JSON: a text that is not UTF-8, or a number beyond the range of a double");
} catch (InputFailure& failure) {
  const std::uint64_t line = failure.error.position.line + first_line - 1;
  if (failure.error.position.line > 0)
    failure.error.position.line =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(line, std::numeric_limits<std::uint32_t>::max()));
  throw;
}

}  // namespace bitworth::formats
