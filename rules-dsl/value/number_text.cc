// Written numbers, and values written for people.
#include <charconv>
#include <cmath>
#include <system_error>

#include "rules-dsl/value/digits.h"
#include "rules-dsl/value/text.h"

namespace tocsin {
namespace {

constexpr int kDecimalPlaces = 4;
constexpr int64_t kExponentMax = 1'000'000'000;  // beyond it every number but 0 is out of range

// A number as significand * 10^exponent; the significand does not end in 0 unless it is 0.
struct Scientific {
  bool negative = false;
  Int128 significand = 0;
  int64_t exponent = 0;
};

// Digits with an optional point. Zeros are held back until another digit follows, so that neither
// leading nor trailing ones count against the 19 digits that an int64 can have.
bool take_digits(std::string_view& text, Scientific& number) {
  int64_t zeros = 0;
  bool any = false, fraction = false;
  size_t i = 0;
  for (; i < text.size() && (digits::is_digit(text[i]) || (text[i] == '.' && !fraction)); ++i) {
    if (text[i] == '.') {
      fraction = true;
      continue;
    }
    any = true;
    number.exponent -= fraction ? 1 : 0;
    ++zeros;
    if (text[i] == '0') continue;
    for (; zeros > 0 && number.significand != 0; --zeros) {
      number.significand *= 10;
      if (number.significand > Int128{INT64_MAX} * 10) return false;
    }
    zeros = 0;
    number.significand += text[i] - '0';
  }
  number.exponent += zeros;
  text.remove_prefix(i);
  return any;
}

bool take_exponent(std::string_view& text, int64_t& exponent) {
  text.remove_prefix(1);  // e
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int64_t value = 0;
  size_t i = 0;
  for (; i < text.size() && digits::is_digit(text[i]); ++i) {
    if (value < kExponentMax) value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(i);
  exponent += negative ? -value : value;
  return i > 0;
}

std::optional<Scientific> read_scientific(std::string_view text) {
  Scientific number;
  number.negative = text.starts_with('-');
  if (number.negative) text.remove_prefix(1);
  if (!take_digits(text, number)) return std::nullopt;
  if (text.starts_with('e') || text.starts_with('E')) {
    if (!take_exponent(text, number.exponent)) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return number;
}

template <typename T>
std::optional<T> parse_whole(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::string format_decimal(int64_t scaled) {
  const bool negative = scaled < 0;
  const uint64_t bits = static_cast<uint64_t>(scaled);
  const uint64_t size = negative ? 0 - bits : bits;
  std::string out = negative ? "-" : "";
  out += std::to_string(size / kDecimalScale);
  const uint64_t places = size % kDecimalScale;
  if (places == 0) return out;
  std::string fraction = std::to_string(places + kDecimalScale);  // 1 and four digits
  fraction[0] = '.';
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return out + fraction;
}

std::string format_float(double value) {
  char buffer[32];
  if (value == 0.0) value = 0.0;  // not -0
  const auto result =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 6);
  return std::string(buffer, result.ptr);
}

}  // namespace

std::optional<int64_t> parse_decimal(std::string_view text) {
  const std::optional<Scientific> number = read_scientific(text);
  if (!number) return std::nullopt;
  Int128 scaled = number->significand;
  if (scaled == 0) return 0;
  const int64_t exponent = number->exponent + kDecimalPlaces;
  if (exponent < 0 || exponent > 18) return std::nullopt;  // not exact; out of range
  for (int64_t i = 0; i < exponent; ++i) scaled *= 10;
  if (number->negative) scaled = -scaled;
  if (scaled < INT64_MIN || scaled > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(scaled);
}

std::optional<int64_t> parse_int(std::string_view text) { return parse_whole<int64_t>(text); }

std::optional<double> parse_float(std::string_view text) {
  const std::optional<double> value = parse_whole<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::string format_value(Value value, const dsl::Type& type, const Calendar& calendar) {
  switch (value.kind()) {
    case ValueKind::kMissing:
      break;
    case ValueKind::kBool:
      return value.is_true() ? "true" : "false";
    case ValueKind::kInt:
      return std::to_string(value.integer());
    case ValueKind::kDecimal:
      return format_decimal(value.integer());
    case ValueKind::kFloat:
      return format_float(value.floating());
    case ValueKind::kText:
      return std::string(value.text());
    case ValueKind::kTime:
      return calendar.format_short(value.integer());
    case ValueKind::kDate:
      return Calendar::format_date(value.integer());
    case ValueKind::kEnum: {
      const auto index = static_cast<uint64_t>(value.integer());
      if (type.values && index < type.values->values.size()) return type.values->values[index];
      break;
    }
  }
  return "–";
}

std::string key_text(Value value, const dsl::Type& type, const Calendar& calendar) {
  if (value.kind() == ValueKind::kTime) return calendar.format_time(value.integer());
  if (value.kind() == ValueKind::kFloat) {
    char shortest[32];
    const auto end = std::to_chars(shortest, std::end(shortest), value.floating() + 0.0);  // no -0
    return std::string(shortest, end.ptr);
  }
  return format_value(value, type, calendar);
}

}  // namespace tocsin
