// The numbers that an expression can take, as far as its form tells.
//
// Only what is certain: a range never leaves out a value that the expression can have when it is
// known. Enums count by index, true and false are 1 and 0, times microseconds, dates days.
#pragma once

#include <limits>

#include "rules-dsl/syntax/ast.h"

namespace tocsin::dsl::checking {

struct Context;

struct Range {
  static constexpr long double kInfinity = std::numeric_limits<long double>::infinity();

  long double low = -kInfinity;
  long double high = kInfinity;
  bool whole = false;  // whole numbers only

  bool is_point() const { return low == high; }
};

Range range_of(const Expr& expr, const Context& context);
// Without what 64 bits cannot hold, which would be missing. Not part of range_of, so that messages
// name these bounds only where they matter.
Range range_within_type(const Expr& expr, const Context& context);

// What a comparison of two ranges is, whatever the values.
enum class Certainty : uint8_t { kOpen, kNever, kAlways };
Certainty certainty_of(const Binary& comparison, const Context& context);
// The same for ranges of numbers that the comparison turns into doubles when `as_float`.
Certainty certainty_of(BinaryOp op, Range left, Range right, bool as_float);

// Comparing with a float, both sides are doubles.
bool compares_as_float(const Expr& left, const Expr& right);
Range rounded_to_float(const Range& range);

// A literal, its negative, or a value of a `one of`.
bool is_constant(const Expr& expr);

inline bool is_comparison(BinaryOp op) { return op >= BinaryOp::kEq && op <= BinaryOp::kGe; }

}  // namespace tocsin::dsl::checking
