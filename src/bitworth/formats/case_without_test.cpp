#include "bitworth/formats/case_without.hpp"

#include <gtest/gtest.h>

namespace bitworth::formats {
namespace {

constexpr std::string_view load = "workload.requests_per_second", hours = "money.engineering_hours";
constexpr std::string_view both[] = {load, hours};

std::string without(std::string_view text) {
  return case_without(text, both).value();
}

TEST(CaseWithout, IsTheSameWhateverTheKeysAndTheLayoutAre) {
  const std::string one = without("name = \"a\"\n[workload]\nrequests_per_second = 1\nprompt_tokens = 5\n");
  EXPECT_EQ(one, without("name = 'a' # b\n[workload]\n\nprompt_tokens = 5\n"));
  EXPECT_EQ(
      one,
      without("name = 'a'\nworkload = { prompt_tokens = 5, requests_per_second = { p50 = 3, p90 = 4 } }\n"));
  EXPECT_EQ(one, without("name = 'a'\n[workload]\nprompt_tokens = 5\n[money]\nengineering_hours = 9\n"));
}

TEST(CaseWithout, TellsEverythingElseApart) {
  const char* texts[] = {"a = 1",
                         "a = 1.0",
                         "a = 2",
                         "a = '1'",
                         "a = '2'",
                         "a = true",
                         "a = false",
                         "a = 2026-11-21",
                         "a = '2026-11-21'",
                         "b = 1",
                         "a = [1]",
                         "a = [1, 1]",
                         "a = [[1], 1]",
                         "[a]\na = 1",
                         "[[a]]\na = 1",
                         "[[a]]",
                         "[[a]]\n[[a]]",
                         "a = 1\nb = 1",
                         "a = '1 k1 b i1'",
                         "[a]\nb = 1",
                         "[money]\nengineer = 1",
                         "[[option]]\nengineering_hours = 1",
                         "a = 0.1",
                         "a = 0.10000000000000002"};
  for (const char* one : texts) {
    for (const char* other : texts) {
      if (one != other) {
        EXPECT_NE(without(one), without(other)) << one << "\n" << other;
      }
    }
  }
}

TEST(CaseWithout, RefusesWhatIsNoToml) {
  EXPECT_FALSE(case_without("a = ", both));
}

}  // namespace
}  // namespace bitworth::formats
