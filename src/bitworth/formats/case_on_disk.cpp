#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/toml_document.hpp"

namespace bitworth::formats {

std::expected<std::string, Error> read_case_text(const std::string& path) {
  std::error_code ignored;
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path, ignored)) {
    const std::string reason = in ? "it is a folder" : std::strerror(errno);
    return std::unexpected(Error{
        ErrorKind::io, {path, 0, 0}, "cannot be read: " + reason, "give the path of a case, a TOML file"});
  }
  // One byte more than is allowed tells a file that is too large; devices without end stop there too.
  std::string text(largest_document + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::expected<cases::Case, Problems> read_case_file(const std::string& path, const Catalog& catalog) {
  const std::expected<std::string, Error> text = read_case_text(path);
  if (!text) return std::unexpected(Problems{text.error()});
  return read_case(*text, path, catalog);
}

}  // namespace bitworth::formats
