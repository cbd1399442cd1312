// Reading times by hand: this runs once for every record, so it neither allocates nor uses a
// stream.
#include <optional>

#include "rules-dsl/value/calendar_zone.h"
#include "rules-dsl/value/civil.h"
#include "rules-dsl/value/digits.h"
#include "rules-dsl/value/pattern.h"

namespace tocsin {
namespace {

using civil::kMicrosPerDay;
using civil::kMicrosPerHour;
using civil::kMicrosPerMinute;
using civil::kMicrosPerSecond;

constexpr size_t kDayLength = 10;  // 2025-06-01

// Requires: at least kDayLength bytes.
std::optional<int64_t> read_day(const char* p) {
  const int century = digits::two(p), year = digits::two(p + 2);
  const civil::Day day{century * 100 + year, digits::two(p + 5), digits::two(p + 8)};
  if (century < 0 || year < 0 || p[4] != '-' || p[7] != '-' || !civil::exists(day)) {
    return std::nullopt;
  }
  return civil::days_from(day);
}

// Takes HH:MM[:SS[.ffffff]] from the front of `text`.
std::optional<int64_t> take_clock(std::string_view& text) {
  if (text.size() < 5 || text[2] != ':') return std::nullopt;
  const int hour = digits::two(text.data()), minute = digits::two(text.data() + 3);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  int64_t micros = hour * kMicrosPerHour + minute * kMicrosPerMinute;
  text.remove_prefix(5);
  if (text.size() < 3 || text[0] != ':') return micros;

  const int second = digits::two(text.data() + 1);
  if (second < 0 || second > 59) return std::nullopt;
  micros += second * kMicrosPerSecond;
  text.remove_prefix(3);
  if (text.empty() || text[0] != '.') return micros;

  const std::optional<int64_t> fraction = digits::take_fraction(text);
  if (!fraction) return std::nullopt;
  return micros + *fraction;
}

}  // namespace

std::optional<int64_t> Calendar::parse_date(std::string_view text) {
  return text.size() == kDayLength ? read_day(text.data()) : std::nullopt;
}

std::optional<int64_t> Calendar::parse_time(std::string_view text) const {
  if (text.size() < kDayLength) return std::nullopt;
  const std::optional<int64_t> day = read_day(text.data());
  if (!day) return std::nullopt;
  if (text.size() == kDayLength) return day_begin(*day);

  const char separator = text[kDayLength];
  if (separator != 'T' && separator != ' ') return std::nullopt;
  text.remove_prefix(kDayLength + 1);
  const std::optional<int64_t> clock = take_clock(text);
  if (!clock) return std::nullopt;
  const int64_t local = *day * kMicrosPerDay + *clock;

  if (text.empty()) return if_supported(zone_->table.from_local(local));
  const std::optional<int64_t> offset = digits::take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return if_supported(local - *offset);
}

std::optional<int64_t> Calendar::parse_time(std::string_view text,
                                            const std::string& format) const {
  const std::optional<PatternTime> read = read_pattern(text, format);
  if (!read) return std::nullopt;
  const int64_t local = read->day * kMicrosPerDay + read->clock.value_or(0);
  if (read->offset) return if_supported(local - *read->offset);
  if (!read->clock) return day_begin(read->day);
  return if_supported(zone_->table.from_local(local));
}

std::optional<int64_t> Calendar::parse_date(std::string_view text, const std::string& format) {
  const std::optional<PatternTime> read = read_pattern(text, format);
  if (!read) return std::nullopt;
  return read->day;
}

bool Calendar::valid_format(std::string_view format) { return valid_pattern(format); }

}  // namespace tocsin
