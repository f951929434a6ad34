#include "bitworth/formats/toml_reader.hpp"

#include <gtest/gtest.h>

namespace bitworth::formats {
namespace {

// A document with its reader and the problems that the reader found.
struct Document {
  explicit Document(std::string_view text)
      : root(parse_toml(text, "f.toml").value()), reader(root, "f.toml", problems) {}

  std::string messages() const {
    std::string result;
    for (const Error& problem : problems) result += to_text(problem) + "\n";
    return result;
  }

  TomlNode root;
  Problems problems;
  Reader reader;
};

TEST(TomlDocument, KeepsPlacesAndTheOrderOfTheText) {
  const TomlNode root = parse_toml("b = 1\n[a]\n  c = [ 2.5, \"x\" ]\n", "f.toml").value();
  ASSERT_EQ(root.children.size(), 2U);
  EXPECT_EQ(root.children[0].key, "b");
  EXPECT_EQ(root.children[1].key, "a");
  const TomlNode* c = root.find("a")->find("c");
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(c->key_line, 3U);
  EXPECT_EQ(c->key_column, 3U);
  EXPECT_EQ(c->column, 7U);
  EXPECT_EQ(c->children[0].kind, TomlKind::number);
  EXPECT_EQ(c->children[1].text, "x");
  EXPECT_EQ(root.find("d"), nullptr);
}

TEST(TomlDocument, SaysWhereItsTextBreaks) {
  EXPECT_EQ(to_text(parse_toml("a = 1\nb 2\n", "f.toml").error()),
            "f.toml:2:3: not TOML: expected '=', saw '2' in the key-value pair");
}

TEST(Reader, ReadsEachKind) {
  Document d(
      "text = \"t\"\nyes = true\nwhole = 3\nlist = [1, 8]\ntexts = [\"a\", \"b\"]\nday = 2026-11-21\n"
      "bytes = \"80 GB\"\nshare = \"80 %\"\nprice = \"$36/h\"\nplain = 2.5\n");
  EXPECT_EQ(d.reader.text("text"), "t");
  EXPECT_EQ(d.reader.boolean("yes"), true);
  EXPECT_EQ(d.reader.integer("whole"), 3);
  EXPECT_EQ(d.reader.integers("list"), (std::vector<int>{1, 8}));
  EXPECT_EQ(d.reader.texts("texts"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(d.reader.date("day"), "2026-11-21");
  EXPECT_EQ(d.reader.number("bytes", kinds::bytes), 80e9);
  EXPECT_DOUBLE_EQ(d.reader.number("share", kinds::share).value(), 0.8);
  EXPECT_DOUBLE_EQ(d.reader.number("price", kinds::dollars_per_hour).value(), 36);
  EXPECT_EQ(d.reader.number("plain", kinds::dollars_per_hour), 2.5);
  EXPECT_EQ(d.reader.number("absent", kinds::number), std::nullopt);
  d.reader.finish();
  EXPECT_EQ(d.messages(), "");
}

TEST(Reader, GivesAPlainNumberTheSpread) {
  Document d("load = 12\n");
  const Estimate load = d.reader.estimate("load", kinds::positive, 1.25).value();
  EXPECT_DOUBLE_EQ(load.value, 12);
  EXPECT_DOUBLE_EQ(load.p10, 9.6);
  EXPECT_DOUBLE_EQ(load.p90, 15);
  EXPECT_EQ(load.provenance, Provenance::stated);
  EXPECT_EQ(load.source, "the case");
}

TEST(Reader, TakesAnEstimateAsStated) {
  Document d(
      "price = { p10 = \"$3/h\", p50 = 4, p90 = 6.5, source = \"my bill\", date = \"2026-11-01\", provenance "
      "= "
      "\"measured\" }\nhours = { p50 = 10 }\n");
  const Estimate price = d.reader.estimate("price", kinds::dollars_per_hour, 1.05).value();
  EXPECT_DOUBLE_EQ(price.p10, 3);
  EXPECT_DOUBLE_EQ(price.value, 4);
  EXPECT_DOUBLE_EQ(price.p90, 6.5);
  EXPECT_EQ(price.provenance, Provenance::measured);
  EXPECT_EQ(price.source, "my bill");
  EXPECT_EQ(price.date, "2026-11-01");
  EXPECT_DOUBLE_EQ(d.reader.estimate("hours", kinds::hours, 2)->p90, 20);
  EXPECT_EQ(d.messages(), "");
}

TEST(Reader, CollectsProblemsAndGoesOn) {
  Document d("[section]\nname = 3\nday = \"soon\"\nlist = [1, 2.5]\ntexts = [1]\nextra = 1\n");
  Reader section = d.reader.table("section");
  EXPECT_EQ(section.text("name"), std::nullopt);
  EXPECT_EQ(section.date("day"), std::nullopt);
  EXPECT_TRUE(section.integers("list").empty());
  EXPECT_TRUE(section.texts("texts").empty());
  section.require({{"size", "size = 3"}});
  section.finish();
  EXPECT_EQ(d.messages(),
            "f.toml:2:8: name is 3; write a text in quotes that is not empty\n"
            "f.toml:3:7: day is \"soon\"; write a date as year-month-day, for example \"2026-11-21\"\n"
            "f.toml:4:12: list has 2.5 in it; write a list, each a whole number above 0, for example [1, 8]\n"
            "f.toml:5:9: texts is a list; write a list of texts, for example [\"a\", \"b\"]\n"
            "f.toml:1:1: [section] has no size; write size = 3\n"
            "f.toml:6:1: [section] has no key \"extra\"; its keys are day, list, name, size and texts\n");
}

TEST(Reader, OfNoTableFindsNothingAndSaysNothing) {
  Document d("");
  Reader none = d.reader.table("none");
  EXPECT_FALSE(none);
  EXPECT_EQ(none.text("a"), std::nullopt);
  none.require({{"a", "a = 1"}});
  none.finish();
  EXPECT_EQ(d.messages(), "");
}

TEST(Reader, ShowsStrangersTextsShortAndWithoutControlCharacters) {
  Document d("a = \"\\u001b[31m" + std::string(100, 'x') + "\"\n");
  EXPECT_EQ(d.reader.number("a", kinds::number), std::nullopt);
  EXPECT_EQ(d.messages(),
            "f.toml:1:5: a is \"?[31m" + std::string(55, 'x') + "...\"; write a number, for example 1.5\n");
}

}  // namespace
}  // namespace bitworth::formats
