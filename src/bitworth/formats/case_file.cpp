#include "bitworth/formats/case_file.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "bitworth/formats/case_sections.hpp"

namespace bitworth::formats {

std::expected<cases::Case, Problems> read_case(std::string_view text, std::string file_name,
                                               const Catalog& catalog, CaseFiles files) {
  const std::expected<TomlNode, Error> document = parse_toml(text, file_name);
  if (!document) return std::unexpected(Problems{document.error()});
  Problems problems;
  Reader root(*document, file_name, problems);
  if (files == CaseFiles::refused) root.refuse_files();
  root.require({{"model", "[model] with architecture = \"llama-3.1-8b\""},
                {"hardware", "[hardware] with device = \"h100-sxm\""},
                {"workload", "[workload] with requests_per_second, prompt_tokens and output_tokens"},
                {"option", "[[option]] with scheme = \"w8a8-fp8\""}});
  cases::Case c;
  c.name = root.text("name").value_or("");
  read_model(root, catalog, c);
  read_hardware(root, catalog, c);
  read_engine(root, catalog, c);
  read_workload(root, catalog, c);
  read_quality(root, catalog, c);
  read_options(root, catalog, c);
  read_money(root, catalog, c);
  c.rules = catalog.rules;
  c.measurements = catalog.measurements;
  root.finish();
  if (c.name.empty()) c.name = format("{} on {}", c.architecture.name, c.hardware.device.name);
  if (problems.empty()) return c;
  std::ranges::stable_sort(problems, [](const Error& a, const Error& b) {
    return std::tie(a.position.line, a.position.column) < std::tie(b.position.line, b.position.column);
  });
  return std::unexpected(std::move(problems));
}

}  // namespace bitworth::formats
