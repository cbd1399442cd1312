// A value at run time, and the three-valued arithmetic of language.md 2 and 11.
//
// Values are small and trivially copyable; a text value points at bytes that somebody else keeps (a
// row, the program's constants), valid as long as that owner. `missing` is also the truth value
// `unknown`. All functions are pure and total: overflow, division by zero and missing operands give
// missing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin {

enum class ValueKind : uint8_t {
  kMissing,
  kBool,
  kInt,
  kDecimal,  // scaled by kDecimalScale
  kFloat,
  kText,
  kTime,  // microseconds since the epoch, UTC
  kDate,  // days since 1970-01-01
  kEnum,  // index into the type's values
};

__extension__ using Int128 = __int128;

inline constexpr int64_t kDecimalScale = 10'000;

class Value {
 public:
  constexpr Value() : integer_(0) {}
  static constexpr Value missing() { return Value(); }
  static constexpr Value of_bool(bool b) { return Value(ValueKind::kBool, b ? 1 : 0); }
  static constexpr Value of_int(int64_t i) { return Value(ValueKind::kInt, i); }
  static constexpr Value of_decimal(int64_t scaled) { return Value(ValueKind::kDecimal, scaled); }
  static constexpr Value of_time(int64_t micros) { return Value(ValueKind::kTime, micros); }
  static constexpr Value of_date(int64_t days) { return Value(ValueKind::kDate, days); }
  static constexpr Value of_enum(int64_t index) { return Value(ValueKind::kEnum, index); }
  static constexpr Value of_float(double d) {  // not finite becomes missing
    Value v;
    if (d - d == 0.0) {
      v.kind_ = ValueKind::kFloat;
      v.float_ = d;
    }
    return v;
  }
  static constexpr Value of_text(std::string_view text) {
    Value v;
    v.kind_ = ValueKind::kText;
    v.length_ = static_cast<uint32_t>(text.size());
    v.text_ = text.data();
    return v;
  }

  constexpr ValueKind kind() const { return kind_; }
  constexpr bool is_missing() const { return kind_ == ValueKind::kMissing; }
  constexpr bool is_true() const { return kind_ == ValueKind::kBool && integer_ != 0; }
  constexpr bool is_false() const { return kind_ == ValueKind::kBool && integer_ == 0; }
  // The payload of kBool, kInt, kDecimal, kTime, kDate, kEnum.
  constexpr int64_t integer() const { return integer_; }
  constexpr double floating() const { return float_; }
  constexpr std::string_view text() const { return {text_, length_}; }

 private:
  constexpr Value(ValueKind kind, int64_t integer) : kind_(kind), integer_(integer) {}

  ValueKind kind_ = ValueKind::kMissing;
  uint32_t length_ = 0;
  union {
    int64_t integer_;
    double float_;
    const char* text_;
  };
};
static_assert(sizeof(Value) == 16);

// Same kind and same content; two missing values are identical. (Not the language's ==.)
bool identical(const Value& a, const Value& b);

// Kleene logic.
Value logical_not(Value a);
Value logical_and(Value a, Value b);
Value logical_or(Value a, Value b);

// -1, 0, 1, or kIncomparable when either is missing. int and decimal compare exactly; with a float
// both sides are doubles. Other kinds must be equal (the checker sees to it).
enum class Order : int8_t { kLess = -1, kEqual = 0, kGreater = 1, kUnknown = 2 };
Order compare(Value a, Value b);

// A number as a double. Requires: int, decimal or float.
double as_double(Value number);

// int op int: int (division: decimal). decimal with int or decimal: decimal, rounded half away from
// zero to 4 places after * and /. With a float: float.
Value add(Value a, Value b);
Value subtract(Value a, Value b);
Value multiply(Value a, Value b);
Value divide(Value a, Value b);
Value negate(Value a);

// abs, round, floor of a number: round and floor give int (missing when out of range); half away
// from zero.
Value absolute(Value a);
Value round_number(Value a);
Value floor_number(Value a);

// Every compiler we build with has it; ISO C++ has no name for it.
__extension__ typedef __int128 Int128;

// The sum of int or decimal values, exact whatever the order of additions and removals.
class ExactSum {
 public:
  void add(Value v);       // int or decimal, not missing
  void subtract(Value v);  // one added before
  int64_t count() const { return count_; }
  // As int or decimal (`kind` of the values summed); missing when out of its range. No values: 0.
  Value sum(ValueKind kind) const;
  // decimal, rounded half away from zero to 4 places; missing without values.
  Value average(ValueKind kind) const;

 private:
  Int128 total_ = 0;
  int64_t count_ = 0;
};

}  // namespace tocsin
