#include "bitworth/base/error.hpp"

#include "bitworth/base/text.hpp"

namespace bitworth {

std::string to_text(const Error& error) {
  std::string text = error.position.file;
  if (error.position.line > 0) text += format(":{}:{}", error.position.line, error.position.column);
  if (!text.empty()) text += ": ";
  text += error.message;
  if (!error.hint.empty()) text += "; " + error.hint;
  return text;
}

}  // namespace bitworth
