// Operators, from the weakest to the strongest:
//   or   and   not   == != < <= > >= in is   ??   + -   * /   unary -   .name
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "rules-dsl/limits.h"
#include "rules-dsl/syntax/parser_impl.h"

namespace tocsin::dsl {
namespace {

constexpr size_t kNestingMax = limits::kNestingMax;

struct Operator {
  std::string_view symbol;
  BinaryOp op;
  int level;
};
constexpr Operator kComparisons[] = {
    {"==", BinaryOp::kEq, 0}, {"!=", BinaryOp::kNe, 0}, {"<", BinaryOp::kLt, 0},
    {"<=", BinaryOp::kLe, 0}, {">", BinaryOp::kGt, 0},  {">=", BinaryOp::kGe, 0},
    {"=", BinaryOp::kEq, 0},  // reported
};
constexpr int kStrongestLevel = 3;
constexpr Operator kArithmetic[] = {
    {"??", BinaryOp::kCoalesce, 1}, {"+", BinaryOp::kAdd, 2}, {"-", BinaryOp::kSub, 2},
    {"*", BinaryOp::kMul, 3},       {"/", BinaryOp::kDiv, 3},
};

const Operator* find_comparison(const Token& token) {
  if (token.kind != TokenKind::kSymbol) return nullptr;
  const auto* found = std::find_if(std::begin(kComparisons), std::end(kComparisons),
                                   [&](const Operator& o) { return o.symbol == token.text; });
  return found == std::end(kComparisons) ? nullptr : found;
}

const Operator* find_arithmetic(const Token& token, int level) {
  if (token.kind != TokenKind::kSymbol) return nullptr;
  const auto* found =
      std::find_if(std::begin(kArithmetic), std::end(kArithmetic),
                   [&](const Operator& o) { return o.level == level && o.symbol == token.text; });
  return found == std::end(kArithmetic) ? nullptr : found;
}

// Appends the operands of a chain of one operator: `a or (b or c)` means `a or b or c`.
void flatten(BinaryOp op, ExprPtr expr, std::vector<ExprPtr>& items) {
  auto* const chain = std::get_if<Binary>(&expr->node);
  if (chain == nullptr || chain->op != op) {
    items.push_back(std::move(expr));
    return;
  }
  flatten(op, std::move(chain->left), items);
  flatten(op, std::move(chain->right), items);
}

}  // namespace

// Counts expressions that are being parsed within each other; the call stack is as deep as that.
class Parser::Nesting {
 public:
  explicit Nesting(Parser& parser) : parser_(parser) {
    if (static_cast<size_t>(parser.nesting_) >= kNestingMax) {
      parser.fail(kNestedTooDeep, parser.peek().span,
                  fmt::format("expressions nest more than {} deep here", kNestingMax),
                  "name a part of it with `let`");
    }
    ++parser.nesting_;
  }
  ~Nesting() { --parser_.nesting_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  Parser& parser_;
};

ExprPtr Parser::finish(Span span, decltype(Expr::node) node, int height) {
  if (static_cast<size_t>(height) > kNestingMax) {
    fail(kNestedTooDeep, span, fmt::format("expressions nest more than {} deep here", kNestingMax),
         "name a part of it with `let`");
  }
  auto result = std::make_unique<Expr>();
  result->span = span;
  result->node = std::move(node);
  result->height = height;
  return result;
}

ExprPtr Parser::binary(BinaryOp op, ExprPtr left, ExprPtr right) {
  const Span span{left->span.file, left->span.begin, right->span.end};
  const int height = std::max(left->height, right->height) + 1;
  return finish(span, Binary{op, std::move(left), std::move(right)}, height);
}

// A chain of `and` or `or` becomes a tree of even depth, so that a thousand alternatives do not
// nest a thousand deep. Kleene's and, or are associative.
ExprPtr Parser::balanced(BinaryOp op, std::vector<ExprPtr>& items, size_t begin, size_t end) {
  if (end - begin == 1) return std::move(items[begin]);
  const size_t middle = begin + (end - begin + 1) / 2;
  ExprPtr left = balanced(op, items, begin, middle);
  return binary(op, std::move(left), balanced(op, items, middle, end));
}

ExprPtr Parser::expression() {
  const Nesting nesting(*this);
  return logic(BinaryOp::kOr);
}

ExprPtr Parser::logic(BinaryOp op) {
  const bool is_or = op == BinaryOp::kOr;
  std::vector<ExprPtr> items;
  do {
    flatten(op, is_or ? logic(BinaryOp::kAnd) : negation(), items);
  } while (accept_word(is_or ? "or" : "and"));
  return balanced(op, items, 0, items.size());
}

ExprPtr Parser::negation() {
  if (!at_word("not")) return comparison();
  const Nesting nesting(*this);
  const Span begin = take().span;
  ExprPtr operand = negation();
  const Expr* const child = operand.get();
  return make(span_from(begin), Unary{UnaryOp::kNot, std::move(operand)}, {child});
}

ExprPtr Parser::comparison() {
  ExprPtr left = arithmetic(1);
  const size_t before = pos_;
  left = comparison_tail(std::move(left));
  if (pos_ != before) refuse_chain();
  return left;
}

ExprPtr Parser::comparison_tail(ExprPtr left) {
  if (const Operator* found = find_comparison(peek())) {
    const Span span = take().span;
    if (found->symbol == "=") {
      report(kExpected, span, "`=` does not compare", "write `==`", "==");
    }
    return binary(found->op, std::move(left), arithmetic(1));
  }
  const Span begin = left->span;
  if (at_word("not") && at_word("in", 1)) {
    fail(kExpected, peek().span, "`not in` is not part of the language",
         "write not before the whole: not (x in {a, b})");
  }
  if (at_word("in") && !at_word("force", 1)) {
    take();
    const std::string help = "write x in {\"a\", \"b\"}";
    expect_symbol("{", "after `in`", help);
    std::vector<ExprPtr> items = list("}", "after the last value", help);
    int height = left->height;
    for (const ExprPtr& item : items) height = std::max(height, item->height);
    return finish(span_from(begin), In{std::move(left), std::move(items)}, height + 1);
  }
  if (accept_word("is")) {
    const std::string help = "write `is missing` or `is known`";
    if (!at_any_word({"missing", "known"})) fail_expected("`missing` or `known` after `is`", help);
    const bool missing = take().text == "missing";
    const Expr* const child = left.get();
    return make(span_from(begin), Is{std::move(left), missing}, {child});
  }
  return left;
}

void Parser::refuse_chain() {
  const bool chained =
      find_comparison(peek()) != nullptr || at_word("is") || (at_word("in") && at_symbol("{", 1));
  if (!chained) return;
  fail(kChainedComparison, peek().span, "comparisons cannot be chained",
       "join two with `and`: low <= x and x < high");
}

ExprPtr Parser::arithmetic(int level) {
  if (level > kStrongestLevel) return unary();
  ExprPtr left = arithmetic(level + 1);
  while (const Operator* found = find_arithmetic(peek(), level)) {
    take();
    left = binary(found->op, std::move(left), arithmetic(level + 1));
  }
  return left;
}

ExprPtr Parser::unary() {
  if (!at_symbol("-")) return postfix();
  const Nesting nesting(*this);
  const Span begin = take().span;
  ExprPtr operand = unary();
  const Expr* const child = operand.get();
  return make(span_from(begin), Unary{UnaryOp::kMinus, std::move(operand)}, {child});
}

ExprPtr Parser::postfix() {
  ExprPtr result = primary();
  while (true) {
    const Span begin = result->span;
    if (accept_symbol(".")) {
      Identifier member = expect_identifier("a field's name after `.`", "write p.amount");
      const Expr* const child = result.get();
      result =
          make(span_from(begin), Member{std::move(result), member.text, member.span, {}}, {child});
    } else if (at_symbol("[") && std::holds_alternative<Name>(result->node)) {
      result = lookup(std::move(result));
    } else {
      return result;
    }
  }
}

}  // namespace tocsin::dsl
