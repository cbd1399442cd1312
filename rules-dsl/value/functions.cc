#include "rules-dsl/value/functions.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "rules-dsl/value/civil.h"
#include "rules-dsl/value/digits.h"
#include "rules-dsl/value/uscc.h"

namespace tocsin {
namespace {

std::optional<int64_t> local_day(Value when, const Calendar& calendar) {
  const int64_t n = when.integer();
  if (when.kind() == ValueKind::kTime && calendar.supported(n)) return calendar.day_of(n);
  if (when.kind() == ValueKind::kDate && n == civil::clamp_day(n)) return n;
  return std::nullopt;
}

Value civil_part(Value when, const Calendar& calendar, int Calendar::Civil::*part) {
  if (!local_day(when, calendar)) return Value::missing();
  const Calendar::Civil civil = when.kind() == ValueKind::kTime
                                    ? calendar.civil(when.integer())
                                    : Calendar::civil_of_day(when.integer());
  return Value::of_int(civil.*part);
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), digits::is_digit);
}

Value region_part(Value region, size_t digits) {
  if (region.kind() != ValueKind::kText || !is_region(region.text())) return Value::missing();
  return Value::of_text(region.text().substr(0, digits));
}

Value industry_part(Value industry, size_t characters) {
  if (industry.kind() != ValueKind::kText || !is_industry(industry.text())) return Value::missing();
  if (industry.text().size() < characters) return Value::missing();
  return Value::of_text(industry.text().substr(0, characters));
}

}  // namespace

Value year(Value when, const Calendar& calendar) {
  return civil_part(when, calendar, &Calendar::Civil::year);
}

Value month(Value when, const Calendar& calendar) {
  return civil_part(when, calendar, &Calendar::Civil::month);
}

Value day(Value when, const Calendar& calendar) {
  return civil_part(when, calendar, &Calendar::Civil::day);
}

Value weekday(Value when, const Calendar& calendar) {
  return civil_part(when, calendar, &Calendar::Civil::weekday);
}

Value hour(Value when, const Calendar& calendar) {
  return civil_part(when, calendar, &Calendar::Civil::hour);
}

Value is_workday(Value when, const Calendar& calendar) {
  const std::optional<int64_t> day = local_day(when, calendar);
  const std::optional<bool> working = day ? calendar.workdays().is_workday(*day) : std::nullopt;
  return working ? Value::of_bool(*working) : Value::missing();
}

Value days_between(Value from, Value to, const Calendar& calendar) {
  const std::optional<int64_t> first = local_day(from, calendar), last = local_day(to, calendar);
  if (!first || !last) return Value::missing();
  return Value::of_int(*last - *first);
}

bool is_region(std::string_view code) { return code.size() == 6 && all_digits(code); }

bool is_industry(std::string_view code) {
  const bool sized = code.size() == 1 || (code.size() >= 3 && code.size() <= 5);
  return sized && code[0] >= 'A' && code[0] <= 'Z' && all_digits(code.substr(1));
}

Value province(Value region) { return region_part(region, 2); }
Value city(Value region) { return region_part(region, 4); }
Value section(Value industry) { return industry_part(industry, 1); }
Value division(Value industry) { return industry_part(industry, 3); }

Value suspect(Value code) {
  if (code.kind() != ValueKind::kText) return Value::missing();
  return Value::of_bool(!is_uscc(code.text()));
}

}  // namespace tocsin
