#include "rules-dsl/value/value.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tocsin {
namespace {

bool is_number(const Value& v) {
  return v.kind() == ValueKind::kInt || v.kind() == ValueKind::kDecimal ||
         v.kind() == ValueKind::kFloat;
}

Int128 as_scaled(const Value& v) {
  const Int128 i = v.integer();
  return v.kind() == ValueKind::kInt ? i * kDecimalScale : i;
}

bool fits(Int128 wide) {
  return wide >= std::numeric_limits<int64_t>::min() && wide <= std::numeric_limits<int64_t>::max();
}

Value int_of(Int128 wide) {
  return fits(wide) ? Value::of_int(static_cast<int64_t>(wide)) : Value::missing();
}

Value decimal_of(Int128 scaled) {
  return fits(scaled) ? Value::of_decimal(static_cast<int64_t>(scaled)) : Value::missing();
}

Value number_of(ValueKind kind, Int128 wide) {
  return kind == ValueKind::kInt ? int_of(wide) : decimal_of(wide);
}

Value int_of(double whole) {
  constexpr double kTwo63 = 9223372036854775808.0;
  if (!(whole >= -kTwo63 && whole < kTwo63)) return Value::missing();
  return Value::of_int(static_cast<int64_t>(whole));
}

// Rounded half away from zero. Requires: divisor != 0.
Int128 rounded_quotient(Int128 dividend, Int128 divisor) {
  const Int128 quotient = dividend / divisor;
  const Int128 rest = dividend % divisor;
  const Int128 rest_size = rest < 0 ? -rest : rest;
  const Int128 divisor_size = divisor < 0 ? -divisor : divisor;
  if (rest_size < divisor_size - rest_size) return quotient;
  return (dividend < 0) == (divisor < 0) ? quotient + 1 : quotient - 1;
}

// How two numbers are combined: the wider of int, decimal, float; kMissing when there is nothing to
// combine.
ValueKind common_kind(const Value& a, const Value& b) {
  if (!is_number(a) || !is_number(b)) return ValueKind::kMissing;
  return std::max(a.kind(), b.kind());
}
static_assert(ValueKind::kInt < ValueKind::kDecimal && ValueKind::kDecimal < ValueKind::kFloat);

template <typename T>
Order order_of(const T& a, const T& b) {
  return a < b ? Order::kLess : b < a ? Order::kGreater : Order::kEqual;
}

Order compare_numbers(const Value& a, const Value& b) {
  if (a.kind() == b.kind() && a.kind() != ValueKind::kFloat) {
    return order_of(a.integer(), b.integer());
  }
  switch (common_kind(a, b)) {
    case ValueKind::kDecimal:
      return order_of(as_scaled(a), as_scaled(b));
    case ValueKind::kFloat:
      return order_of(as_double(a), as_double(b));
    default:
      return Order::kUnknown;
  }
}

}  // namespace

double as_double(Value number) {
  if (number.kind() == ValueKind::kFloat) return number.floating();
  const double d = static_cast<double>(number.integer());
  return number.kind() == ValueKind::kDecimal ? d / static_cast<double>(kDecimalScale) : d;
}

bool identical(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case ValueKind::kMissing:
      return true;
    case ValueKind::kFloat:
      return a.floating() == b.floating();
    case ValueKind::kText:
      return a.text() == b.text();
    default:
      return a.integer() == b.integer();
  }
}

Value logical_not(Value a) {
  return a.kind() == ValueKind::kBool ? Value::of_bool(a.is_false()) : Value::missing();
}

Value logical_and(Value a, Value b) {
  if (a.is_false() || b.is_false()) return Value::of_bool(false);
  return a.is_true() && b.is_true() ? Value::of_bool(true) : Value::missing();
}

Value logical_or(Value a, Value b) {
  if (a.is_true() || b.is_true()) return Value::of_bool(true);
  return a.is_false() && b.is_false() ? Value::of_bool(false) : Value::missing();
}

Order compare(Value a, Value b) {
  if (a.is_missing() || b.is_missing()) return Order::kUnknown;
  if (is_number(a)) return compare_numbers(a, b);
  if (a.kind() != b.kind()) return Order::kUnknown;
  if (a.kind() == ValueKind::kText) return order_of(a.text(), b.text());
  return order_of(a.integer(), b.integer());
}

Value add(Value a, Value b) {
  switch (common_kind(a, b)) {
    case ValueKind::kInt:
      return int_of(Int128{a.integer()} + b.integer());
    case ValueKind::kDecimal:
      return decimal_of(as_scaled(a) + as_scaled(b));
    case ValueKind::kFloat:
      return Value::of_float(as_double(a) + as_double(b));
    default:
      return Value::missing();
  }
}

Value subtract(Value a, Value b) {
  switch (common_kind(a, b)) {
    case ValueKind::kInt:
      return int_of(Int128{a.integer()} - b.integer());
    case ValueKind::kDecimal:
      return decimal_of(as_scaled(a) - as_scaled(b));
    case ValueKind::kFloat:
      return Value::of_float(as_double(a) - as_double(b));
    default:
      return Value::missing();
  }
}

Value multiply(Value a, Value b) {
  switch (common_kind(a, b)) {
    case ValueKind::kInt:
      return int_of(Int128{a.integer()} * b.integer());
    case ValueKind::kDecimal: {
      // The product has one scale too many only when both have one.
      const Int128 product = Int128{a.integer()} * b.integer();
      return decimal_of(a.kind() == b.kind() ? rounded_quotient(product, kDecimalScale) : product);
    }
    case ValueKind::kFloat:
      return Value::of_float(as_double(a) * as_double(b));
    default:
      return Value::missing();
  }
}

// A dividend with two scales is below 2^91 and so exact.
Value divide(Value a, Value b) {
  switch (common_kind(a, b)) {
    case ValueKind::kInt:
    case ValueKind::kDecimal:
      if (b.integer() == 0) return Value::missing();
      return decimal_of(rounded_quotient(as_scaled(a) * kDecimalScale, as_scaled(b)));
    case ValueKind::kFloat:
      if (as_double(b) == 0.0) return Value::missing();
      return Value::of_float(as_double(a) / as_double(b));
    default:
      return Value::missing();
  }
}

Value negate(Value a) {
  if (!is_number(a)) return Value::missing();
  if (a.kind() == ValueKind::kFloat) return Value::of_float(-a.floating());
  return number_of(a.kind(), -Int128{a.integer()});
}

Value absolute(Value a) {
  if (!is_number(a)) return Value::missing();
  const bool negative =
      a.kind() == ValueKind::kFloat ? std::signbit(a.floating()) : a.integer() < 0;
  return negative ? negate(a) : a;
}

Value round_number(Value a) {
  switch (a.kind()) {
    case ValueKind::kInt:
      return a;
    case ValueKind::kDecimal:
      return int_of(rounded_quotient(a.integer(), kDecimalScale));
    case ValueKind::kFloat:
      return int_of(std::round(a.floating()));
    default:
      return Value::missing();
  }
}

Value floor_number(Value a) {
  switch (a.kind()) {
    case ValueKind::kInt:
      return a;
    case ValueKind::kDecimal: {
      const bool below = a.integer() % kDecimalScale < 0;
      return Value::of_int(a.integer() / kDecimalScale - (below ? 1 : 0));
    }
    case ValueKind::kFloat:
      return int_of(std::floor(a.floating()));
    default:
      return Value::missing();
  }
}

void ExactSum::add(Value v) {
  total_ += v.integer();
  ++count_;
}

void ExactSum::subtract(Value v) {
  total_ -= v.integer();
  --count_;
}

Value ExactSum::sum(ValueKind kind) const { return number_of(kind, total_); }

Value ExactSum::average(ValueKind kind) const {
  if (count_ <= 0) return Value::missing();
  if (kind == ValueKind::kDecimal) return decimal_of(rounded_quotient(total_, count_));
  // Split first, so that the scale cannot push a huge total out of range.
  const Int128 whole = total_ / count_, rest = total_ % count_;
  return decimal_of(whole * kDecimalScale + rounded_quotient(rest * kDecimalScale, count_));
}

}  // namespace tocsin
