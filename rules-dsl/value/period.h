// Periods that begin on fixed days of the policy's calendar: `every 1mo`.
//
// 1mo, 1y: the first day of the month, of the year; several of them are counted from 1970-01. 1w:
// Monday; several are counted from Monday 1969-12-29. Days are counted from 1970-01-01.
#pragma once

#include <cstdint>

#include "rules-dsl/value/calendar.h"

namespace tocsin {

// Exactly one of them is not zero.
struct Period {
  int32_t days = 0;
  int32_t weeks = 0;
  int32_t months = 0;
  friend bool operator==(const Period&, const Period&) = default;
};

// The first instant of the first period that begins later than `time`; Calendar::kNever when that
// is beyond the supported years.
int64_t next_period(const Period& period, int64_t time, const Calendar& calendar);

}  // namespace tocsin
