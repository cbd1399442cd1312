#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/types.h"
#include "rules-dsl/limits.h"

namespace tocsin::dsl::checking {
namespace {

Type type_of_literal(const Literal& literal) {
  static constexpr TypeKind kKinds[] = {TypeKind::kBool, TypeKind::kInt, TypeKind::kDecimal,
                                        TypeKind::kFloat, TypeKind::kText};
  static_assert(std::variant_size_v<LiteralValue> == std::size(kKinds));
  return {kKinds[literal.value.index()], nullptr};
}

}  // namespace

struct ExpressionChecker::CheckNode {
  ExpressionChecker& checker;
  Expr& expr;
  const Scope& scope;

  Type operator()(Literal& literal) const { return type_of_literal(literal); }
  Type operator()(Name& name) const { return checker.check_name(expr, name, scope); }
  Type operator()(Member& member) const { return checker.check_member(member, scope); }
  Type operator()(Unary& unary) const { return checker.check_unary(unary, scope); }
  Type operator()(Binary& binary) const { return checker.check_binary(expr, binary, scope); }
  Type operator()(In& in) const { return checker.check_in(in, scope); }
  Type operator()(Is& is) const {
    checker.check(*is.value, scope);
    return {TypeKind::kBool, nullptr};
  }
  Type operator()(Call& call) const { return checker.check_call(expr, call, scope); }
  Type operator()(Lookup& lookup) const { return checker.check_lookup(lookup, scope); }
  Type operator()(Aggregate& aggregate) const {
    return checker.check_aggregate(expr, aggregate, scope);
  }
};

void ExpressionChecker::check(Expr& expr, const Scope& scope, const Type* expected) {
  if (expected != nullptr && adapt(expr, scope, *expected)) return;
  ++depth_;
  expr.type = std::visit(CheckNode{*this, expr, scope}, expr.node);
  --depth_;
}

void ExpressionChecker::check_condition(Expr& expr, const Scope& scope, std::string_view clause) {
  check(expr, scope);
  require_bool(expr, clause);
  examine(expr, scope, context_, /*condition=*/true);
}

void ExpressionChecker::check_value(Expr& expr, const Scope& scope, const Type* expected) {
  check(expr, scope, expected);
  examine(expr, scope, context_, /*condition=*/false);
}

}  // namespace tocsin::dsl::checking
