#include "bitworth/formats/untrusted.hpp"

#include <algorithm>

namespace bitworth::formats {
namespace {

constexpr std::size_t most_shown = 60;

unsigned char byte_of(char c) {
  return static_cast<unsigned char>(c);
}

// The bytes of the UTF-8 character that the text starts with; 0: it starts with none.
std::size_t character_length(std::string_view text) {
  const unsigned char lead = byte_of(text[0]);
  if (lead < 0x80) return lead >= 0x20 && lead != 0x7F ? 1 : 0;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_of(text[i]) & 0xC0) != 0x80) return 0;
  }
  // Over-long forms, surrogates and what lies beyond U+10FFFF; C2 80 to C2 9F are control characters.
  const unsigned char second = byte_of(text[1]);
  const bool invalid = (lead == 0xC2 && second < 0xA0) || (lead == 0xE0 && second < 0xA0) ||
                       (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
                       (lead == 0xF4 && second > 0x8F);
  return invalid ? 0 : length;
}

}  // namespace

std::string shown(std::string_view untrusted) {
  std::string result;
  while (!untrusted.empty()) {
    const std::size_t length = character_length(untrusted);
    if (result.size() + std::max<std::size_t>(length, 1) > most_shown) return result + "...";
    result += length == 0 ? std::string_view("?") : untrusted.substr(0, length);
    untrusted.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

}  // namespace bitworth::formats
