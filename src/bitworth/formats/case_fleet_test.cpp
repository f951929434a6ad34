#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "bitworth/base/text.hpp"
#include "bitworth/formats/case_file.hpp"
#include "bitworth/workload/arrivals.hpp"

// How a case says when its load comes and how its GPUs are had.

namespace bitworth::formats {
namespace {

std::expected<cases::Case, Problems> read(const std::string& hardware, const std::string& workload,
                                          const std::string& device = "h100-sxm") {
  return read_case(
      format("[model]\narchitecture = \"llama-3.1-8b\"\n[hardware]\ndevice = \"{}\"\n{}\n"
             "[workload]\nrequests_per_second = 12\nprompt_tokens = {{ p50 = 1020, p95 = 4083 }}\n"
             "output_tokens = {{ p50 = 129, p95 = 451 }}\n{}\n"
             "[[option]]\nscheme = \"w8a16-fp8\"\n",
             device, hardware, workload),
      "case.toml", built_in_catalog());
}

cases::Case good(const std::string& hardware, const std::string& workload,
                 const std::string& device = "h100-sxm") {
  const auto result = read(hardware, workload, device);
  EXPECT_TRUE(result) << to_text(result.error().at(0));
  return result.value_or(cases::Case());
}

std::string problem(const std::string& hardware, const std::string& workload,
                    const std::string& device = "h100-sxm") {
  const auto result = read(hardware, workload, device);
  if (result) return "no problem";
  std::string text;
  for (const Error& error : result.error()) text += (text.empty() ? "" : "\n") + to_text(error);
  return text;
}

double mean(const workload::WeeklyLoad& week) {
  return std::accumulate(week.begin(), week.end(), 0.0) / static_cast<double>(week.size());
}

std::string hours(int count, const std::string& busy) {
  std::string text = "weekly_load = [" + busy;
  for (int i = 1; i < count; ++i) text += ", 1";
  return text + "]";
}

TEST(WeeklyLoad, OfADayComesSevenTimes) {
  const cases::Case c = good("", hours(24, "25"));
  ASSERT_TRUE(c.workload.hours);
  EXPECT_NEAR(mean(*c.workload.hours), 1, 1e-12);
  EXPECT_NEAR((*c.workload.hours)[0], 12.5, 1e-12);
  EXPECT_NEAR((*c.workload.hours)[24], 12.5, 1e-12);
  EXPECT_NEAR((*c.workload.hours)[25], 0.5, 1e-12);
  EXPECT_NEAR(c.workload.peak_to_mean, 12.5, 1e-12) << "the busiest hour is the peak";
}

TEST(WeeklyLoad, OfAWeekIsTakenAsItIs) {
  const cases::Case c = good("", hours(168, "3"));
  EXPECT_NEAR((*c.workload.hours)[0], 3 * 168 / 170.0, 1e-12);
  EXPECT_NEAR((*c.workload.hours)[24], 168 / 170.0, 1e-12);
}

TEST(WeeklyLoad, OfficeHoursByTheirDefaults) {
  const cases::Case c = good("", "weekly_load = { night = 0.2 }");
  const workload::WeeklyLoad week = workload::office_week(0.2, 0.5);
  EXPECT_EQ(*c.workload.hours, week);
}

// A peak above the busiest hour is a burst within it, and bursts come at any hour.
TEST(WeeklyLoad, CarriesBurstsAtAnyHour) {
  const cases::Case c = good("", "peak_to_mean = 25\n" + hours(24, "25"));
  EXPECT_NEAR((*c.workload.hours)[0], 25, 1e-9);
  EXPECT_NEAR((*c.workload.hours)[1], 1, 1e-9);
}

TEST(WeeklyLoad, SaysWhatIsWrong) {
  EXPECT_EQ(
      problem("", hours(23, "1")),
      "case.toml:10:15: weekly_load has 23 numbers; write the 24 hours of a day or the 168 of a week, from "
      "midnight (on Monday) on");
  EXPECT_EQ(
      problem("", "weekly_load = [" + std::string("0, 0, 0]")),
      "case.toml:10:15: weekly_load is 0 in every hour; write the 24 hours of a day or the 168 of a week, "
      "from midnight (on Monday) on");
  EXPECT_EQ(problem("", "peak_to_mean = 2\n" + hours(24, "25")),
            "case.toml:10:16: peak_to_mean is 2, but the busiest hour of weekly_load is 12.5 times the mean; "
            "raise it, or leave it out");
  EXPECT_EQ(problem("", "weekly_load = [-1, 1]"),
            "case.toml:10:16: weekly_load has -1 in it; write a list, each a number from 0 to 1000000, for "
            "example [0.5, 1]");
  EXPECT_EQ(problem("autoscaling = true", ""),
            "case.toml:6:1: autoscaling is true, but nothing says how the load goes through a week; write "
            "weekly_load = { night = 0.3, weekend = 0.5 }, or its 168 hours");
}

TEST(Autoscaling, ReadsTheColdStart) {
  const cases::Case c = good("autoscaling = true\ncold_start = \"30 min\"", "weekly_load = {}");
  EXPECT_TRUE(c.hardware.autoscaling);
  EXPECT_DOUBLE_EQ(c.hardware.cold_start_hours, 0.5);
  EXPECT_NEAR(good("", "").hardware.cold_start_hours, 10.0 / 60, 1e-12);
}

TEST(Tenure, OnDemandUnlessTold) {
  const cases::Case c = good("", "");
  EXPECT_EQ(c.hardware.tenure, cases::Tenure::on_demand);
  EXPECT_FALSE(c.hardware.owned);
}

TEST(Tenure, ReservedByPriceOrDiscount) {
  const cases::Case priced = good("tenure = \"reserved\"\nreserved_price_per_gpu_hour = 2", "");
  EXPECT_EQ(priced.hardware.tenure, cases::Tenure::reserved);
  EXPECT_EQ(priced.hardware.reserved_price_per_gpu_hour->value, 2);
  EXPECT_EQ(priced.hardware.committed_months, 12);
  const cases::Case off = good(
      "tenure = \"reserved\"\nprice_per_gpu_hour = 4\nreserved_discount = \"25 %\"\n"
      "committed_months = 7\ncommitted_gpus = 16",
      "");
  EXPECT_DOUBLE_EQ(off.hardware.reserved_price_per_gpu_hour->value, 3);
  EXPECT_EQ(off.hardware.committed_months, 7);
  EXPECT_EQ(off.hardware.committed_gpus, 16);
}

// Of the device of data/prices.toml everything is known.
TEST(Tenure, OwnedByTheCatalog) {
  const cases::Case c = good("tenure = \"owned\"", "");
  ASSERT_TRUE(c.hardware.owned);
  EXPECT_NEAR(c.hardware.owned->price.value, 325000.0 / 8, 1e-9);
  EXPECT_NEAR(c.hardware.owned->power.value(), 1275, 1e-9);
  EXPECT_NEAR(c.hardware.owned->dollars_per_kwh.value, 0.08, 1e-12);
  EXPECT_EQ(c.hardware.committed_months, 48);
}

TEST(Tenure, OwnedByTheCase) {
  const cases::Case c =
      good("tenure = \"owned\"\nowned = { price_per_gpu = \"$9000\", years = 3, electricity = \"$0.2/kWh\" }",
           "", "l40s");
  EXPECT_EQ(c.hardware.owned->price.value, 9000);
  EXPECT_NEAR(c.hardware.owned->power.value(), 350 * 1.3, 1e-9) << "the device's, and what a server adds";
  EXPECT_EQ(c.hardware.owned->years, 3);
  EXPECT_NEAR(c.hardware.owned->dollars_per_kwh.value, 0.2, 1e-12);
}

TEST(Tenure, SaysWhatIsMissing) {
  EXPECT_EQ(problem("tenure = \"reserved\"", ""),
            "case.toml:5:10: tenure is \"reserved\", and nothing says what that costs; write "
            "reserved_price_per_gpu_hour or reserved_discount");
  EXPECT_EQ(
      problem("tenure = \"owned\"", "", "l40s"),
      "case.toml:5:10: tenure is \"owned\", and what a NVIDIA L40S costs is not known here; write owned = "
      "{ price_per_gpu = \"$40000\" }");
  EXPECT_EQ(problem("reserved_discount = 0.3", ""),
            "case.toml:5:21: reserved_discount is given, but tenure is not \"reserved\"; write tenure = "
            "\"reserved\", or leave reserved_discount out");
  EXPECT_EQ(problem("committed_months = 3", ""),
            "case.toml:5:20: committed_months is given, but tenure is not \"reserved\"; write tenure = "
            "\"reserved\", or leave committed_months out");
}

}  // namespace
}  // namespace bitworth::formats
