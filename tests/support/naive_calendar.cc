#include "tests/support/naive_calendar.h"

namespace tocsin::testing {

NaiveCalendar::NaiveCalendar(const dsl::Policy& policy)
    : civil_(Calendar::open(policy.timezone)), policy_(policy) {}

std::optional<int64_t> NaiveCalendar::plus(int64_t time, const dsl::Duration& span) const {
  if (span.is_calendar()) return civil_->plus(time, {.months = span.months()});
  if (!span.is_workdays()) return civil_->plus(time, {.micros = span.micros()});
  int64_t day = civil_->day_of(time);
  for (int64_t found = 0; found < span.count;) {
    const std::optional<bool> working = is_workday(++day);
    if (!working) return std::nullopt;
    if (*working) ++found;
  }
  return civil_->day_end(day);
}

std::optional<bool> NaiveCalendar::is_workday(int64_t day) const {
  if (!policy_.workdays) return std::nullopt;
  const int64_t index = day - policy_.workdays->first_day;
  const std::string& days = policy_.workdays->days;
  if (index < 0 || index >= static_cast<int64_t>(days.size())) return std::nullopt;
  return days[static_cast<size_t>(index)] == '1';
}

}  // namespace tocsin::testing
