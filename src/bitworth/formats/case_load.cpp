#include <algorithm>
#include <numeric>

#include "bitworth/formats/case_sections.hpp"
#include "bitworth/workload/arrivals.hpp"

namespace bitworth::formats {
namespace {

constexpr Kind hourly{.words = "a number from 0 to 1000000", .example = "1", .low = 0, .high = 1e6};

constexpr std::size_t hours_a_day = 24, hours_a_week = 168;

// Each hour over the mean of all; a day comes seven times.
std::optional<workload::WeeklyLoad> read_hours(Reader& workload) {
  const std::vector<double> hours = workload.numbers("weekly_load", hourly);
  if (hours.empty()) return std::nullopt;
  const double sum = std::accumulate(hours.begin(), hours.end(), 0.0);
  if ((hours.size() != hours_a_day && hours.size() != hours_a_week) || sum <= 0) {
    workload.fail("weekly_load", ErrorKind::usage,
                  sum <= 0 ? std::string("weekly_load is 0 in every hour")
                           : format("weekly_load has {} numbers", hours.size()),
                  "write the 24 hours of a day or the 168 of a week, from midnight (on Monday) on");
    return std::nullopt;
  }
  workload::WeeklyLoad week;
  const double mean = sum / static_cast<double>(hours.size());
  for (std::size_t hour = 0; hour < week.size(); ++hour) week[hour] = hours[hour % hours.size()] / mean;
  return week;
}

std::optional<workload::WeeklyLoad> read_office_week(Reader& workload, const Defaults& defaults) {
  Reader shares = workload.table("weekly_load", "{ night = 0.3, weekend = 0.5 }");
  const double night =
      shares.number("night", kinds::share).value_or(defaults.number("workload.weekly_load.night"));
  const double weekend =
      shares.number("weekend", kinds::share).value_or(defaults.number("workload.weekly_load.weekend"));
  shares.finish();
  return workload::office_week(night, weekend);
}

}  // namespace

void read_load_curve(Reader& reader, const Catalog& catalog, cases::Case& c) {
  workload::Workload& load = c.workload;
  const Defaults& defaults = catalog.defaults;
  load.hours = reader.is_table("weekly_load") ? read_office_week(reader, defaults) : read_hours(reader);
  if (!load.hours) {
    if (c.hardware.autoscaling && !reader.kind("weekly_load"))
      reader.fail("", ErrorKind::usage,
                  "autoscaling is true, but nothing says how the load goes through a week",
                  "write weekly_load = { night = 0.3, weekend = 0.5 }, or its 168 hours");
    return;
  }
  const double busiest = *std::ranges::max_element(*load.hours);
  if (!reader.kind("peak_to_mean")) {
    load.peak_to_mean = busiest;
  } else if (load.peak_to_mean < busiest * (1 - 1e-9)) {
    reader.fail("peak_to_mean", ErrorKind::inconsistent,
                format("peak_to_mean is {}, but the busiest hour of weekly_load is {:.4g} times the mean",
                       load.peak_to_mean, busiest),
                "raise it, or leave it out");
  } else {
    // Bursts within an hour come at any hour.
    for (double& hour : *load.hours) hour *= load.peak_to_mean / busiest;
  }
}

}  // namespace bitworth::formats
