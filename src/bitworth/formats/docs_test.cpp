#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/formats/catalog.hpp"
#include "tests/support/source_dir.hpp"

// docs/cases.md against what the code does.

namespace bitworth::formats {
namespace {

std::string manual() {
  std::ifstream in(bitworth::source_dir() / "docs/cases.md");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string shown(const Default& row) {
  std::string text = "none";
  if (const auto* number = std::get_if<double>(&row.value)) text = format("{}", *number);
  if (const auto* word = std::get_if<std::string>(&row.value)) text = *word;
  if (const auto* list = std::get_if<std::vector<int>>(&row.value))
    text = format("[{}]", fmt::join(*list, ", "));
  if (row.p10 && row.p90) text += format(" ({} to {})", *row.p10, *row.p90);
  return text;
}

TEST(Manual, DefaultsAreThoseOfTheProgram) {
  std::set<std::string> expected, written;
  for (const Default& row : built_in_catalog().defaults.all()) {
    expected.insert(format("| `{}` | {} | {} | {} |", row.key, shown(row),
                           row.spread ? format("{}", *row.spread) : "", row.reason));
  }
  const std::string text = manual();
  const std::size_t table = text.find("| key | default | spread | reason |");
  ASSERT_NE(table, std::string::npos);
  std::istringstream lines(text.substr(table));
  std::string line;
  while (std::getline(lines, line) && line.starts_with("| ")) {
    if (line.starts_with("| `")) written.insert(line);
  }
  for (const std::string& row : expected) EXPECT_TRUE(written.contains(row)) << "the manual lacks: " << row;
  for (const std::string& row : written) EXPECT_TRUE(expected.contains(row)) << "the program lacks: " << row;
}

TEST(Manual, HiddenCostsAreThoseOfTheProgram) {
  const std::string text = manual();
  for (const cases::ArticleHiddenCost& cost : built_in_catalog().article.hidden_costs) {
    const bool monthly = cost.hours_per_month.p90 > 0;
    const Estimate& e = monthly ? cost.hours_per_month : cost.hours;
    const std::string row = cost.counted_as.empty()
                                ? format("| `{}` | {} ({} to {}) | {} | {} |", cost.key, e.value, e.p10,
                                         e.p90, monthly ? "a month" : "once", e.source)
                                : format("| `{}` | as `{}` |", cost.key, cost.counted_as);
    EXPECT_TRUE(text.contains(row)) << "the manual lacks: " << row;
  }
}

// Every ```toml block: a whole case is read as it stands, a fragment within the smallest one.
TEST(Manual, ExamplesAreValid) {
  const std::string text = manual();
  std::vector<std::string> blocks;
  for (std::size_t at = text.find("```toml\n"); at != std::string::npos;
       at = text.find("```toml\n", at + 1)) {
    const std::size_t begin = at + 8;
    blocks.push_back(text.substr(begin, text.find("```", begin) - begin));
  }
  ASSERT_EQ(blocks.size(), 4U);
  const std::string& smallest = blocks[0];
  const auto with = [&](const std::string& part, const std::string& instead) {
    std::string result = smallest;
    return result.replace(result.find(part), part.size(), instead);
  };
  const std::string device = "[hardware]\ndevice = \"h100-sxm\"\n";
  for (const std::string& example :
       {smallest, with(device, device + blocks[1]), smallest + blocks[2], with(device, blocks[3])}) {
    const auto result = read_case(example, "manual", built_in_catalog());
    EXPECT_TRUE(result) << example << to_text(result.error().at(0));
  }
}

// Every key that the reader lists for a section has a row, or a place in the text.
TEST(Manual, NamesEveryKey) {
  const std::string text = manual();
  for (const std::string section : {"model", "hardware", "hardware.owned", "engine", "workload", "baseline",
                                    "quality", "money", "money.hidden_costs", "team"}) {
    const auto result = read_case(format("[{}]\nxxxxxxxx = 1\n", section), "x", built_in_catalog());
    ASSERT_FALSE(result);
    for (const Error& problem : result.error()) {
      if (!problem.message.contains("xxxxxxxx")) continue;
      std::string keys = problem.hint;
      ASSERT_TRUE(keys.starts_with("its key")) << section << ": " << keys;
      const std::regex word("[a-z0-9_]+");
      const auto first = keys.begin() + static_cast<std::ptrdiff_t>(keys.find("are ") + 4);
      for (std::sregex_iterator key(first, keys.end(), word), end; key != end; ++key) {
        if (key->str() != "and") {
          EXPECT_TRUE(text.contains("`" + key->str() + "`")) << section << ": " << key->str();
        }
      }
    }
  }
}

}  // namespace
}  // namespace bitworth::formats
