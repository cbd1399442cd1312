#include <algorithm>
#include <cstdlib>

#include "rules-dsl/value/calendar_zone.h"
#include "rules-dsl/value/civil.h"

namespace tocsin {
namespace {

using civil::kMicrosPerDay;
using civil::kMicrosPerHour;
using civil::kMicrosPerMinute;
using civil::kMicrosPerSecond;

void append_number(std::string& out, int64_t value, int width) {
  char digits[8];
  for (int i = width - 1; i >= 0; --i, value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  out.append(digits, static_cast<size_t>(width));
}

void append_day(std::string& out, int64_t day) {
  const civil::Day d = civil::day_from(civil::clamp_day(day));
  append_number(out, d.year, 4);
  out += '-';
  append_number(out, d.month, 2);
  out += '-';
  append_number(out, d.day, 2);
}

void append_clock(std::string& out, int64_t micros) {
  append_number(out, micros / kMicrosPerHour, 2);
  out += ':';
  append_number(out, micros / kMicrosPerMinute % 60, 2);
  out += ':';
  append_number(out, micros / kMicrosPerSecond % 60, 2);
}

// Local mean times have offsets with seconds, which RFC 3339 lacks; parse_time reads them.
void append_offset(std::string& out, int64_t micros) {
  const int64_t seconds = std::abs(micros) / kMicrosPerSecond;
  out += micros < 0 ? '-' : '+';
  append_number(out, seconds / 3600, 2);
  out += ':';
  append_number(out, seconds / 60 % 60, 2);
  if (seconds % 60 == 0) return;
  out += ':';
  append_number(out, seconds % 60, 2);
}

}  // namespace

std::string Calendar::format_time(int64_t time) const {
  time = std::clamp(time, zone_->time_min, zone_->time_max);
  const int64_t offset = zone_->table.offset_at(time);
  const int64_t day = civil::floor_div(time + offset, kMicrosPerDay);
  const int64_t clock = time + offset - day * kMicrosPerDay;
  std::string out;
  out.reserve(32);
  append_day(out, day);
  out += 'T';
  append_clock(out, clock);
  if (clock % kMicrosPerSecond != 0) {
    out += '.';
    append_number(out, clock % kMicrosPerSecond, 6);
  }
  append_offset(out, offset);
  return out;
}

std::string Calendar::format_date(int64_t day) {
  std::string out;
  append_day(out, day);
  return out;
}

std::string Calendar::format_short(int64_t time) const {
  time = std::clamp(time, zone_->time_min, zone_->time_max);
  const int64_t day = day_of(time);
  std::string out = format_date(day);
  if (time == day_begin(day)) return out;
  const int64_t local = time + zone_->table.offset_at(time);
  out += ' ';
  append_clock(out, local - day * kMicrosPerDay);
  return out;
}

}  // namespace tocsin
