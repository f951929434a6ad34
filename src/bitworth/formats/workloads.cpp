#include "bitworth/formats/workloads.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "bitworth/formats/embedded.hpp"
#include "bitworth/formats/toml_reader.hpp"

namespace bitworth::formats {
namespace {

using workload::QuantileTable;

constexpr Kind correlation{.words = "a number from -1 to 1", .example = "0.1", .low = -1, .high = 1};

std::vector<int> read_shares(Reader& row) {
  std::vector<int> permille = row.integers("permille", kinds::count_or_none);
  const bool ascends = std::ranges::adjacent_find(permille, std::greater_equal()) == permille.end();
  if (permille.size() < 2 || permille.front() != 0 || permille.back() != 1000 || !ascends) {
    row.fail("permille", ErrorKind::inconsistent, "permille does not ascend from 0 to 1000");
    return {0, 1000};
  }
  return permille;
}

QuantileTable read_table(Reader& row, std::string_view key, const std::vector<int>& permille) {
  const std::vector<int> tokens = row.integers(key);
  std::vector<QuantileTable::Point> points;
  if (tokens.size() != permille.size() || !std::ranges::is_sorted(tokens)) {
    row.fail(key, ErrorKind::inconsistent, "needs one count for each of permille, none below the one before");
    return QuantileTable({{0, 1}, {1, 1}});
  }
  for (std::size_t i = 0; i < tokens.size(); ++i)
    points.push_back({permille[i] / 1000.0, static_cast<double>(tokens[i])});
  return QuantileTable(std::move(points));
}

}  // namespace

std::expected<Shelf<NamedWorkload>, Problems> read_workloads(std::string_view text,
                                                             const std::string& file_name) {
  const auto document = parse_toml(text, file_name);
  if (!document) return std::unexpected(Problems{document.error()});
  Problems problems;
  Reader root(*document, file_name, problems);
  Shelf<NamedWorkload> shelf;
  for (Reader& row : root.tables("workload")) {
    row.require({{"id", "id = \"chat\""},
                 {"permille", "permille = [0, 500, 1000]"},
                 {"prompt_tokens", "prompt_tokens = [1, 1000, 14000]"},
                 {"output_tokens", "output_tokens = [1, 130, 1000]"},
                 {"source", "source = \"...\""},
                 {"date", "date = \"2026-11-21\""}});
    const std::vector<int> permille = read_shares(row);
    const std::string id = row.text("id").value_or("");
    NamedWorkload named{id, row.text("name").value_or(id), read_table(row, "prompt_tokens", permille),
                        read_table(row, "output_tokens", permille)};
    named.rank_correlation = row.number("rank_correlation", correlation).value_or(0);
    named.requests_per_second = row.number("requests_per_second", kinds::positive).value_or(1);
    named.gap_cv = row.number("gap_cv", kinds::positive).value_or(1);
    named.source = row.text("source").value_or("");
    named.date = row.date("date").value_or("");
    named.note = row.text("note").value_or("");
    row.finish();
    const std::string taken = shelf.add(std::move(named), {});
    if (!taken.empty()) root.fail("workload", ErrorKind::inconsistent, "\"" + taken + "\" has two rows");
  }
  root.finish();
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return shelf;
}

const Shelf<NamedWorkload>& built_in_workloads() {
  static const Shelf<NamedWorkload> workloads = [] {
    auto read = read_workloads(embedded_file("workloads.toml"), "data/workloads.toml");
    if (read) return *std::move(read);
    for (const Error& problem : read.error())
      std::fprintf(stderr, "bitworth: %s\n", to_text(problem).c_str());
    std::abort();
  }();
  return workloads;
}

}  // namespace bitworth::formats
