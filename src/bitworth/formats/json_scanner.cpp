#include "bitworth/formats/json_scanner.hpp"

#include <algorithm>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {
namespace {

constexpr int deepest = 32;

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_literal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' || c == 'E';
}

}  // namespace

void JsonScanner::fail(std::string message) const {
  const std::string_view before = text_.substr(0, at_);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t line_start = before.rfind('\n') == before.npos ? 0 : before.rfind('\n') + 1;
  formats::fail(
      ErrorKind::malformed,
      {file_name_, static_cast<std::uint32_t>(line), static_cast<std::uint32_t>(at_ - line_start + 1)},
      std::move(message));
}

void JsonScanner::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

char JsonScanner::peek() {
  skip_space();
  if (at_ == text_.size()) fail("the JSON ends too early");
  return text_[at_];
}

void JsonScanner::expect(char wanted) {
  if (peek() != wanted) fail(format("expected '{}', found \"{}\"", wanted, shown(text_.substr(at_, 1))));
  ++at_;
}

void JsonScanner::open(char bracket) {
  expect(bracket);
  opened_ = true;
}

bool JsonScanner::next(char closing) {
  if (peek() == closing) {
    ++at_;
    opened_ = false;
    return false;
  }
  if (!opened_) expect(',');
  opened_ = false;
  return true;
}

std::string_view JsonScanner::key() {
  const std::string_view result = string();
  expect(':');
  return result;
}

std::string_view JsonScanner::string() {
  expect('"');
  const std::size_t start = at_;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '"') return text_.substr(start, at_++ - start);
    if (c == '\\') return decoded(start);
    if (static_cast<unsigned char>(c) < 0x20) fail("control character in a string");
  }
  fail("a string without end");
}

// The string that starts there, from its first escape on character by character.
std::string_view JsonScanner::decoded(std::size_t start) {
  decoded_.assign(text_, start, at_ - start);
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == '"') return decoded_;
    if (static_cast<unsigned char>(c) < 0x20) fail("control character in a string");
    if (c != '\\') {
      decoded_ += c;
    } else if (at_ < text_.size() && text_[at_] == 'u') {
      ++at_;
      append_code_point();
    } else {
      decoded_ += escaped();
    }
  }
  fail("a string without end");
}

char JsonScanner::escaped() {
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  const std::size_t which = at_ < text_.size() ? letters.find(text_[at_]) : letters.npos;
  if (which == letters.npos) fail("unknown escape in a string");
  ++at_;
  return meanings[which];
}

unsigned JsonScanner::hex_digits() {
  unsigned value = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = at_ < text_.size() ? text_[at_] : ' ';
    const char letter = static_cast<char>(c | 0x20);
    if (is_digit(c)) {
      value = value * 16 + static_cast<unsigned>(c - '0');
    } else if (letter >= 'a' && letter <= 'f') {
      value = value * 16 + static_cast<unsigned>(letter - 'a') + 10;
    } else {
      fail("\\u needs four hexadecimal digits");
    }
  }
  return value;
}

void JsonScanner::append_code_point() {
  std::uint32_t code = hex_digits();
  if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
    at_ += 2;
    const unsigned low = hex_digits();
    if (low < 0xDC00 || low > 0xDFFF) fail("half of a surrogate pair");
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  } else if (code >= 0xD800 && code < 0xE000) {
    fail("half of a surrogate pair");
  }
  const auto put = [this](std::uint32_t bits) { decoded_ += static_cast<char>(bits); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

std::uint64_t JsonScanner::whole_number() {
  if (!is_digit(peek())) fail(format("expected a whole number, found \"{}\"", shown(text_.substr(at_, 1))));
  if (text_[at_] == '0' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))
    fail("a number with a leading zero");
  std::uint64_t value = 0;
  for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
    const auto digit = static_cast<std::uint64_t>(text_[at_] - '0');
    if (!multiply(value, 10, value) || !add(value, digit, value)) fail("a number beyond 64 bits");
  }
  if (at_ < text_.size() && is_literal(text_[at_])) fail("expected a whole number");
  return value;
}

void JsonScanner::skip_literal() {
  const std::size_t start = at_;
  while (at_ < text_.size() && is_literal(text_[at_])) ++at_;
  const std::string_view word = text_.substr(start, at_ - start);
  if (word == "true" || word == "false" || word == "null") return;
  const bool number = !word.empty() && (is_digit(word[0]) || word[0] == '-') && is_digit(word.back());
  if (!number) {
    at_ = start;
    fail(format("expected a value, found \"{}\"", shown(word.empty() ? text_.substr(at_, 1) : word)));
  }
}

void JsonScanner::skip() {
  const char first = peek();
  if (first == '"') {
    string();
  } else if (first == '{' || first == '[') {
    if (++depth_ > deepest) fail(format("nested more than {} deep", deepest));
    open(first);
    const char closing = first == '{' ? '}' : ']';
    while (next(closing)) {
      if (first == '{') key();
      skip();
    }
    --depth_;
  } else {
    skip_literal();
  }
}

void JsonScanner::finish() {
  skip_space();
  if (at_ != text_.size()) fail("more after the end of the JSON");
}

}  // namespace bitworth::formats
