#include "rules-dsl/check/conjunction.h"

#include <cmath>
#include <unordered_map>

#include "rules-dsl/check/types.h"
#include "rules-dsl/syntax/printer.h"

namespace tocsin::dsl::checking {
namespace {

// What the comparisons so far leave for one value, and which of them set each bound.
struct Left {
  long double low = -Range::kInfinity;
  long double high = Range::kInfinity;
  bool low_open = false;  // low itself is excluded
  bool high_open = false;
  const Expr* low_by = nullptr;
  const Expr* high_by = nullptr;
  const std::string* text = nullptr;  // the only text it can equal
  const Expr* text_by = nullptr;

  bool is_empty() const { return low > high || (low == high && (low_open || high_open)); }
};

BinaryOp turned(BinaryOp op) {
  switch (op) {
    case BinaryOp::kLt:
      return BinaryOp::kGt;
    case BinaryOp::kLe:
      return BinaryOp::kGe;
    case BinaryOp::kGt:
      return BinaryOp::kLt;
    case BinaryOp::kGe:
      return BinaryOp::kLe;
    default:
      return op;
  }
}

bool is_constant(const Expr& expr) {
  const Name* name = std::get_if<Name>(&expr.node);
  return std::holds_alternative<Literal>(expr.node) ||
         (name != nullptr && name->binding.kind == BindingKind::kEnumValue);
}

void raise_low(Left& left, long double bound, bool open, const Expr& by) {
  if (bound < left.low || (bound == left.low && (left.low_open || !open))) return;
  left.low = bound;
  left.low_open = open;
  left.low_by = &by;
}

void lower_high(Left& left, long double bound, bool open, const Expr& by) {
  if (bound > left.high || (bound == left.high && (left.high_open || !open))) return;
  left.high = bound;
  left.high_open = open;
  left.high_by = &by;
}

// Between two whole numbers there is nothing: x > 2 is x >= 3.
void narrow(Left& left, BinaryOp op, long double bound, bool whole, const Expr& by) {
  if (op == BinaryOp::kGt || op == BinaryOp::kGe || op == BinaryOp::kEq) {
    const bool open = op == BinaryOp::kGt;
    if (whole && open) {
      raise_low(left, std::floor(bound) + 1, false, by);
    } else {
      raise_low(left, whole ? std::ceil(bound) : bound, open, by);
    }
  }
  if (op == BinaryOp::kLt || op == BinaryOp::kLe || op == BinaryOp::kEq) {
    const bool open = op == BinaryOp::kLt;
    if (whole && open) {
      lower_high(left, std::ceil(bound) - 1, false, by);
    } else {
      lower_high(left, whole ? std::floor(bound) : bound, open, by);
    }
  }
}

class Chain {
 public:
  explicit Chain(const Context& context) : context_(context) {}

  void take(const Expr& expr) {
    const Binary* binary = std::get_if<Binary>(&expr.node);
    if (binary == nullptr) return;
    if (binary->op == BinaryOp::kAnd) {
      take(*binary->left);
      take(*binary->right);
    } else if (is_comparison(binary->op)) {
      take_comparison(expr, *binary);
    }
  }

 private:
  void take_comparison(const Expr& expr, const Binary& binary) {
    if (is_constant(*binary.left) == is_constant(*binary.right)) return;
    const bool turn = is_constant(*binary.left);
    const Expr& constant = turn ? *binary.left : *binary.right;
    const Expr& value = turn ? *binary.right : *binary.left;
    if (!is_comparable(value.type, constant.type) || is_error(value.type)) return;
    const BinaryOp op = turn ? turned(binary.op) : binary.op;
    if (certainty_of(binary, context_) == Certainty::kNever) return;  // reported by itself
    const Range range = range_of(value, context_);
    Range bound = range_of(constant, context_);
    if (compares_as_float(value, constant)) bound = rounded_to_float(bound);

    Left& left = values_[print(value)];
    if (bound.is_point()) {
      take_bound(left, op, bound.low, range.whole, expr);
    } else if (op == BinaryOp::kEq && is_text(constant.type)) {
      take_text(left, std::get<std::string>(std::get<Literal>(constant.node).value), expr);
    }
  }

  void take_bound(Left& left, BinaryOp op, long double bound, bool whole, const Expr& expr) {
    Left narrower = left;
    narrow(narrower, op, bound, whole, expr);
    if (!narrower.is_empty()) {
      left = narrower;
      return;
    }
    report(expr, narrower.low_by == &expr ? narrower.high_by : narrower.low_by);
  }

  void take_text(Left& left, const std::string& text, const Expr& expr) {
    if (left.text == nullptr) {
      left.text = &text;
      left.text_by = &expr;
    } else if (*left.text != text) {
      report(expr, left.text_by);
    }
  }

  void report(const Expr& expr, const Expr* before) {
    const Report& report = context_.report;
    report.add(Code::kNeverTrue, expr.span,
               report.quote(expr) + " can never be true together with " + report.quote(*before),
               {.help = "join the two by `or` if either is meant", .fix = {}});
  }

  const Context& context_;
  std::unordered_map<std::string, Left> values_;
};

}  // namespace

void report_contradictions(const Expr& root, const Context& context) { Chain(context).take(root); }

}  // namespace tocsin::dsl::checking
