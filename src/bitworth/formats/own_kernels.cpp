#include <utility>

#include "bitworth/formats/file_bytes.hpp"
#include "bitworth/formats/kernels.hpp"
#include "bitworth/formats/untrusted.hpp"

namespace bitworth::formats {

std::expected<hardware::KernelTables, Problems> read_own_kernels(const std::string& path,
                                                                 const hardware::KernelTables& shipped) {
  std::string text;
  try {
    text = read_text_file(path, largest_document);
  } catch (const InputFailure& failure) {
    return std::unexpected(Problems{failure.error});
  }
  const std::expected<TomlNode, Error> document = parse_toml(text, path);
  if (!document) return std::unexpected(Problems{document.error()});
  Problems problems;
  Reader root(*document, path, problems);
  hardware::KernelTables own = read_kernels(root, KernelRows::own);
  root.finish();
  if (!problems.empty()) return std::unexpected(std::move(problems));
  hardware::KernelTables result = shipped;
  hardware::lay_over(result, std::move(own));
  return result;
}

}  // namespace bitworth::formats
