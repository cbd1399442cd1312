// The parts of the syntax tree that need no other: spans of time, the calendar of working days.
#pragma once

#include <cstdint>
#include <string>

#include "rules-dsl/syntax/source.h"
#include "rules-dsl/syntax/type.h"

namespace tocsin::dsl {

// ---------------------------------------------------------------- durations

enum class DurationUnit : uint8_t {
  kMs,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kYear,
  kWorkday
};

// Fixed (ms..w), calendar (mo, y), or up to the end of a working day. Always positive; `count` fits
// the unit's range in limits.h.
struct Duration {
  int64_t count = 0;
  DurationUnit unit = DurationUnit::kDay;

  bool is_calendar() const { return unit == DurationUnit::kMonth || unit == DurationUnit::kYear; }
  bool is_workdays() const { return unit == DurationUnit::kWorkday; }
  int64_t micros() const;  // fixed only
  int32_t months() const;  // calendar only
  friend bool operator==(const Duration&, const Duration&) = default;
};

// ---------------------------------------------------------------- working days

// Which days are working days, in consecutive days: `workdays "file"`, or as the printer writes it
// out, `workdays 2026 "0111…"`.
struct WorkdaysDecl {
  Span span;         // of the file's name, or of the first line, for messages
  std::string file;  // empty: written out
  int64_t first_day = 0;
  std::string days;  // '1' for a working day, else '0'; of a file: filled by the checker
};

// A span in working days, wherever it stands.
struct WorkdaysUse {
  Span span;
  int64_t count = 0;
};

}  // namespace tocsin::dsl
