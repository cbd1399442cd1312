#include <cctype>

#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {
namespace {

const Type kBool{TypeKind::kBool, nullptr};

std::string_view symbol_of(BinaryOp op) {
  static constexpr std::string_view kSymbols[] = {"or", "and", "==", "!=", "<", "<=", ">",
                                                  ">=", "+",   "-",  "*",  "/", "??"};
  static_assert(std::size(kSymbols) == static_cast<size_t>(BinaryOp::kCoalesce) + 1);
  return kSymbols[static_cast<size_t>(op)];
}

const Literal* literal_of(const Expr& expr) { return std::get_if<Literal>(&expr.node); }

bool looks_like_number(const std::string& text) {
  size_t points = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' && i > 0 && i + 1 < text.size() && ++points == 1) continue;
    if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) return false;
  }
  return !text.empty();
}

// What makes a literal comparable with `other`, when that is certain.
Hint mend_literal(const Expr& literal, std::string_view as_written, const Type& other) {
  const std::string* text = text_of(literal);
  if (text != nullptr && is_number(other) && looks_like_number(*text)) {
    return {.help = "write the number without quotes: " + *text, .fix = *text};
  }
  if (text != nullptr && is_bool(other) && (*text == "true" || *text == "false")) {
    return {.help = "write it without quotes: " + *text, .fix = *text};
  }
  const bool is_value = find_value(other, std::string(as_written)) >= 0;
  if (is_enum(other) && !is_value) {
    return {.help = "its values are: " + join(other.values->values), .fix = {}};
  }
  if (is_number(literal.type) && (is_text(other) || is_value)) {
    const std::string quoted = "\"" + std::string(as_written) + "\"";
    return {.help = "write the value in quotes: " + quoted, .fix = quoted};
  }
  return {};
}

Hint how_to_compare(const Type& a, const Type& b) {
  if (is_time_or_date(a) && is_time_or_date(b)) {
    return {.help = "days_between(a, b) counts the days from one to the other", .fix = {}};
  }
  if ((is_enum(a) && is_text(b)) || (is_text(a) && is_enum(b))) {
    return {.help = "a value of a `one of` can be compared with its values only", .fix = {}};
  }
  return {};
}

}  // namespace

void ExpressionChecker::require_bool(const Expr& expr, std::string_view where) {
  if (is_error(expr.type) || is_bool(expr.type)) return;
  report_.add(Code::kNotACondition, expr.span,
              std::string(where) + " needs a condition, but " + report_.quote(expr) + " is " +
                  describe(expr.type),
              {.help = is_number(expr.type) ? "compare it with a number: … >= 1"
                                            : "compare it with a value: … == …",
               .fix = {}});
}

bool ExpressionChecker::require_number(const Expr& expr, std::string_view where) {
  if (is_error(expr.type)) return false;
  if (is_number(expr.type)) return true;
  Hint hint;
  if (const std::string* text = text_of(expr); text != nullptr && looks_like_number(*text)) {
    hint = {.help = "write the number without quotes: " + *text, .fix = *text};
  } else if (is_time_or_date(expr.type)) {
    hint.help = "days_between(a, b) counts days; spans of time stand in `over`, `ago` and `within`";
  }
  report_.add(Code::kNotANumber, expr.span,
              std::string(where) + " needs numbers, but " + report_.quote(expr) + " is " +
                  describe(expr.type),
              std::move(hint));
  return false;
}

Type ExpressionChecker::check_unary(Unary& unary, const Scope& scope) {
  check(*unary.operand, scope);
  if (unary.op == UnaryOp::kNot) {
    require_bool(*unary.operand, "`not`");
    return kBool;
  }
  return require_number(*unary.operand, "`-`") ? unary.operand->type : Type{};
}

Type ExpressionChecker::check_binary(Expr& expr, Binary& binary, const Scope& scope) {
  if (binary.op == BinaryOp::kCoalesce) return check_coalesce(expr, binary, scope);
  if (binary.op >= BinaryOp::kAdd) return check_arithmetic(binary, scope);
  if (!is_comparison(binary.op)) {
    const std::string where = quote(symbol_of(binary.op));
    for (Expr* side : {binary.left.get(), binary.right.get()}) {
      check(*side, scope);
      require_bool(*side, where);
    }
    return kBool;
  }
  check_both(*binary.left, *binary.right, scope);
  if (!require_comparable(expr.span, *binary.left, *binary.right)) return kBool;
  if (!require_same_privacy(expr.span, *binary.left, *binary.right)) return kBool;
  const bool needs_order = binary.op != BinaryOp::kEq && binary.op != BinaryOp::kNe;
  if (needs_order && !is_ordered(binary.left->type)) {
    const bool is_list = is_enum(binary.left->type);
    report_.add(Code::kNoOrder, expr.span,
                quote(symbol_of(binary.op)) + " needs an order, but " +
                    report_.quote(*binary.left) + " is " + describe(binary.left->type),
                {.help = is_list ? "declare the order with `<`: one of a < b < c"
                                 : "numbers, times, dates and ordered `one of` have an order",
                 .fix = {}});
  }
  return kBool;
}

Type ExpressionChecker::check_arithmetic(Binary& binary, const Scope& scope) {
  check(*binary.left, scope);
  check(*binary.right, scope);
  const std::string where = quote(symbol_of(binary.op));
  const bool left = require_number(*binary.left, where);
  const bool right = require_number(*binary.right, where);
  if (!left || !right) return {};
  const Type type = wider_number(binary.left->type, binary.right->type);
  const bool is_quotient = binary.op == BinaryOp::kDiv && type.kind == TypeKind::kInt;
  return is_quotient ? Type{TypeKind::kDecimal, nullptr} : type;
}

Type ExpressionChecker::check_coalesce(Expr& expr, Binary& binary, const Scope& scope) {
  check_both(*binary.left, *binary.right, scope);
  if (is_error(binary.left->type) || is_error(binary.right->type)) return {};
  if (!require_comparable(expr.span, *binary.left, *binary.right)) return {};
  if (!is_number(binary.left->type)) {
    // What is private on one side only may be compared as the other side may: it then is not equal.
    const bool same = is_same(binary.left->type, binary.right->type);
    return same ? binary.left->type : Type{TypeKind::kText, nullptr};
  }
  const Type type = wider_number(binary.left->type, binary.right->type);
  adapt_number(*binary.left, type);
  adapt_number(*binary.right, type);
  return type;
}

Type ExpressionChecker::check_in(In& in, const Scope& scope) {
  check(*in.value, scope);
  if (in.items.empty()) {
    report_.add(Code::kNeverTrue, in.value->span, "nothing is in an empty list",
                {.help = "list the values: in {a, b}", .fix = {}});
  }
  for (const ExprPtr& item : in.items) {
    check(*item, scope, &in.value->type);
    if (require_comparable(item->span, *in.value, *item)) {
      require_same_privacy(item->span, *in.value, *item);
    }
  }
  return kBool;
}

// A text or a bare name takes its meaning from the other side, so that side comes first.
void ExpressionChecker::check_both(Expr& left, Expr& right, const Scope& scope) {
  const auto waits = [&](const Expr& expr) {
    const Name* name = std::get_if<Name>(&expr.node);
    return text_of(expr) != nullptr || (name != nullptr && !is_known(name->name, scope));
  };
  const bool right_first = waits(left) && !waits(right);
  Expr& first = right_first ? right : left;
  check(first, scope);
  check(right_first ? left : right, scope, &first.type);
}

bool ExpressionChecker::require_comparable(Span whole, const Expr& left, const Expr& right) {
  if (is_error(left.type) || is_error(right.type)) return false;
  if (is_comparable(left.type, right.type)) return true;
  if (is_enum(left.type) && is_enum(right.type)) {
    report_.add(Code::kDifferentEnums, whole,
                report_.quote(left) + " is " + describe(left.type) + ", but " +
                    report_.quote(right) + " is " + describe(right.type),
                {.help = "values of two different lists are never equal", .fix = {}});
    return false;
  }
  const bool blame_left = literal_of(left) != nullptr && literal_of(right) == nullptr;
  const Expr& blamed = blame_left ? left : right;
  const Expr& other = blame_left ? right : left;
  Hint hint = literal_of(blamed) == nullptr
                  ? how_to_compare(left.type, right.type)
                  : mend_literal(blamed, context_.sources.text(blamed.span), other.type);
  const std::string blamed_text =
      text_of(blamed) != nullptr ? "\"" + *text_of(blamed) + "\"" : report_.quote(blamed);
  report_.add(Code::kDifferentKinds, literal_of(blamed) == nullptr ? whole : blamed.span,
              report_.quote(other) + " is " + describe(other.type) + ", but " + blamed_text +
                  " is " + describe(blamed.type),
              std::move(hint));
  return false;
}

// A pseudonym equals a pseudonym and nothing else, so no such comparison can ever be true.
bool ExpressionChecker::require_same_privacy(Span whole, const Expr& left, const Expr& right) {
  if (left.type.is_private == right.type.is_private) return true;
  const Expr& hidden = left.type.is_private ? left : right;
  const Expr& other = left.type.is_private ? right : left;
  const bool is_literal = literal_of(other) != nullptr;
  report_.add(Code::kPrivateCompared, is_literal ? other.span : whole,
              report_.quote(hidden) + " is private: what stands there is a pseudonym, which " +
                  report_.quote(other) + " never equals",
              {.help = is_literal ? "compare it with another private field; whose value it is, "
                                    "nobody can ask"
                                  : "declare both fields private, or neither",
               .fix = {}});
  return false;
}

}  // namespace tocsin::dsl::checking
