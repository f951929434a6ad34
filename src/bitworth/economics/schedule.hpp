#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

namespace bitworth::economics {

/// When money moves, and what becomes of it.
struct Terms {
  double horizon_months = 12;       ///< at most longest_horizon
  double discount_rate = 0;         ///< per month
  double delay_months = 0;          ///< before the roll-out ends: nothing is saved, nothing runs
  double committed_months = 0;      ///< some GPUs are paid for until then, whatever runs
  double price_change = 0;          ///< of GPUs, per month; either sign
  double load_growth = 0;           ///< per month; either sign
  double replacement_hazard = 0;    ///< chance per month that the model is replaced and all of it ends
  double refresh_every_months = 0;  ///< the work is repeated for a new version of the model; 0: never
};

inline constexpr int longest_horizon = 120;
/// Fleets follow the load this often; between two sizings, load and fleet stand still.
inline constexpr int months_between_sizings = 3;
inline constexpr int most_sizings = longest_horizon / months_between_sizings;

/// What a smaller fleet saves, dollars per month; negative: it costs more.
struct Saving {
  double committed = 0;  ///< while the commitment lasts
  double free = 0;       ///< from then on
};

/// What an option costs and brings. Dollars at today's prices.
struct Project {
  double once = 0;
  /// Sizing by sizing as the load grows; the last one stays.
  std::vector<Saving> saved_per_month = {};
  double running_per_month = 0;  ///< monitoring and upkeep
  double errors_per_month = 0;   ///< wrong answers at today's load; they grow with it
  double refresh = 0;            ///< each repetition of the work
};

/// One month of a project. Dollars; as long as the model lives.
struct Month {
  double number = 0;  ///< from 1; month 0 holds what is spent once
  double saving = 0;
  double running = 0;
  double errors = 0;
  double refresh = 0;
  double net = 0;       ///< saving less all costs
  double survival = 1;  ///< chance that the model is still there
  double present = 0;   ///< expected, discounted to today
};

/// The months of a project, the first being number 0. The present values sum to the net present value.
std::vector<Month> schedule(const Project&, const Terms&);

/// Months until the money is back, from the start; within a month it comes in evenly. Absent: not within the
/// schedule. Assumes: the model lives.
std::optional<double> payback_months(const std::vector<Month>&);

/// The same with money discounted at that rate per month.
std::optional<double> discounted_payback_months(const std::vector<Month>&, double discount_rate);

/// Net money of the first so many months, undiscounted, what is spent once included.
double net_of_months(const std::vector<Month>&, int months);

/// What a dollar a month (or each time) is worth today: a project's worth is a sum of these. One set serves
/// all options of a draw.
struct PresentValues {
  std::array<double, most_sizings> committed = {};  ///< saved while the commitment lasts, by sizing
  std::array<double, most_sizings> free = {};       ///< and from then on
  std::array<double, most_sizings> load = {};       ///< during each sizing, against today's: its months' mean
  int sizings = 1;
  double running = 0;
  double errors = 0;
  double refresh = 0;
};
PresentValues present_values(const Terms&);

/// What of the terms is the same in every draw, month by month: worked out once for many.
struct Calendar {
  struct Month {
    double number = 1;
    std::size_t sizing = 0;
    double active = 0;     ///< share of the month after the roll-out
    double committed = 0;  ///< of it, before the commitment ends
    double refreshes = 0;
  };
  /// Of the horizon, the delay, the commitment and the refreshes.
  explicit Calendar(const Terms&);
  std::vector<Month> months;
};
PresentValues present_values(const Calendar&, const Terms&);

/// What has come in by the end of each month, as worth today: the present values of the schedule, added up.
/// Month 0 first.
void add_up(const Project&, const Calendar&, const Terms&, std::vector<double>& worth);

/// The same as the sum of the schedule, quicker.
double net_present_value(const Project&, const PresentValues&);

}  // namespace bitworth::economics
