// Days and the proleptic Gregorian calendar: the arithmetic shared by the files of this folder.
//
// Everything is defined for the supported years only; callers check or clamp before.
#pragma once

#include <chrono>
#include <cstdint>

#include "rules-dsl/limits.h"

namespace tocsin::civil {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
inline constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;

struct Day {
  int year, month, day;
};

constexpr bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

constexpr int days_in_month(int year, int month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

constexpr bool exists(Day d) {
  return d.year >= limits::kYearMin && d.year <= limits::kYearMax && d.month >= 1 &&
         d.month <= 12 && d.day >= 1 && d.day <= days_in_month(d.year, d.month);
}

// Days since 1970-01-01. Requires: exists(d).
constexpr int64_t days_from(Day d) {
  const std::chrono::year_month_day ymd{std::chrono::year(d.year),
                                        std::chrono::month(static_cast<unsigned>(d.month)),
                                        std::chrono::day(static_cast<unsigned>(d.day))};
  return std::chrono::sys_days(ymd).time_since_epoch().count();
}

inline constexpr int64_t kDayMin = days_from({limits::kYearMin, 1, 1});
inline constexpr int64_t kDayMax = days_from({limits::kYearMax, 12, 31});

// Requires: kDayMin <= day <= kDayMax.
constexpr Day day_from(int64_t day) {
  const std::chrono::year_month_day ymd{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(day)))};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

constexpr int64_t clamp_day(int64_t day) {
  return day < kDayMin ? kDayMin : day > kDayMax ? kDayMax : day;
}

constexpr int64_t floor_div(int64_t a, int64_t positive) {
  return a / positive - (a % positive < 0 ? 1 : 0);
}

// 1 = Monday .. 7 = Sunday; 1970-01-01 was a Thursday.
constexpr int weekday(int64_t day) {
  const int64_t since_monday = day + 3;
  return static_cast<int>(since_monday - floor_div(since_monday, 7) * 7) + 1;
}

}  // namespace tocsin::civil
