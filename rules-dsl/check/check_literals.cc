#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {
namespace {

constexpr int64_t kDecimalScale = 10'000;

}  // namespace

bool ExpressionChecker::adapt(Expr& expr, const Scope& scope, const Type& expected) {
  if (is_enum(expected)) return adapt_to_enum(expr, scope, expected);
  if (is_time_or_date(expected)) return adapt_to_instant(expr, expected);
  // Compared with a mistake: a name that is unknown here may be meant as one of its values.
  const Name* name = std::get_if<Name>(&expr.node);
  return is_error(expected) && name != nullptr && !is_known(name->name, scope);
}

bool ExpressionChecker::adapt_to_enum(Expr& expr, const Scope& scope, const Type& expected) {
  const std::string* text = text_of(expr);
  const Name* name = std::get_if<Name>(&expr.node);
  if (text == nullptr && name == nullptr) return false;
  const std::string value = text != nullptr ? *text : name->name;
  const int index = find_value(expected, value);
  if (index >= 0) {
    expr.node =
        Name{value, {.kind = BindingKind::kEnumValue, .scope = kAggregatedRecord, .index = index}};
    expr.type = expected;
    return true;
  }
  int alias = 0;
  if (name != nullptr && (is_known(value, scope) || scope.find_alias(value, &alias) != nullptr)) {
    return false;
  }
  if (name != nullptr && context_.policy.damage.may_declare(value)) return true;  // maybe a let
  report_.add(Code::kUnknownEnumValue, expr.span, quote(value) + " is not " + describe(expected),
              nearest(value, expected.values->values, "its values are"));
  return true;
}

bool ExpressionChecker::adapt_to_instant(Expr& expr, const Type& expected) {
  const std::string* text = text_of(expr);
  if (text == nullptr) return false;
  const bool is_date = expected.kind == TypeKind::kDate;
  const bool fits = is_date ? Calendar::parse_date(*text).has_value()
                            : context_.calendar->parse_time(*text).has_value();
  if (fits) {
    expr.type = expected;
    return true;
  }
  report_.add(
      Code::kNotAnInstant, expr.span, "\"" + *text + "\" is not " + describe(expected),
      {.help = is_date ? "a date that exists, written year-month-day: \"2025-01-31\""
                       : "a time that exists: \"2025-01-31\" or \"2025-01-31T08:00:00+08:00\"",
       .fix = {}});
  return true;
}

void ExpressionChecker::adapt_number(Expr& expr, const Type& expected) {
  if (Unary* unary = std::get_if<Unary>(&expr.node); unary != nullptr && is_number(expr.type)) {
    adapt_number(*unary->operand, expected);
    expr.type = unary->operand->type;
    return;
  }
  Literal* literal = std::get_if<Literal>(&expr.node);
  if (literal == nullptr) return;
  const int64_t* whole = std::get_if<int64_t>(&literal->value);
  const DecimalLiteral* decimal = std::get_if<DecimalLiteral>(&literal->value);
  int64_t scaled = 0;
  if (expected.kind == TypeKind::kDecimal && whole != nullptr &&
      !__builtin_mul_overflow(*whole, kDecimalScale, &scaled)) {
    literal->value = DecimalLiteral{scaled};
    expr.type = expected;
  } else if (expected.kind == TypeKind::kFloat && whole != nullptr) {
    literal->value = static_cast<double>(*whole);
    expr.type = expected;
  } else if (expected.kind == TypeKind::kFloat && decimal != nullptr) {
    literal->value = static_cast<double>(decimal->scaled) / static_cast<double>(kDecimalScale);
    expr.type = expected;
  }
}

}  // namespace tocsin::dsl::checking
