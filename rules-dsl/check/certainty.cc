// What can never be true, and what always is: found only where the form of a condition proves it.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "rules-dsl/check/children.h"
#include "rules-dsl/check/conjunction.h"
#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/check/types.h"
#include "rules-dsl/syntax/printer.h"
#include "rules-dsl/value/functions.h"
#include "rules-dsl/value/text.h"

namespace tocsin::dsl::checking {
namespace {

// Null as well: a text that stands for an enum's value or a time.
const std::string* plain_text_of(const Expr& expr) {
  return expr.type.kind == TypeKind::kText ? text_of(expr) : nullptr;
}

std::string number_text(long double value, const Type& type) {
  std::string text =
      type.kind == TypeKind::kDecimal ? fmt::format("{:.4f}", value) : fmt::format("{:.6f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string bound_text(long double bound, const Type& type) {
  if (is_enum(type)) return quote(type.values->values[static_cast<size_t>(bound)]);
  return number_text(bound, type);
}

// "is at least 0", "is between 1 and 7"; empty when the range says nothing.
std::string describe_range(const Range& range, const Type& type) {
  if (is_time_or_date(type)) return {};
  const bool has_low = range.low != -Range::kInfinity;
  const bool has_high = range.high != Range::kInfinity;
  if (has_low && range.is_point()) return "is " + bound_text(range.low, type);
  if (has_low && has_high) {
    return "is between " + bound_text(range.low, type) + " and " + bound_text(range.high, type);
  }
  if (has_low) return "is at least " + bound_text(range.low, type);
  return has_high ? "is at most " + bound_text(range.high, type) : std::string();
}

struct Shape {
  std::string form;                // what every known value looks like
  std::vector<std::string> parts;  // of which the text may have been meant
  bool fits = false;
  bool small_letters = false;  // or else the same in small letters
};

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_industry_part(const std::string& text, size_t size) {
  return text.size() == size && is_industry(text);
}

bool is_lower_call(const Expr& expr) {
  const Call* call = std::get_if<Call>(&expr.node);
  return call != nullptr && call->function == Function::kLower;
}

bool has_capitals(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// How codes, their parts and what `lower` gives are written; nothing for other texts.
std::optional<Shape> shape_of(const Expr& expr, const std::string& text) {
  const auto digits = [&](size_t count) { return text.size() == count && all_digits(text); };
  if (expr.type.kind == TypeKind::kRegion) {
    return Shape{"is a code of 6 digits", {"province (2 digits)", "city (4 digits)"}, digits(6)};
  }
  if (expr.type.kind == TypeKind::kIndustry) {
    return Shape{"is a letter, alone or with 2 to 4 digits",
                 {"section (the letter)", "division (the letter and 2 digits)"},
                 is_industry(text)};
  }
  if (is_lower_call(expr)) {
    return Shape{"has no capital letters", {}, !has_capitals(text), true};
  }
  const Member* member = std::get_if<Member>(&expr.node);
  if (member == nullptr || member->binding.kind != BindingKind::kPart) return std::nullopt;
  switch (static_cast<Part>(member->binding.index)) {
    case Part::kSuspect:
      break;
    case Part::kProvince:
      return Shape{"has 2 digits", {}, digits(2)};
    case Part::kCity:
      return Shape{"has 4 digits", {}, digits(4)};
    case Part::kSection:
      return Shape{"is one letter", {}, is_industry_part(text, 1)};
    case Part::kDivision:
      return Shape{"is a letter and 2 digits", {}, is_industry_part(text, 3)};
  }
  return std::nullopt;
}

class Examiner {
 public:
  Examiner(const Scope& scope, const Context& context) : scope_(scope), context_(context) {}

  void walk(const Expr& expr, bool in_conjunction) {
    const Binary* binary = std::get_if<Binary>(&expr.node);
    const bool conjunction = binary != nullptr && binary->op == BinaryOp::kAnd;
    if (conjunction && !in_conjunction) report_contradictions(expr, scope_, context_);
    if (binary != nullptr) examine_binary(expr, *binary);
    if (const In* in = std::get_if<In>(&expr.node)) examine_in(expr, *in);
    if (const Is* is = std::get_if<Is>(&expr.node)) {
      asked_if_missing_ = is->value.get();
      examine_is(expr, *is);
    }
    if (const Call* call = std::get_if<Call>(&expr.node)) examine_call(expr, *call);
    const Aggregate* aggregate = std::get_if<Aggregate>(&expr.node);
    if (aggregate != nullptr && aggregate->where) examine_constant(*aggregate->where);
    for_each_child(expr, [&](const Expr& child) { walk_in(child, aggregate, conjunction); });
  }

  // `true` and `false` as a whole condition.
  void examine_constant(const Expr& expr) {
    const Literal* literal = std::get_if<Literal>(&expr.node);
    const bool* truth = literal == nullptr ? nullptr : std::get_if<bool>(&literal->value);
    if (truth == nullptr) return;
    if (*truth) {
      context_.report.add(Code::kAlwaysTrue, expr.span, "this condition is always true",
                          {.help = "leave it out, or say when it holds", .fix = {}});
    } else {
      context_.report.add(Code::kNeverTrue, expr.span, "this condition can never be true");
    }
  }

 private:
  void walk_in(const Expr& child, const Aggregate* aggregate, bool conjunction) {
    if (aggregate == nullptr) {
      walk(child, conjunction);
      return;
    }
    Scope inside = scope_;
    inside.aggregated = aggregate->record_type;
    Examiner(inside, context_).walk(child, false);
  }

  void examine_binary(const Expr& expr, const Binary& binary) {
    if (binary.op == BinaryOp::kCoalesce && !is_error(expr.type)) examine_default(binary);
    if (binary.op == BinaryOp::kDiv && !is_error(expr.type)) examine_divisor(expr, *binary.right);
    if (!is_comparison(binary.op)) return;
    if (is_error(binary.left->type) || is_error(binary.right->type)) return;
    if (!is_comparable(binary.left->type, binary.right->type)) return;
    if (examine_shape(binary, *binary.left, *binary.right)) return;
    if (examine_shape(binary, *binary.right, *binary.left)) return;
    if (examine_same(expr, binary) || examine_order(expr, binary)) return;
    report_certain(expr, binary, certainty_of(binary, context_));
  }

  void report_certain(const Expr& expr, const Binary& binary, Certainty certainty) {
    if (certainty == Certainty::kOpen) return;
    const Expr& subject = is_constant(*binary.left) ? *binary.right : *binary.left;
    const Expr& other = &subject == binary.left.get() ? *binary.right : *binary.left;
    const std::string why = reason(binary, subject, other);
    if (certainty == Certainty::kNever) {
      report_never(expr, subject, why);
    } else {
      warn_always(expr, subject, why);
    }
  }

  std::string reason(const Binary& binary, const Expr& subject, const Expr& other) const {
    Range range = range_of(subject, context_);
    const Range fixed = range_of(other, context_);
    const bool by_type =
        certainty_of(binary.op, range_of(*binary.left, context_), range_of(*binary.right, context_),
                     compares_as_float(subject, other)) == Certainty::kOpen;
    if (by_type) range = range_within_type(subject, context_);
    std::string what = describe_range(range, subject.type);
    const bool within = fixed.low >= range.low && fixed.high <= range.high;
    if (within && range.whole && !fixed.whole) what = "is a whole number";
    if (is_constant(subject) || what.empty()) return ": both sides are fixed";
    return ": " + context_.report.quote(subject) + " " + what;
  }

  void warn_always(const Expr& expr, const Expr& subject, const std::string& why) {
    if (is_never_missing(subject, scope_, context_)) {
      context_.report.add(Code::kAlwaysTrue, expr.span,
                          context_.report.quote(expr) + " is always true" + why,
                          {.help = "leave it out, or compare with another value", .fix = {}});
      return;
    }
    context_.report.add(
        Code::kAlwaysTrue, expr.span,
        context_.report.quote(expr) + " is true for every known value" + why,
        {.help = "to ask only whether it is known, write: " + print(subject) + " is known",
         .fix = {}});
  }

  void report_never(const Expr& expr, const Expr& subject, const std::string& why) {
    const Aggregate* aggregate = std::get_if<Aggregate>(&subject.node);
    const std::string message = context_.report.quote(expr) + " can never be true";
    if (aggregate != nullptr && aggregate->last_n) {
      context_.report.add(Code::kWindowNeverFills, expr.span, message + why,
                          {.help = "the window holds only the last " +
                                   std::to_string(*aggregate->last_n) + " records",
                           .fix = {}});
    } else {
      context_.report.add(Code::kNeverTrue, expr.span, message + why);
    }
  }

  bool examine_shape(const Binary& binary, const Expr& code, const Expr& literal) {
    const std::string* text = plain_text_of(literal);
    if (text == nullptr || (binary.op != BinaryOp::kEq && binary.op != BinaryOp::kNe)) return false;
    return report_shape(code, literal, *text, binary.op == BinaryOp::kEq);
  }

  bool report_shape(const Expr& code, const Expr& literal, const std::string& text, bool equal) {
    const std::optional<Shape> shape = shape_of(code, text);
    if (!shape || shape->fits) return false;
    const std::string name = context_.report.quote(code);
    context_.report.add(equal ? Code::kNeverTrue : Code::kAlwaysTrue, literal.span,
                        name + " " + shape->form + ", so it is " +
                            (equal ? "never" : "always another than") + " \"" + text + "\"",
                        hint_for(*shape, literal));
    return true;
  }

  Hint hint_for(const Shape& shape, const Expr& literal) const {
    if (shape.small_letters) {
      std::string small;
      lower(context_.sources.text(literal.span), small);
      return {.help = "write " + small, .fix = small};
    }
    if (shape.parts.empty()) return {};
    return {.help = "its parts are " + join(shape.parts, " and "), .fix = {}};
  }

  // contains(lower(name), "Ltd")
  void examine_call(const Expr& expr, const Call& call) {
    const bool looks_for_part = call.function == Function::kContains ||
                                call.function == Function::kStartsWith ||
                                call.function == Function::kEndsWith;
    if (is_error(expr.type) || !looks_for_part) return;
    const Expr& part = *call.arguments[1];
    const std::string* text = plain_text_of(part);
    if (text == nullptr || !is_lower_call(*call.arguments[0]) || !has_capitals(*text)) return;
    const Shape shape = *shape_of(*call.arguments[0], *text);
    context_.report.add(Code::kNeverTrue, part.span,
                        context_.report.quote(expr) + " can never be true: " +
                            context_.report.quote(*call.arguments[0]) + " " + shape.form,
                        hint_for(shape, part));
  }

  bool examine_same(const Expr& expr, const Binary& binary) {
    const std::string* left = plain_text_of(*binary.left);
    const std::string* right = plain_text_of(*binary.right);
    const bool both_texts = left != nullptr && right != nullptr;
    const bool same = both_texts ? *left == *right : print(*binary.left) == print(*binary.right);
    if (!both_texts && (!same || is_constant(*binary.left))) return false;
    const bool holds_if_same =
        binary.op == BinaryOp::kEq || binary.op == BinaryOp::kLe || binary.op == BinaryOp::kGe;
    const bool holds = same == holds_if_same;
    context_.report.add(holds ? Code::kAlwaysTrue : Code::kNeverTrue, expr.span,
                        context_.report.quote(expr) +
                            (holds ? " is always true: " : " can never be true: ") +
                            (both_texts ? "both sides are fixed" : "both sides are the same"),
                        {.help = both_texts ? "" : same_hint(), .fix = {}});
    return true;
  }

  std::string same_hint() const {
    if (!scope_.aggregated) return "compare with another value";
    return "inside an aggregate a bare name is a field of its record; an outer record is reached "
           "by "
           "its alias";
  }

  // Of two bound records, the one named later in the pattern comes strictly later.
  bool examine_order(const Expr& expr, const Binary& binary) {
    const int left = bound_time_of(*binary.left);
    const int right = bound_time_of(*binary.right);
    if (left < 0 || right < 0) return false;
    const Range first{0, 0, true};
    const Range later{1, 1, true};
    const Certainty certainty = left < right ? certainty_of(binary.op, first, later, false)
                                             : certainty_of(binary.op, later, first, false);
    if (certainty != Certainty::kNever) return true;
    const Expr& behind = left < right ? *binary.right : *binary.left;
    context_.report.add(
        Code::kNeverTrue, expr.span,
        context_.report.quote(expr) + " can never be true: `then` means that " +
            context_.report.quote(behind) + " is strictly later",
        {.help = "leave it out, or name the records in the other order", .fix = {}});
    return true;
  }

  void examine_divisor(const Expr& expr, const Expr& divisor) {
    const Range range = range_of(divisor, context_);
    if (!range.is_point() || range.low != 0 || &expr == asked_if_missing_) return;
    context_.report.add(Code::kAlwaysMissing, divisor.span,
                        context_.report.quote(expr) + " is always missing: it divides by zero",
                        {.help = "divide by another number", .fix = {}});
  }

  void examine_default(const Binary& binary) {
    if (!is_never_missing(*binary.left, scope_, context_)) return;
    context_.report.add(
        Code::kDefaultUnused, binary.right->span,
        context_.report.quote(*binary.left) + " is never missing, so this default is never used",
        {.help = "leave out the `??`", .fix = {}});
  }

  void examine_is(const Expr& expr, const Is& is) {
    if (is_error(is.value->type) || !is_never_missing(*is.value, scope_, context_)) return;
    const std::string name = context_.report.quote(*is.value);
    if (is.missing) {
      const bool is_field = std::holds_alternative<Name>(is.value->node) ||
                            std::holds_alternative<Member>(is.value->node);
      context_.report.add(
          Code::kNeverTrue, expr.span, name + " is never missing",
          {.help = is_field ? "a field is missing only when it is declared `optional`" : "",
           .fix = {}});
    } else {
      context_.report.add(Code::kAlwaysTrue, expr.span, name + " is always known");
    }
  }

  void examine_in(const Expr& expr, const In& in) {
    if (is_error(in.value->type)) return;
    const Range value = range_of(*in.value, context_);
    std::map<std::string, const Expr*> seen;
    for (const ExprPtr& item : in.items) {
      if (is_error(item->type) || !is_comparable(in.value->type, item->type)) continue;
      examine_item(in, *item, value);
      if (!seen.emplace(print(*item), item.get()).second) {
        context_.report.add(Code::kListedTwice, item->span,
                            context_.report.quote(*item) + " is listed twice");
      }
    }
    const bool lists_all =
        is_enum(in.value->type) && seen.size() == in.value->type.values->values.size();
    if (lists_all) warn_always(expr, *in.value, ": every value is listed");
  }

  void examine_item(const In& in, const Expr& item, const Range& value) {
    const std::string* text = plain_text_of(item);
    if (text != nullptr && report_shape(*in.value, item, *text, true)) return;
    const Range range = range_of(item, context_);
    const bool as_float = compares_as_float(*in.value, item);
    if (certainty_of(BinaryOp::kEq, value, range, as_float) != Certainty::kNever) return;
    std::string what = describe_range(value, in.value->type);
    if (what.empty()) what = "is a whole number";
    context_.report.add(Code::kNeverTrue, item.span,
                        context_.report.quote(*in.value) + " is never " +
                            context_.report.quote(item) + ": it " + what);
  }

  const Scope& scope_;
  const Context& context_;
  const Expr* asked_if_missing_ = nullptr;
};

}  // namespace

void examine(const Expr& expr, const Scope& scope, const Context& context, bool condition) {
  Examiner examiner(scope, context);
  if (condition) examiner.examine_constant(expr);
  examiner.walk(expr, false);
}

}  // namespace tocsin::dsl::checking
