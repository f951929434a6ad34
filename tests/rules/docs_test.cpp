// docs/rules.md against the rules and the facts.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "bitworth/base/text.hpp"
#include "bitworth/decision/facts.hpp"
#include "bitworth/decision/rules.hpp"
#include "bitworth/formats/catalog.hpp"
#include "tests/support/source_dir.hpp"

namespace bitworth {
namespace {

std::string manual() {
  std::ifstream in(source_dir() / "docs/rules.md");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(RulesManual, ListsEveryRuleAndFact) {
  const std::string text = manual();
  std::size_t rows = 0;
  for (std::size_t at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1)) ++rows;
  for (const cases::Rule& rule : *formats::built_in_catalog().rules) {
    const std::string interval =
        rule.widens ? format("{} x {}", rule.widens->input == "quality loss" ? "quality loss" : "kernels",
                             rule.widens->factor)
                    : "as it is";
    const std::string row =
        format("| `{}` | {} | {} | {} | {} |", rule.id, decision::to_text(rule.severity), rule.happens,
               rule.lifted_by.empty() ? "another case" : rule.lifted_by, interval);
    EXPECT_TRUE(text.contains(row)) << row;
  }
  for (const decision::FactMeaning& fact : decision::fact_meanings()) {
    const std::string row = format("| `{}` | {} |", fact.name, fact.meaning);
    EXPECT_TRUE(text.contains(row)) << row;
  }
  EXPECT_EQ(rows, formats::built_in_catalog().rules->size() + decision::fact_meanings().size());
}

}  // namespace
}  // namespace bitworth
