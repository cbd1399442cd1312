#include "rules-dsl/check/range.h"

#include <algorithm>
#include <cmath>

#include "rules-dsl/check/scope.h"
#include "rules-dsl/check/types.h"
#include "rules-dsl/limits.h"

namespace tocsin::dsl::checking {
namespace {

constexpr long double kDecimalScaleReal = 10'000.0L;

Range point(long double value, bool whole) { return {value, value, whole}; }

bool is_whole(const Type& type) {
  return type.kind == TypeKind::kInt || type.kind == TypeKind::kDate || is_bool(type) ||
         is_enum(type);
}

Range range_of_type(const Type& type) {
  if (is_bool(type)) return {0, 1, true};
  if (is_enum(type)) return {0, static_cast<long double>(type.values->values.size()) - 1, true};
  Range range;
  range.whole = is_whole(type);
  return range;
}

Range hull(const Range& a, const Range& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high), a.whole && b.whole};
}

Range range_of_text(const std::string& text, const Type& type, const Context& context) {
  std::optional<int64_t> value;
  if (type.kind == TypeKind::kDate) value = Calendar::parse_date(text);
  if (type.kind == TypeKind::kTime) value = context.calendar->parse_time(text);
  return value ? point(static_cast<long double>(*value), is_whole(type)) : Range{};
}

Range range_of_literal(const Literal& literal, const Type& type, const Context& context) {
  if (const bool* truth = std::get_if<bool>(&literal.value)) return point(*truth ? 1 : 0, true);
  if (const int64_t* integer = std::get_if<int64_t>(&literal.value)) {
    return point(static_cast<long double>(*integer), true);
  }
  if (const DecimalLiteral* decimal = std::get_if<DecimalLiteral>(&literal.value)) {
    return point(static_cast<long double>(decimal->scaled) / kDecimalScaleReal, false);
  }
  if (const double* real = std::get_if<double>(&literal.value)) return point(*real, false);
  return range_of_text(std::get<std::string>(literal.value), type, context);
}

Range range_of_name(const Name& name, const Type& type, const Context& context) {
  if (name.binding.kind == BindingKind::kEnumValue) return point(name.binding.index, true);
  if (name.binding.kind == BindingKind::kLet) return context.let_states[name.binding.index].range;
  if (name.binding.kind == BindingKind::kScore) {
    return context.score_states[name.binding.index].range;
  }
  return range_of_type(type);
}

// Whole numbers only: sums and products of others are rounded, so their bounds would not be
// certain.
Range range_of_arithmetic(const Binary& binary, const Type& type, const Context& context) {
  const Range any = range_of_type(type);
  if (!any.whole || binary.op == BinaryOp::kDiv) return any;
  const Range a = range_of(*binary.left, context);
  const Range b = range_of(*binary.right, context);
  if (binary.op == BinaryOp::kAdd) return {a.low + b.low, a.high + b.high, true};
  if (binary.op == BinaryOp::kSub) return {a.low - b.high, a.high - b.low, true};
  const bool bounded = std::isfinite(a.low) && std::isfinite(a.high) && std::isfinite(b.low) &&
                       std::isfinite(b.high);
  if (!bounded) return any;
  const auto [low, high] =
      std::minmax({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
  return {low, high, true};
}

Range range_of_call(const Call& call, const Type& type, const Context& context) {
  switch (call.function) {
    case Function::kLength:
      return {0, Range::kInfinity, true};
    case Function::kAbs:
      return {0, Range::kInfinity, is_whole(type)};
    case Function::kYear:
      return {limits::kYearMin, limits::kYearMax, true};
    case Function::kMonth:
      return {1, 12, true};
    case Function::kDay:
      return {1, 31, true};
    case Function::kWeekday:
      return {1, 7, true};
    case Function::kHour:
      return {0, 23, true};
    case Function::kRound:
    case Function::kFloor: {
      const Range range = range_of(*call.arguments[0], context);
      return {std::floor(range.low), std::ceil(range.high), true};
    }
    default:
      return range_of_type(type);
  }
}

Range range_of_sum(const Range& value, bool whole) {
  if (value.low >= 0) return {0, Range::kInfinity, whole};
  if (value.high <= 0) return {-Range::kInfinity, 0, whole};
  return {-Range::kInfinity, Range::kInfinity, whole};
}

Range range_of_aggregate(const Aggregate& aggregate, const Type& type, const Context& context) {
  const long double rows =
      aggregate.last_n ? static_cast<long double>(*aggregate.last_n) : Range::kInfinity;
  switch (aggregate.kind) {
    case AggregateKind::kCount:
      return {0, rows, true};
    case AggregateKind::kExists:
      return {0, 1, true};
    case AggregateKind::kDistinct: {
      const Range values = range_of(*aggregate.value, context);
      const bool countable = is_enum(aggregate.value->type) || is_bool(aggregate.value->type);
      const long double different = countable ? values.high - values.low + 1 : Range::kInfinity;
      return {0, std::min(rows, different), true};
    }
    case AggregateKind::kStddev:
      return {0, Range::kInfinity, false};
    case AggregateKind::kSum:
      return range_of_sum(range_of(*aggregate.value, context), is_whole(type));
    case AggregateKind::kAvg:
      if (type.kind == TypeKind::kFloat) return range_of_type(type);
      [[fallthrough]];
    default: {
      Range range = range_of(*aggregate.value, context);
      range.whole = is_whole(type);
      return range;
    }
  }
}

struct RangeOfNode {
  const Type& type;
  const Context& context;

  Range operator()(const Literal& literal) const {
    return range_of_literal(literal, type, context);
  }
  Range operator()(const Name& name) const { return range_of_name(name, type, context); }
  Range operator()(const Member&) const { return range_of_type(type); }
  Range operator()(const Lookup&) const { return range_of_type(type); }
  Range operator()(const Unary& unary) const {
    if (unary.op == UnaryOp::kNot) return range_of_type(type);
    const Range operand = range_of(*unary.operand, context);
    return {-operand.high, -operand.low, operand.whole};
  }
  Range operator()(const Binary& binary) const {
    if (binary.op >= BinaryOp::kAdd && binary.op <= BinaryOp::kDiv) {
      return range_of_arithmetic(binary, type, context);
    }
    if (binary.op != BinaryOp::kCoalesce) return range_of_type(type);
    return hull(range_of(*binary.left, context), range_of(*binary.right, context));
  }
  Range operator()(const In&) const { return range_of_type(type); }
  Range operator()(const Is&) const { return range_of_type(type); }
  Range operator()(const Call& call) const { return range_of_call(call, type, context); }
  Range operator()(const Aggregate& aggregate) const {
    return range_of_aggregate(aggregate, type, context);
  }
};

Certainty opposite(Certainty certainty) {
  if (certainty == Certainty::kOpen) return certainty;
  return certainty == Certainty::kNever ? Certainty::kAlways : Certainty::kNever;
}

Certainty less(const Range& a, const Range& b) {
  if (a.high < b.low) return Certainty::kAlways;
  return a.low >= b.high ? Certainty::kNever : Certainty::kOpen;
}

bool is_fraction(const Range& range) {
  return range.is_point() && range.low != std::floor(range.low);
}

Certainty equal(const Range& a, const Range& b) {
  if (a.high < b.low || a.low > b.high) return Certainty::kNever;
  if ((a.whole && is_fraction(b)) || (b.whole && is_fraction(a))) return Certainty::kNever;
  return a.is_point() && b.is_point() ? Certainty::kAlways : Certainty::kOpen;
}

}  // namespace

Range range_of(const Expr& expr, const Context& context) {
  if (is_error(expr.type)) return {};
  return std::visit(RangeOfNode{expr.type, context}, expr.node);
}

Range range_within_type(const Expr& expr, const Context& context) {
  constexpr long double kLow = std::numeric_limits<int64_t>::min();
  constexpr long double kHigh = std::numeric_limits<int64_t>::max();
  const Range range = range_of(expr, context);
  const bool is_decimal = expr.type.kind == TypeKind::kDecimal;
  if (is_constant(expr) || (expr.type.kind != TypeKind::kInt && !is_decimal)) return range;
  const long double scale = is_decimal ? kDecimalScaleReal : 1;
  return {std::max(range.low, kLow / scale), std::min(range.high, kHigh / scale), range.whole};
}

bool is_constant(const Expr& expr) {
  const Unary* unary = std::get_if<Unary>(&expr.node);
  if (unary != nullptr && unary->op == UnaryOp::kMinus) {
    return std::holds_alternative<Literal>(unary->operand->node);
  }
  const Name* name = std::get_if<Name>(&expr.node);
  return std::holds_alternative<Literal>(expr.node) ||
         (name != nullptr && name->binding.kind == BindingKind::kEnumValue);
}

bool compares_as_float(const Expr& left, const Expr& right) {
  return left.type.kind == TypeKind::kFloat || right.type.kind == TypeKind::kFloat;
}

Range rounded_to_float(const Range& range) {
  return {static_cast<double>(range.low), static_cast<double>(range.high), range.whole};
}

Certainty certainty_of(const Binary& comparison, const Context& context) {
  const Expr& left = *comparison.left;
  const Expr& right = *comparison.right;
  return certainty_of(comparison.op, range_within_type(left, context),
                      range_within_type(right, context), compares_as_float(left, right));
}

Certainty certainty_of(BinaryOp op, Range left, Range right, bool as_float) {
  if (as_float) {
    left = rounded_to_float(left);
    right = rounded_to_float(right);
  }
  switch (op) {
    case BinaryOp::kEq:
      return equal(left, right);
    case BinaryOp::kNe:
      return opposite(equal(left, right));
    case BinaryOp::kLt:
      return less(left, right);
    case BinaryOp::kGt:
      return less(right, left);
    case BinaryOp::kGe:
      return opposite(less(left, right));
    case BinaryOp::kLe:
      return opposite(less(right, left));
    default:
      return Certainty::kOpen;
  }
}

}  // namespace tocsin::dsl::checking
