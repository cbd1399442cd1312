#include "rules-dsl/value/pattern.h"

#include <array>

#include "rules-dsl/value/civil.h"
#include "rules-dsl/value/digits.h"

namespace tocsin {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool starts_with_word(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (lower(text[i]) != word[i]) return false;
  }
  return true;
}

// What the directives said; -1 where none spoke.
struct Fields {
  int64_t year = -1, month = -1, day = -1, day_of_year = -1;
  int64_t hour = -1, hour12 = -1, afternoon = -1, minute = -1, second = -1;
  int64_t fraction = 0;
  std::optional<int64_t> offset;
};

// Takes up to `width` digits; -1 when there are fewer than `least`.
int64_t take_number(std::string_view& text, size_t least, size_t width) {
  int64_t value = 0;
  size_t i = 0;
  for (; i < width && i < text.size() && digits::is_digit(text[i]); ++i) {
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(i);
  return i < least ? -1 : value;
}

bool take_between(std::string_view& text, size_t width, int64_t min, int64_t max, int64_t& field) {
  field = take_number(text, 1, width);
  return field >= min && field <= max;
}

bool take_month_name(std::string_view& text, int64_t& month) {
  for (size_t i = 0; i < kMonths.size(); ++i) {
    if (!starts_with_word(text, kMonths[i].substr(0, 3))) continue;
    text.remove_prefix(starts_with_word(text, kMonths[i]) ? kMonths[i].size() : 3);
    month = static_cast<int64_t>(i) + 1;
    return true;
  }
  return false;
}

bool take_half_of_day(std::string_view& text, int64_t& afternoon) {
  afternoon = starts_with_word(text, "pm");
  if (!afternoon && !starts_with_word(text, "am")) return false;
  text.remove_prefix(2);
  return true;
}

bool take_short_year(std::string_view& text, int64_t& year) {
  year = take_number(text, 2, 2);
  if (year < 0) return false;
  year += year < 69 ? 2000 : 1900;
  return true;
}

bool take_seconds(std::string_view& text, Fields& fields) {
  if (!take_between(text, 2, 0, 59, fields.second)) return false;
  if (text.size() < 2 || text[0] != '.' || !digits::is_digit(text[1])) return true;
  const std::optional<int64_t> fraction = digits::take_fraction(text);
  fields.fraction = fraction.value_or(0);
  return fraction.has_value();
}

bool take_directive(char directive, std::string_view& text, Fields& fields) {
  switch (directive) {
    case 'Y':
      return (fields.year = take_number(text, 4, 4)) >= 0;
    case 'y':
      return take_short_year(text, fields.year);
    case 'm':
      return take_between(text, 2, 1, 12, fields.month);
    case 'b':
    case 'B':
      return take_month_name(text, fields.month);
    case 'd':
      return take_between(text, 2, 1, 31, fields.day);
    case 'j':
      return take_between(text, 3, 1, 366, fields.day_of_year);
    case 'H':
      return take_between(text, 2, 0, 23, fields.hour);
    case 'I':
      return take_between(text, 2, 1, 12, fields.hour12);
    case 'p':
      return take_half_of_day(text, fields.afternoon);
    case 'M':
      return take_between(text, 2, 0, 59, fields.minute);
    case 'S':
      return take_seconds(text, fields);
    case 'z':
      return (fields.offset = digits::take_offset(text)).has_value();
    case '%':
      if (!text.starts_with('%')) return false;
      text.remove_prefix(1);
      return true;
    default:
      return false;
  }
}

std::optional<int64_t> day_of(const Fields& fields) {
  const int year = static_cast<int>(fields.year);
  if (fields.day_of_year < 0) {
    const civil::Day day{year, static_cast<int>(fields.month), static_cast<int>(fields.day)};
    if (!civil::exists(day)) return std::nullopt;
    return civil::days_from(day);
  }
  if (!civil::exists({year, 1, 1})) return std::nullopt;
  if (fields.day_of_year == 366 && !civil::is_leap(year)) return std::nullopt;
  return civil::days_from({year, 1, 1}) + fields.day_of_year - 1;
}

std::optional<int64_t> clock_of(const Fields& fields) {
  int64_t hour = fields.hour;
  if (fields.hour12 >= 0) hour = fields.hour12 % 12 + (fields.afternoon == 1 ? 12 : 0);
  if (hour < 0 && fields.minute < 0 && fields.second < 0) return std::nullopt;
  const auto or_zero = [](int64_t n) { return n < 0 ? 0 : n; };
  return or_zero(hour) * civil::kMicrosPerHour + or_zero(fields.minute) * civil::kMicrosPerMinute +
         or_zero(fields.second) * civil::kMicrosPerSecond + fields.fraction;
}

// Takes the text of one pattern character, a directive or not; `i` is moved past it.
bool take_item(std::string_view pattern, size_t& i, std::string_view& text, Fields& fields) {
  const char c = pattern[i++];
  if (c == '%') return i < pattern.size() && take_directive(pattern[i++], text, fields);
  if (c == ' ') {
    while (text.starts_with(' ')) text.remove_prefix(1);
    return true;
  }
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<PatternTime> read_pattern(std::string_view text, std::string_view pattern) {
  Fields fields;
  for (size_t i = 0; i < pattern.size();) {
    if (!take_item(pattern, i, text, fields)) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  const std::optional<int64_t> day = day_of(fields);
  if (!day) return std::nullopt;
  return PatternTime{*day, clock_of(fields), fields.offset};
}

bool valid_pattern(std::string_view pattern) {
  constexpr std::string_view kKnown = "YymbBdjHIpMSz";
  std::array<int, kKnown.size()> seen{};
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    if (++i == pattern.size()) return false;
    if (pattern[i] == '%') continue;
    const size_t known = kKnown.find(pattern[i]);
    if (known == std::string_view::npos || ++seen[known] > 1) return false;
  }
  const auto count = [&](std::string_view directives) {
    int n = 0;
    for (const char c : directives) n += seen[kKnown.find(c)];
    return n;
  };
  const bool day = count("j") == 0 ? count("mbB") == 1 && count("d") == 1 : count("mbBd") == 0;
  const bool hour = count("I") == count("p") && count("HI") <= 1;
  const bool clock = count("MS") == 0 || count("HI") == 1;
  const bool offset = count("z") == 0 || count("HI") == 1;
  return count("Yy") == 1 && day && hour && clock && offset && (count("S") == 0 || count("M") == 1);
}

}  // namespace tocsin
