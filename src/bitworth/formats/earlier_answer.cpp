#include "bitworth/formats/earlier_answer.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr std::uint64_t largest_answer = 16 << 20;

}  // namespace

Result<nlohmann::ordered_json> read_earlier_answer(const std::string& path) {
  const std::string hint = "give a file that bitworth decide --json -o FILE has written";
  try {
    const std::string text = read_text_file(path, largest_answer);
    nlohmann::ordered_json answer = nlohmann::ordered_json::parse(text, nullptr, false);
    if (answer.is_object() && answer.contains("schema") && answer["schema"] == "bitworth.decide")
      return answer;
    return std::unexpected(
        Error{ErrorKind::malformed, {path, 0, 0}, "is not an answer of bitworth decide", hint});
  } catch (const InputFailure& failure) {
    Error error = failure.error;
    error.hint = hint;
    return std::unexpected(error);
  }
}

}  // namespace bitworth::formats
