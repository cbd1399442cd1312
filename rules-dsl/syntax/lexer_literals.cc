// Numbers, spans of time, times and texts.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/diagnostic_codes.h"
#include "rules-dsl/syntax/lexer_impl.h"

namespace tocsin::dsl {
namespace {

constexpr size_t kDecimalPlaces = 4;
constexpr int64_t kDaysPerYearMax = 366;

struct Unit {
  std::string_view text;
  DurationUnit unit;
};
constexpr Unit kUnits[] = {
    {"ms", DurationUnit::kMs},
    {"s", DurationUnit::kSecond},
    {"m", DurationUnit::kMinute},
    {"h", DurationUnit::kHour},
    {"d", DurationUnit::kDay},
    {"w", DurationUnit::kWeek},
    {"mo", DurationUnit::kMonth},
    {"y", DurationUnit::kYear},
    {"workdays", DurationUnit::kWorkday},
};
constexpr const char* kUnitsHelp = "spans are written 500ms 10s 5m 2h 30d 2w 3mo 1y 7 workdays";

std::optional<DurationUnit> find_unit(std::string_view text) {
  const auto* found = std::find_if(std::begin(kUnits), std::end(kUnits),
                                   [text](const Unit& unit) { return unit.text == text; });
  if (found == std::end(kUnits)) return std::nullopt;
  return found->unit;
}

// What people write for a unit when they do not remember it: `30days`, `3个月`.
struct UnitHabit {
  std::string_view begins;
  std::string_view unit;
};
constexpr UnitHabit kUnitHabits[] = {
    {"workday", "workdays"},
    {"工作日", "workdays"},
    {"个工作日", "workdays"},
    {"sec", "s"},
    {"min", "m"},
    {"hour", "h"},
    {"hr", "h"},
    {"day", "d"},
    {"week", "w"},
    {"mon", "mo"},
    {"year", "y"},
    {"yr", "y"},
    {"秒", "s"},
    {"分", "m"},
    {"小时", "h"},
    {"天", "d"},
    {"日", "d"},
    {"周", "w"},
    {"月", "mo"},
    {"个月", "mo"},
    {"年", "y"},
};

std::string_view guess_unit(std::string_view word) {
  const auto* found =
      std::find_if(std::begin(kUnitHabits), std::end(kUnitHabits),
                   [word](const UnitHabit& h) { return word.starts_with(h.begins); });
  return found == std::end(kUnitHabits) ? std::string_view() : found->unit;
}

int64_t count_max(DurationUnit unit) {
  constexpr int64_t days = limits::kDurationYearsMax * kDaysPerYearMax;
  switch (unit) {
    case DurationUnit::kMs:
      return days * 24 * 60 * 60 * 1'000;
    case DurationUnit::kSecond:
      return days * 24 * 60 * 60;
    case DurationUnit::kMinute:
      return days * 24 * 60;
    case DurationUnit::kHour:
      return days * 24;
    case DurationUnit::kDay:
      return days;
    case DurationUnit::kWeek:
      return days / 7;
    case DurationUnit::kMonth:
      return limits::kDurationYearsMax * 12;
    case DurationUnit::kYear:
      return limits::kDurationYearsMax;
    case DurationUnit::kWorkday:
      return limits::kWorkdaysMax;
  }
  return 0;
}

std::optional<int64_t> to_integer(std::string_view digits) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// "1.25" to 12500; nothing when it does not fit.
std::optional<int64_t> to_scaled(std::string_view number) {
  const size_t point = number.find('.');
  std::string digits(number.substr(0, point));
  digits += number.substr(point + 1);
  digits.append(kDecimalPlaces - (number.size() - point - 1), '0');
  return to_integer(digits);
}

std::optional<LiteralValue> to_literal(std::string_view number) {
  const size_t point = number.find('.');
  if (point == std::string_view::npos) return to_integer(number);
  if (number.size() - point - 1 <= kDecimalPlaces) {
    const std::optional<int64_t> scaled = to_scaled(number);
    if (!scaled) return std::nullopt;
    return DecimalLiteral{*scaled};
  }
  double value = 0;
  const auto result = std::from_chars(number.data(), number.data() + number.size(), value,
                                      std::chars_format::fixed);
  if (result.ec != std::errc()) return std::nullopt;
  return value;
}

// The digits of "dddd-dd-dd" and similar: 'd' is a digit, anything else itself.
bool has_shape(std::string_view text, std::string_view shape) {
  return text.size() >= shape.size() &&
         std::equal(shape.begin(), shape.end(), text.begin(),
                    [](char s, char c) { return s == 'd' ? is_digit(c) : s == c; });
}

// How long the time of day at the beginning of `text` is ("T08:00:00.5+08:00"); 0 when there is
// none.
size_t time_of_day_length(std::string_view text) {
  if (!has_shape(text, "Tdd:dd")) return 0;
  size_t length = 6;
  if (has_shape(text.substr(length), ":dd")) length += 3;
  if (has_shape(text.substr(length), ".d")) {
    ++length;
    while (length < text.size() && is_digit(text[length])) ++length;
  }
  const std::string_view rest = text.substr(length);
  if (rest.starts_with('Z')) return length + 1;
  for (std::string_view offset : {"+dd:dd", "-dd:dd", "+dddd", "-dddd"}) {
    if (has_shape(rest, offset)) return length + offset.size();
  }
  return length;
}

}  // namespace

void Lexer::number() {
  if (at_time()) {
    time();
    return;
  }
  const size_t begin = at_;
  while (is_digit(peek())) ++at_;
  if (peek() == '.' && is_digit(peek(1))) {
    ++at_;
    while (is_digit(peek())) ++at_;
  }
  if (!at_end() && is_name_start(here().value)) {
    duration(begin);
  } else {
    plain_number(begin);
  }
}

void Lexer::plain_number(size_t begin) {
  const std::optional<LiteralValue> value = to_literal(since(begin));
  if (!value) {
    fail(kBadNumber, begin, fmt::format("the number {} is too large", since(begin)),
         "whole numbers go up to 9223372036854775807, decimals up to 922337203685477.5807");
    return;
  }
  push(TokenKind::kNumber, begin).number = *value;
}

void Lexer::duration(size_t begin) {
  const std::string_view digits = since(begin);
  const size_t unit_begin = at_;
  skip_name_parts();
  const std::string_view word = since(unit_begin);
  if (digits.find('.') != std::string_view::npos) {
    fail(kBadDuration, begin, "a span of time is a whole number of its unit",
         "use a smaller unit, such as 90m for one hour and a half");
  } else if (const std::optional<DurationUnit> unit = find_unit(word)) {
    whole_duration(begin, digits, *unit);
  } else {
    misspelt_duration(begin, digits, word);
  }
}

void Lexer::whole_duration(size_t begin, std::string_view digits, DurationUnit unit) {
  const std::optional<int64_t> count = to_integer(digits);
  if (count && *count >= 1 && *count <= count_max(unit)) {
    push(TokenKind::kDuration, begin).duration = {*count, unit};
    return;
  }
  fail(kBadDuration, begin, fmt::format("the span {} is out of range", since(begin)),
       fmt::format("spans of this unit go from 1 to {}; {} years are the most", count_max(unit),
                   limits::kDurationYearsMax));
}

void Lexer::misspelt_duration(size_t begin, std::string_view digits, std::string_view word) {
  const std::string_view guess = guess_unit(word);
  const std::string message = fmt::format("`{}` is not a unit of time", word);
  if (guess.empty()) {
    fail(kUnknownUnit, begin, message, kUnitsHelp);
    return;
  }
  const char* blank = guess.size() > 2 ? " " : "";  // 7 workdays
  const std::string fix = fmt::format("{}{}{}", digits, blank, guess);
  report(kUnknownUnit, begin, message, fmt::format("write {}; {}", fix, kUnitsHelp), fix);
  // Any span will do: nothing is evaluated after a mistake.
  push_meant(TokenKind::kDuration, begin).duration = {1, *find_unit(guess)};
}

bool Lexer::at_time() const { return has_shape(text_.substr(at_), "dddd-dd-dd"); }

void Lexer::time() {
  const size_t begin = at_;
  at_ += std::string_view("dddd-dd-dd").size();
  at_ += time_of_day_length(text_.substr(at_));
  if (!at_end() && is_name_part(here().value)) {
    skip_name_parts();
    fail(kBadTime, begin, fmt::format("`{}` is not a time", since(begin)),
         "write 2025-01-10, 2025-01-10T08:00 or 2025-01-10T08:00:00+08:00");
    return;
  }
  push(TokenKind::kTime, begin).text = since(begin);
}

void Lexer::text() {
  const size_t begin = at_++;
  std::string decoded;
  while (!at_end() && peek() != '"' && peek() != '\n') {
    if (peek() == '\\') {
      escape(decoded);
    } else {
      decoded += text_[at_++];
    }
  }
  if (peek() != '"') {
    if (since(begin).ends_with('\r')) --at_;
    fail(kUnclosedText, begin, "this text has no closing quote on its line",
         "add the closing \"; a long text stays on one line, with \\n for a line break");
    return;
  }
  ++at_;
  push(TokenKind::kString, begin).text = std::move(decoded);
}

void Lexer::escape(std::string& decoded) {
  const size_t begin = at_++;
  constexpr std::string_view letters = "\"\\nt{}";
  constexpr std::string_view meanings = "\"\\\n\t{}";
  const size_t known = at_end() ? std::string_view::npos : letters.find(peek());
  if (known != std::string_view::npos) {
    decoded += meanings[known];
    ++at_;
    return;
  }
  if (at_end() || peek() == '\n' || peek() == '\r')
    return;  // reported as a text that is not closed
  const size_t length = here().length;
  const std::string shown(text_.substr(begin, 1 + length));
  at_ += length;
  diagnostics_.add(
      {kBadEscape, Severity::kError, span(begin, at_),
       fmt::format("`{}` means nothing in a text", shown),
       fmt::format("write \\{} for a backslash; \\\" \\n \\t \\{{ \\}} are the others", shown),
       "\\" + shown});
}

}  // namespace tocsin::dsl
