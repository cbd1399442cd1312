#include "rules-dsl/value/period.h"

#include "rules-dsl/value/civil.h"

namespace tocsin {

namespace {

constexpr int64_t kMondayOffset = 3;  // days from a Monday to 1970-01-01
constexpr int64_t kDaysOfWeek = 7;

int64_t month_of(int64_t day) {
  const civil::Day date = civil::day_from(day);
  return (int64_t{date.year} - 1970) * 12 + date.month - 1;
}

int64_t first_day_of_month(int64_t month) {
  const int64_t year = civil::floor_div(month, 12);
  const int64_t shown = year + 1970;
  if (shown > limits::kYearMax) return civil::kDayMax + 1;
  return civil::days_from({static_cast<int>(shown), static_cast<int>(month - year * 12) + 1, 1});
}

// The first day of the period after the one that holds `day`.
int64_t day_after(const Period& period, int64_t day) {
  if (period.months > 0) {
    const int64_t number = civil::floor_div(month_of(day), period.months) + 1;
    return first_day_of_month(number * period.months);
  }
  const int64_t length = period.weeks > 0 ? period.weeks * kDaysOfWeek : period.days;
  const int64_t offset = period.weeks > 0 ? kMondayOffset : 0;
  return (civil::floor_div(day + offset, length) + 1) * length - offset;
}

}  // namespace

int64_t next_period(const Period& period, int64_t time, const Calendar& calendar) {
  // Where a zone skipped a day, two of them begin at once.
  for (int64_t day = day_after(period, calendar.day_of(time)); day <= civil::kDayMax;
       day = day_after(period, day)) {
    const int64_t begin = calendar.day_begin(day);
    if (begin > time) return begin;
  }
  return Calendar::kNever;
}

}  // namespace tocsin
