// Civil time in the policy's zone: parsing and printing times, calendar spans, ends of days.
//
// Uses howardhinnant-date's IANA zones. Times are microseconds since the epoch, UTC; days are
// counted from 1970-01-01. Immutable and safe to share between threads. A local time that occurs
// twice means the first; one that never occurs is read with the offset in force before the gap
// (language.md 11). Supported years: 0001 to 9999 on the zone's clocks; anything outside is refused
// when parsed and missing when computed. Where a result has no such way out (day_of, civil,
// format_…), a time or a day outside counts as the nearest one inside; no input is undefined.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rules-dsl/value/workdays.h"

namespace tocsin {

// A span of time added to a record's time: `months` calendar months in the zone (clamped to the
// month's end, time of day kept), or up to the end of the `workdays`-th working day after it, or
// `micros`. Exactly one of them is not zero.
struct TimeSpan {
  int64_t micros = 0;
  int32_t months = 0;
  int32_t workdays = 0;
  // Added to equal steps, it may differ in length: later times need not end later.
  bool is_calendar() const { return months != 0 || workdays != 0; }
  friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};

class Calendar {
 public:
  // Null when the zone is unknown.
  static std::shared_ptr<const Calendar> open(const std::string& zone, Workdays workdays = {});
  ~Calendar();

  // time + span; kNever when the result is outside the supported years, or when a span in working
  // days needs a day that the policy's calendar does not hold.
  static constexpr int64_t kNever = INT64_MAX;
  int64_t plus(int64_t time, TimeSpan span) const;
  // Whether `time` is no later than from + span. A span in working days that leaves their calendar
  // is missing, so that nothing lies within it; one that leaves the supported years has no end.
  bool reaches(int64_t from, TimeSpan span, int64_t time) const;
  // An upper bound of plus(time, span) - time, for any time: how far back a window can reach.
  int64_t longest_micros(TimeSpan span) const;
  // A lower bound of it. Requires: span not negative.
  static int64_t shortest_micros(TimeSpan span);

  const Workdays& workdays() const { return workdays_; }

  // Whether `time` lies within the supported years; the clock's kNever does not.
  bool supported(int64_t time) const;

  // The local day that holds `time`; the first and the last microsecond of a local day. Some zones
  // once skipped a day (Pacific/Apia, 2011-12-30): it begins and ends with the day after it.
  int64_t day_of(int64_t time) const;
  int64_t day_begin(int64_t day) const;
  int64_t day_end(int64_t day) const;

  struct Civil {
    int year, month, day, hour, weekday;  // weekday 1 = Monday .. 7 = Sunday
  };
  Civil civil(int64_t time) const;
  static Civil civil_of_day(int64_t day);  // hour 0

  // 2025-06-01 (its first instant here), 2025-06-01T08:00[:00[.ffffff]] with 'T' or a blank
  // (local), and the same with Z or an offset (+08:00, +0800). Fast path for the common forms; no
  // allocation.
  std::optional<int64_t> parse_time(std::string_view text) const;
  static std::optional<int64_t> parse_date(std::string_view text);  // 2025-06-01
  // By a strftime pattern (%Y %m %d %H %M %S %z %b %B %y %j %p %I); a pattern without a time of day
  // is a day.
  std::optional<int64_t> parse_time(std::string_view text, const std::string& format) const;
  static std::optional<int64_t> parse_date(std::string_view text, const std::string& format);
  // Whether a pattern has only the directives above (and %%), and determines a day.
  static bool valid_format(std::string_view format);

  // 2025-06-01T00:00:00+08:00, with the fraction only when it is not zero.
  std::string format_time(int64_t time) const;
  static std::string format_date(int64_t day);
  // For people, in messages: 2025-06-01 when it is the first instant of a day here, else 2025-06-01
  // 08:00:00.
  std::string format_short(int64_t time) const;

 private:
  struct Zone;
  std::optional<int64_t> if_supported(int64_t time) const;
  Calendar(std::unique_ptr<Zone> zone, Workdays workdays);
  std::unique_ptr<Zone> zone_;
  Workdays workdays_;
};

}  // namespace tocsin
