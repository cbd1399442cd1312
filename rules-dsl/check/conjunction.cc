#include "rules-dsl/check/conjunction.h"

#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules-dsl/check/children.h"
#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/possible.h"
#include "rules-dsl/check/types.h"
#include "rules-dsl/syntax/printer.h"

namespace tocsin::dsl::checking {
namespace {

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

// What holds of two known values when `op` does not.
BinaryOp opposite(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEq:
      return BinaryOp::kNe;
    case BinaryOp::kNe:
      return BinaryOp::kEq;
    case BinaryOp::kLt:
      return BinaryOp::kGe;
    case BinaryOp::kLe:
      return BinaryOp::kGt;
    case BinaryOp::kGt:
      return BinaryOp::kLe;
    default:
      return BinaryOp::kLt;
  }
}

// The orders of two known values that a comparison allows, as bits.
enum : unsigned { kLess = 1, kEqual = 2, kGreater = 4 };
unsigned orders_of(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEq:
      return kEqual;
    case BinaryOp::kNe:
      return kLess | kGreater;
    case BinaryOp::kLt:
      return kLess;
    case BinaryOp::kLe:
      return kLess | kEqual;
    case BinaryOp::kGt:
      return kGreater;
    default:
      return kGreater | kEqual;
  }
}

// A value is missing when one of its operands is.
bool is_strict(const Expr& expr) {
  const Binary* binary = std::get_if<Binary>(&expr.node);
  if (binary != nullptr) {
    return binary->op >= BinaryOp::kEq && binary->op != BinaryOp::kCoalesce;
  }
  const Member* member = std::get_if<Member>(&expr.node);
  if (member != nullptr) return member->binding.kind == BindingKind::kPart;
  return std::holds_alternative<Unary>(expr.node) || std::holds_alternative<Call>(expr.node);
}

std::vector<Constant> all_values(const Type& type) {
  std::vector<Constant> all;
  const size_t count = is_enum(type) ? type.values->values.size() : 0;
  for (size_t i = 0; i < count; ++i) all.push_back({static_cast<long double>(i), {}});
  return all;
}

std::optional<Constant> constant_of(const Expr& expr, bool as_float, const Context& context) {
  Range range = range_of(expr, context);
  if (as_float) range = rounded_to_float(range);
  if (range.is_point()) return Constant{range.low, {}};
  const std::string* text = is_text(expr.type) ? text_of(expr) : nullptr;
  return text == nullptr ? std::nullopt : std::optional(Constant{0, *text});
}

bool is_inside(const Expr& inner, const Expr& outer) {
  return inner.span.begin >= outer.span.begin && inner.span.end <= outer.span.end;
}

// A condition, and whether it or its opposite is asked for.
struct Asked {
  const Expr* expr;
  bool truth;
};

// Takes in conditions that must all be true, and finds the first that the others exclude.
class Chain {
 public:
  // What `outside` has taken in holds here, too; clashes are then only noted.
  Chain(const Scope& scope, const Context& context, const Chain* outside = nullptr)
      : scope_(scope), context_(context), outside_(outside) {}

  // `expr` is true, or false; the author wrote it as `shown`, or within it.
  void take(const Expr& expr, bool truth, const Expr& shown) {
    const Binary* binary = std::get_if<Binary>(&expr.node);
    if (const Unary* unary = std::get_if<Unary>(&expr.node)) {
      if (unary->op == UnaryOp::kNot) take(*unary->operand, !truth, shown);
    } else if (binary != nullptr && binary->op <= BinaryOp::kAnd) {
      take_logic(expr, *binary, truth, shown);
    } else if (binary != nullptr && is_comparison(binary->op)) {
      take_comparison(*binary, truth, shown);
    } else if (const In* in = std::get_if<In>(&expr.node)) {
      take_in(*in, truth, shown);
    } else if (const Is* is = std::get_if<Is>(&expr.node)) {
      take_is(*is, truth, shown);
    } else if (is_bool(expr.type) && !is_constant(expr)) {
      take_truth(expr, truth, shown);
    }
  }

  // Where one of several must be true, each may contradict the rest.
  void settle_alternatives() {
    for (const auto& [asked, shown] : alternatives_) settle(asked, *shown);
  }

 private:
  struct Relation {  // of two values
    unsigned orders = kLess | kEqual | kGreater;
    const Expr* by = nullptr;
    bool by_several = false;
  };
  struct Windows {  // of `exists` that differ in nothing else
    int64_t shortest_true = 0;
    int64_t longest_false = 0;
    const Expr* true_by = nullptr;
    const Expr* false_by = nullptr;
  };

  void take_logic(const Expr& expr, const Binary& binary, bool truth, const Expr& shown) {
    if ((binary.op == BinaryOp::kAnd) != truth) {
      alternatives_.emplace_back(Asked{&expr, truth}, &shown);
      return;
    }
    for (const Expr* side : {binary.left.get(), binary.right.get()}) {
      take(*side, truth, &shown == &expr ? *side : shown);
    }
  }

  void take_comparison(const Binary& binary, bool truth, const Expr& shown) {
    const Expr& left = *binary.left;
    const Expr& right = *binary.right;
    if (is_error(left.type) || !is_comparable(left.type, right.type)) return;
    const BinaryOp op = truth ? binary.op : opposite(binary.op);
    if (take_bool_literal(left, op, right, shown)) return;
    const Certainty told = truth ? Certainty::kNever : Certainty::kAlways;
    if (certainty_of(binary, context_) == told) return;  // reported by itself
    if (knows(left, shown) || knows(right, shown)) return;
    if (is_constant(left) && is_constant(right)) return;
    if (is_constant(right)) {
      take_bound(left, op, right, shown);
    } else if (is_constant(left)) {
      take_bound(right, turned(op), left, shown);
    } else {
      take_relation(left, op, right, shown);
    }
  }

  // paid == true
  bool take_bool_literal(const Expr& left, BinaryOp op, const Expr& right, const Expr& shown) {
    const bool equal = op == BinaryOp::kEq;
    if (!is_bool(left.type) || is_constant(left) == is_constant(right)) return false;
    const Expr& value = is_constant(left) ? right : left;
    const Expr& literal = is_constant(left) ? left : right;
    take(value, std::get<bool>(std::get<Literal>(literal.node).value) == equal, shown);
    return true;
  }

  void take_bound(const Expr& value, BinaryOp op, const Expr& constant, const Expr& shown) {
    const bool as_float = compares_as_float(value, constant);
    const std::optional<Constant> bound = constant_of(constant, as_float, context_);
    if (bound) clashes(possible(value, as_float).compare(op, *bound, shown), shown);
  }

  void take_relation(const Expr& left, BinaryOp op, const Expr& right, const Expr& shown) {
    std::string first = print(left);
    std::string second = print(right);
    if (first == second) return;  // reported by itself
    unsigned orders = orders_of(op);
    if (second < first) {
      std::swap(first, second);
      orders = orders_of(turned(op));
    }
    Relation& relation = entry(&Chain::relations_, first + "\n" + second);
    if ((relation.orders & orders) == 0) {
      clashes(relation.by_several ? nullptr : relation.by, shown);
    } else if ((relation.orders & orders) != relation.orders) {
      relation.orders &= orders;
      relation.by_several |= relation.by != nullptr;
      relation.by = &shown;
    }
  }

  void take_in(const In& in, bool truth, const Expr& shown) {
    if (is_error(in.value->type) || in.items.empty() || knows(*in.value, shown)) return;
    const bool as_float = compares_as_float(*in.value, *in.items[0]);
    std::vector<Constant> listed;
    for (const ExprPtr& item : in.items) {
      if (!is_comparable(in.value->type, item->type) || !is_constant(*item)) return;
      if (compares_as_float(*in.value, *item) != as_float) return;
      const std::optional<Constant> constant = constant_of(*item, as_float, context_);
      if (!constant) return;
      listed.push_back(*constant);
    }
    clashes(possible(*in.value, as_float).list(listed, truth, shown), shown);
  }

  void take_is(const Is& is, bool truth, const Expr& shown) {
    if (is_error(is.value->type)) return;
    if (is.missing != truth) {
      knows(*is.value, shown);
    } else if (!is_never_missing(*is.value, scope_, context_)) {  // else reported by itself
      clashes(possible(*is.value, false).add_missing(shown), shown);
    }
  }

  void take_truth(const Expr& expr, bool truth, const Expr& shown) {
    if (knows(expr, shown)) return;
    const Constant value{truth ? 1.0L : 0.0L, {}};
    if (clashes(possible(expr, false).compare(BinaryOp::kEq, value, shown), shown)) return;
    const Aggregate* aggregate = std::get_if<Aggregate>(&expr.node);
    if (aggregate == nullptr || aggregate->kind != AggregateKind::kExists) return;
    if (!aggregate->last_n) take_window(*aggregate, truth, shown);
  }

  // A longer window holds all that a shorter one does. Days and months are not compared; one in
  // working days may hold less, as the longer span may leave the calendar.
  void take_window(const Aggregate& aggregate, bool truth, const Expr& shown) {
    const std::optional<Duration>& over = aggregate.over;
    if (over && over->is_workdays()) return;
    const std::string others = aggregate.record + "\n" +
                               std::to_string(static_cast<int>(aggregate.state)) + "\n" +
                               (aggregate.where ? print(*aggregate.where) : "") + "\n" +
                               (aggregate.ago ? print(*aggregate.ago) : "") + "\n" +
                               (aggregate.across ? print(*aggregate.across) : "");
    for (const bool calendar : {false, true}) {
      if (over && over->is_calendar() != calendar) continue;
      int64_t length = std::numeric_limits<int64_t>::max();
      if (over) length = calendar ? over->months() : over->micros();
      Windows& windows = entry(&Chain::windows_, others + (calendar ? "\nmonths" : "\ndays"));
      if (truth && windows.false_by != nullptr && length <= windows.longest_false) {
        clashes(windows.false_by, shown);
        return;
      }
      if (!truth && windows.true_by != nullptr && length >= windows.shortest_true) {
        clashes(windows.true_by, shown);
        return;
      }
      if (truth && (windows.true_by == nullptr || length < windows.shortest_true)) {
        windows.shortest_true = length;
        windows.true_by = &shown;
      }
      if (!truth && (windows.false_by == nullptr || length > windows.longest_false)) {
        windows.longest_false = length;
        windows.false_by = &shown;
      }
    }
  }

  // `expr` and all that it is made of have values; true when that is a contradiction.
  bool knows(const Expr& expr, const Expr& shown) {
    if (is_constant(expr)) return false;
    if (clashes(possible(expr, false).add_known(shown), shown)) return true;
    bool clash = false;
    if (!is_strict(expr)) return false;
    for_each_child(expr, [&](const Expr& child) { clash = clash || knows(child, shown); });
    return clash;
  }

  // A comparison with a float says less: it rounds both sides.
  Possible& possible(const Expr& value, bool as_float) {
    const bool rounds = as_float && value.type.kind != TypeKind::kFloat;
    return entry(&Chain::values_, print(value) + (rounds ? "\nas float" : ""),
                 range_of(value, context_).whole, all_values(value.type));
  }

  // The entry here, begun as it is outside.
  template <typename Map, typename... Begin>
  typename Map::mapped_type& entry(Map Chain::*map, const std::string& key, Begin&&... begin) {
    for (const Chain* chain = this; chain != nullptr; chain = chain->outside_) {
      const auto found = (chain->*map).find(key);
      if (found != (chain->*map).end()) {
        return (this->*map).try_emplace(key, found->second).first->second;
      }
    }
    return (this->*map).try_emplace(key, std::forward<Begin>(begin)...).first->second;
  }

  void settle(const Asked& asked, const Expr& shown) {
    std::vector<Asked> alternatives;
    split(*asked.expr, asked.truth, alternatives);
    std::vector<const Expr*> with;  // null: several
    for (const auto& [expr, truth] : alternatives) {
      Chain inside(scope_, context_, this);
      inside.take(*expr, truth, *expr);
      inside.settle_alternatives();
      if (!inside.noted_) return;  // it may be true
      const Expr* const other = *inside.noted_;
      const bool by_itself = other != nullptr && is_inside(*other, *expr);
      if (!by_itself) with.push_back(other);  // else reported where it stands
    }
    if (with.empty()) return;
    bool one = true;
    for (const Expr* other : with) one = one && other == with.front();
    clashes(one ? with.front() : nullptr, shown);
  }

  static void split(const Expr& expr, bool truth, std::vector<Asked>& alternatives) {
    const Binary* binary = std::get_if<Binary>(&expr.node);
    if (binary == nullptr || binary->op != (truth ? BinaryOp::kOr : BinaryOp::kAnd)) {
      alternatives.push_back({&expr, truth});
      return;
    }
    split(*binary->left, truth, alternatives);
    split(*binary->right, truth, alternatives);
  }

  bool clashes(Clash clash, const Expr& shown) {
    if (!clash || *clash == &shown) return false;
    if (outside_ == nullptr && told_ != &shown) report(shown, *clash);
    if (!noted_) noted_ = clash;
    told_ = &shown;
    return true;
  }

  void report(const Expr& shown, const Expr* with) const {
    const Report& report = context_.report;
    const std::string never = report.quote(shown) + " can never be true together with ";
    if (with == nullptr) {
      report.add(Code::kNeverTrue, shown.span, never + "the conditions beside it",
                 {.help = "leave out what was not meant", .fix = {}});
      return;
    }
    const bool negated =
        std::holds_alternative<Unary>(shown.node) || std::holds_alternative<Unary>(with->node);
    report.add(
        Code::kNeverTrue, shown.span, never + report.quote(*with),
        {.help = negated ? "leave one of the two out" : "join the two by `or` if either is meant",
         .fix = {}});
  }

  const Scope& scope_;
  const Context& context_;
  const Chain* outside_;
  std::unordered_map<std::string, Possible> values_;
  std::unordered_map<std::string, Relation> relations_;
  std::unordered_map<std::string, Windows> windows_;
  std::vector<std::pair<Asked, const Expr*>> alternatives_;
  Clash noted_;                 // the first
  const Expr* told_ = nullptr;  // a condition is reported once
};

}  // namespace

void report_contradictions(const Expr& root, const Scope& scope, const Context& context) {
  Chain chain(scope, context);
  chain.take(root, true, root);
  chain.settle_alternatives();
}

}  // namespace tocsin::dsl::checking
