#include <algorithm>

#include "rules-dsl/check/children.h"
#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/fields.h"
#include "rules-dsl/limits.h"

namespace tocsin::dsl::checking {
namespace {

using Progress = LetState::Progress;

}  // namespace

// Nesting of the expression when the lets it names are written out in their places.
size_t height_of(const Expr& expr, const Context& context) {
  const Name* name = std::get_if<Name>(&expr.node);
  if (name != nullptr && name->binding.kind == BindingKind::kLet) {
    return context.let_states[name->binding.index].height;
  }
  if (name != nullptr && name->binding.kind == BindingKind::kScore) {
    return context.score_states[name->binding.index].height;
  }
  const Member* member = std::get_if<Member>(&expr.node);
  if (member != nullptr && member->binding.kind == BindingKind::kGrade) {
    return context.score_states[member->binding.index].height;
  }
  size_t height = 0;
  for_each_child(expr,
                 [&](const Expr& child) { height = std::max(height, height_of(child, context)); });
  return height + 1;
}

int ExpressionChecker::unit_of_score(int index) const {
  return static_cast<int>(context_.policy.lets.size()) + index;
}

std::string_view ExpressionChecker::unit_kind(int unit) const {
  return unit < unit_of_score(0) ? "let" : "score";
}

const Identifier& ExpressionChecker::unit_name(int unit) const {
  if (unit < unit_of_score(0)) return context_.policy.lets[unit].name;
  return context_.policy.scores[unit - unit_of_score(0)].name;
}

void ExpressionChecker::check_lets_over_records() {
  for (size_t i = 0; i < context_.policy.lets.size(); ++i) {
    if (!context_.let_states[i].reads_warnings) check_let(static_cast<int>(i));
  }
}

void ExpressionChecker::check_lets() {
  for (size_t i = 0; i < context_.policy.lets.size(); ++i) check_let(static_cast<int>(i));
}

void ExpressionChecker::check_let(int index) {
  LetState& state = context_.let_states[index];
  if (state.progress != Progress::kUnchecked) return;
  LetDecl& let = context_.policy.lets[index];

  state.progress = Progress::kInProgress;
  let_path_.push_back(index);
  Scope scope;
  scope.footing = &state.footing;
  check_value(*let.value, scope);
  let_path_.pop_back();
  state.progress = Progress::kDone;

  state.height = height_of(*let.value, context_);
  if (state.height > limits::kNestingMax) report_too_deep(index);
  state.range = range_of(*let.value, context_);
  state.never_missing = is_never_missing(*let.value, scope, context_);
}

// Once in a policy: what rests on the let counts as a known mistake.
void ExpressionChecker::report_too_deep(int unit) {
  const Identifier& name = unit_name(unit);
  const std::string kind(unit_kind(unit));
  if (!depth_reported_) {
    report_.add(Code::kTooDeep, name.span,
                kind + " " + quote(name.text) + " nests more than " +
                    std::to_string(limits::kNestingMax) + " deep through the lets it names",
                {.help = "shorten the chain of lets", .fix = {}});
  }
  depth_reported_ = true;
  if (kind == "score") {
    context_.score_states[unit - unit_of_score(0)].height = 0;
  } else {
    context_.policy.lets[unit].value->type = {};
    context_.let_states[unit].height = 0;
  }
}

void ExpressionChecker::report_cycle(int unit) {
  std::vector<std::string> chain;
  for (auto it = std::find(let_path_.begin(), let_path_.end(), unit); it != let_path_.end(); ++it) {
    chain.push_back(unit_name(*it).text);
  }
  chain.push_back(unit_name(unit).text);
  const std::string kind(unit_kind(unit));
  report_.add(Code::kLetCycle, unit_name(unit).span,
              kind + " " + quote(chain.back()) + " depends on itself: " + join(chain, " -> "),
              {.help = "a " + kind + " may only name what can be worked out before it", .fix = {}});
}

Type ExpressionChecker::use_let(int index, Span span, const Scope& scope) {
  LetState& state = context_.let_states[index];
  state.used = true;
  if (state.progress == Progress::kInProgress) {
    report_cycle(index);
    return {};
  }
  if (state.progress == Progress::kUnchecked && depth_ > limits::kNestingMax) {
    report_too_deep(let_path_.front());
    return {};
  }
  check_let(index);
  if (scope.link && (state.footing.aggregates || state.footing.profile)) {
    report_link_not_fixed(span, "let " + quote(context_.policy.lets[index].name.text));
    return {};
  }
  if (scope.aggregated && !scope.lifetime && state.footing.aggregates) {
    report_.add(Code::kNestedAggregate, span,
                "let " + quote(context_.policy.lets[index].name.text) +
                    " holds an aggregate and cannot be used inside another",
                {.help = "compare its value outside of the aggregate", .fix = {}});
    return {};
  }
  check_let_fits_rule(index, span, scope);
  if (scope.footing != nullptr) scope.footing->merge(state.footing);
  return context_.policy.lets[index].value->type;
}

// A let knows nothing of the key by which a rule groups.
void ExpressionChecker::check_let_fits_rule(int index, Span span, const Scope& scope) {
  if (scope.by.empty()) return;
  const Footing& footing = context_.let_states[index].footing;
  const std::string let = "let " + quote(context_.policy.lets[index].name.text);
  if (footing.profile) {
    report_.add(
        Code::kOutOfPlace, span,
        let + " uses the subject's profile, but this rule is by " + quote_key(scope.by),
        {.help = "a rule by another field than the subject has no single subject", .fix = {}});
  }
  if (footing.score) {
    report_.add(Code::kOutOfPlace, span,
                let + " uses a score, but this rule is by " + quote_key(scope.by),
                {.help = "a score belongs to a subject; group by subject", .fix = {}});
    return;
  }
  if (footing.key_subject) {
    report_.add(
        Code::kOutOfPlace, span,
        let + " uses `subject`, but this rule is by " + quote_key(scope.by),
        {.help = "a rule by another field than the subject has no single subject", .fix = {}});
  }
  if (footing.across) report_across_key(span, let + " uses `across`", scope);
  for (int record : footing.records) require_key(context_, record, span, scope, let);
  for (int record : footing.lived) note_lifetime(context_, record, scope);
}

}  // namespace tocsin::dsl::checking
