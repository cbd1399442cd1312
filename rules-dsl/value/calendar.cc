#include "rules-dsl/value/calendar.h"

#include <algorithm>
#include <utility>

#include "rules-dsl/value/calendar_zone.h"
#include "rules-dsl/value/civil.h"

namespace tocsin {

using civil::kMicrosPerDay;
using civil::kMicrosPerHour;

std::shared_ptr<const Calendar> Calendar::open(const std::string& zone, Workdays workdays) {
  std::optional<ZoneTable> table = ZoneTable::load(zone);
  if (!table) return nullptr;
  const int64_t time_min = table->first_at_or_after(civil::kDayMin * kMicrosPerDay);
  const int64_t time_max = table->last_before((civil::kDayMax + 1) * kMicrosPerDay);
  return std::shared_ptr<const Calendar>(new Calendar(
      std::make_unique<Zone>(Zone{std::move(*table), time_min, time_max}), std::move(workdays)));
}

Calendar::Calendar(std::unique_ptr<Zone> zone, Workdays workdays)
    : zone_(std::move(zone)), workdays_(std::move(workdays)) {}
Calendar::~Calendar() = default;

bool Calendar::supported(int64_t time) const {
  return time >= zone_->time_min && time <= zone_->time_max;
}

std::optional<int64_t> Calendar::if_supported(int64_t time) const {
  if (!supported(time)) return std::nullopt;
  return time;
}

int64_t Calendar::plus(int64_t time, TimeSpan span) const {
  if (!supported(time)) return kNever;
  if (span.workdays != 0) {
    const std::optional<int64_t> day = workdays_.after(day_of(time), span.workdays);
    return day ? day_end(*day) : kNever;
  }
  int64_t result = 0;
  if (span.months == 0) {
    if (__builtin_add_overflow(time, span.micros, &result)) return kNever;
    return supported(result) ? result : kNever;
  }
  const int64_t local = time + zone_->table.offset_at(time);
  const int64_t day = civil::floor_div(local, kMicrosPerDay);
  const civil::Day from = civil::day_from(day);
  const int64_t month = int64_t{from.year} * 12 + (from.month - 1) + span.months;
  const int64_t year = civil::floor_div(month, 12);
  if (year < limits::kYearMin || year > limits::kYearMax) return kNever;

  civil::Day to{static_cast<int>(year), static_cast<int>(month - year * 12) + 1, from.day};
  to.day = std::min(to.day, civil::days_in_month(to.year, to.month));
  result =
      zone_->table.from_local(civil::days_from(to) * kMicrosPerDay + (local - day * kMicrosPerDay));
  return supported(result) ? result : kNever;
}

bool Calendar::reaches(int64_t from, TimeSpan span, int64_t time) const {
  const int64_t end = plus(from, span);
  return time <= end && (end != kNever || span.workdays == 0);
}

// 12 months have at most 366 days, a month 31; two days more than cover any change of offset, and
// the rest of a working day.
int64_t Calendar::longest_micros(TimeSpan span) const {
  if (span.workdays != 0) return (workdays_.longest(span.workdays) + 2) * kMicrosPerDay;
  if (span.months == 0) return std::max<int64_t>(span.micros, 0);
  if (span.months < 0) return 2 * kMicrosPerDay;
  const int64_t days = int64_t{span.months / 12} * 366 + int64_t{span.months % 12} * 31 + 2;
  int64_t micros = 0;
  return __builtin_mul_overflow(days, kMicrosPerDay, &micros) ? kNever : micros;
}

// 12 months have at least 365 days, a month 28; working days follow each other at best.
int64_t Calendar::shortest_micros(TimeSpan span) {
  if (span.workdays != 0) return std::max(0, span.workdays - 2) * kMicrosPerDay;
  if (span.months == 0) return span.micros;
  const int64_t days = int64_t{span.months / 12} * 365 + int64_t{span.months % 12} * 28 - 2;
  return days * kMicrosPerDay;
}

int64_t Calendar::day_of(int64_t time) const {
  time = std::clamp(time, zone_->time_min, zone_->time_max);
  return civil::floor_div(time + zone_->table.offset_at(time), kMicrosPerDay);
}

int64_t Calendar::day_begin(int64_t day) const {
  return zone_->table.first_at_or_after(civil::clamp_day(day) * kMicrosPerDay);
}

int64_t Calendar::day_end(int64_t day) const {
  day = civil::clamp_day(day);
  const int64_t last = zone_->table.last_before((day + 1) * kMicrosPerDay);
  const bool skipped = last < day_begin(day);
  return skipped ? zone_->table.last_before((day + 2) * kMicrosPerDay) : last;
}

Calendar::Civil Calendar::civil(int64_t time) const {
  time = std::clamp(time, zone_->time_min, zone_->time_max);
  const int64_t local = time + zone_->table.offset_at(time);
  const int64_t day = civil::floor_div(local, kMicrosPerDay);
  Civil result = civil_of_day(day);
  result.hour = static_cast<int>((local - day * kMicrosPerDay) / kMicrosPerHour);
  return result;
}

Calendar::Civil Calendar::civil_of_day(int64_t day) {
  day = civil::clamp_day(day);
  const civil::Day d = civil::day_from(day);
  return {d.year, d.month, d.day, 0, civil::weekday(day)};
}

}  // namespace tocsin
