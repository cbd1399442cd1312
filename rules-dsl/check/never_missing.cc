#include "rules-dsl/check/expressions.h"
#include "rules-dsl/check/types.h"

namespace tocsin::dsl::checking {
namespace {

// The warnings of a rule may have no subject.
bool is_builtin_never_missing(const Binding& binding, int record, const Context& context) {
  const auto builtin = static_cast<Builtin>(binding.index);
  const bool of_subject = builtin == Builtin::kSubject || builtin == Builtin::kSubjectSuspect;
  return !of_subject || record < 0 || context.policy.records[record].origin == Origin::kDeclared;
}

bool is_name_never_missing(const Name& name, const Scope& scope, const Context& context) {
  switch (name.binding.kind) {
    case BindingKind::kBuiltin:
      return is_builtin_never_missing(name.binding, scope.aggregated.value_or(-1), context);
    case BindingKind::kKey:
    case BindingKind::kEnumValue:
      return true;
    case BindingKind::kLet:
      return context.let_states[name.binding.index].never_missing;
    case BindingKind::kField: {
      const int record = scope.aggregated.value_or(-1);
      return record >= 0 && !context.policy.records[record].fields[name.binding.index].optional;
    }
    default:
      return false;
  }
}

bool is_member_never_missing(const Member& member, const Scope& scope, const Context& context) {
  switch (member.binding.kind) {
    case BindingKind::kBuiltin:
      return is_builtin_never_missing(member.binding, scope.bound[member.binding.scope].record,
                                      context);
    case BindingKind::kPart:  // a section alone has no division
      return static_cast<Part>(member.binding.index) != Part::kDivision &&
             is_never_missing(*member.object, scope, context);
    case BindingKind::kField: {
      const int record = scope.bound[member.binding.scope].record;
      return record >= 0 && !context.policy.records[record].fields[member.binding.index].optional;
    }
    default:
      return false;
  }
}

}  // namespace

bool is_never_missing(const Expr& expr, const Scope& scope, const Context& context) {
  if (is_error(expr.type)) return false;
  if (std::holds_alternative<Literal>(expr.node) || std::holds_alternative<Is>(expr.node))
    return true;
  if (const Name* name = std::get_if<Name>(&expr.node)) {
    return is_name_never_missing(*name, scope, context);
  }
  if (const Member* member = std::get_if<Member>(&expr.node)) {
    return is_member_never_missing(*member, scope, context);
  }
  const Aggregate* aggregate = std::get_if<Aggregate>(&expr.node);
  return aggregate != nullptr && !aggregate->across &&  // `at most` makes it unknown
         (aggregate->kind == AggregateKind::kCount || aggregate->kind == AggregateKind::kExists ||
          aggregate->kind == AggregateKind::kDistinct);
}

}  // namespace tocsin::dsl::checking
